import { SymbolTable, type SymbolRow } from './SymbolTable.ts'

const MAX_ROWS = 4_000_000
const MAX_LINE = 4_096
const START = /^\s{0,32}(?:0x)?([0-9a-f]{6,16})\s{1,8}(?:[A-Za-z-] )?(?=[\w$.:+-])/iu

/** Symbols out of the text that `nm` prints. */
export interface NmList {
  readonly symbols: SymbolTable
  /** Where the image begins in memory: its header's symbol, else null. */
  readonly header: bigint | null
  /** The lowest address of the list; null for an empty one. */
  readonly lowest: bigint | null
}

/** One line of a list; null when it is none, or of a symbol that is elsewhere. */
function nmRow(line: string): { address: bigint; name: string } | null {
  const match = START.exec(line)
  const name = match === null ? '' : line.slice(match[0].length).trim()
  return match === null || name === '' ? null : { address: BigInt(`0x${match[1]!}`), name }
}

/** Reads `nm` output: lines of address, type letter (may be missing) and name. Other lines are skipped. */
export function readNmList(text: string): NmList {
  const found: { address: bigint; name: string }[] = []
  let at = 0
  while (at < text.length && found.length < MAX_ROWS) {
    const newline = text.indexOf('\n', at)
    const end = newline < 0 ? text.length : newline
    const row = nmRow(text.slice(at, Math.min(end, at + MAX_LINE)))
    if (row !== null) found.push(row)
    at = end + 1
  }
  const lowest = found.reduce<bigint | null>((low, { address }) => low === null || address < low ? address
    : low, null)
  const base = lowest ?? 0n
  const rows: SymbolRow[] = found.flatMap(({ address }, index) => {
    const distance = address - base
    return distance > BigInt(Number.MAX_SAFE_INTEGER) ? [] : [{ offset: Number(distance), name: index }]
  })
  const header = found.find(({ name }) => /^_*(?:__mh_\w+_header|_mh_\w+_header)$/u.test(name))?.address
    ?? null
  return {
    symbols: new SymbolTable({ base, rows, nameOf: (index) => found[index]!.name, ranges: [],
      functionStarts: [] }), header, lowest,
  }
}

/** Whether text looks like the output of `nm`. */
export function looksLikeNmList(text: string): boolean {
  const lines = text.slice(0, 4_000).split('\n').filter((line) => line.trim() !== '').slice(0, 20)
  return lines.filter((line) => START.test(line) || /^\s{8,20}U \S/u.test(line)).length * 2 > lines.length
}
