/** Bytes as the dump shows them; not decoded. */
export class PeerData {
  constructor(readonly hex: string) {}
}

export type PeerValue = string | number | bigint | boolean | PeerData | PeerValue[] | Map<string, PeerValue>

/** One tree line with its properties, as the peers read it. */
export interface PeerEntry {
  readonly parent: number
  readonly name: string
  readonly location: string | null
  readonly className: string
  readonly id: number
  isRegistered: boolean
  isMatched: boolean
  isActive: boolean
  busy: number
  busyMs: number
  retain: number
  readonly properties: Map<string, PeerValue>
}

/** Rows of the path so far, by indentation (two characters a level): answers the parent's. */
export function placeInTree(rows: number[], indent: number, row: number): number {
  const depth = indent / 2
  rows[depth] = row
  return depth === 0 ? -1 : rows[depth - 1]!
}
