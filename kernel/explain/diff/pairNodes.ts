import type { DiffNode } from './DiffNode.ts'

/** Children of two entries that are one, side by side. */
export interface Pairs {
  readonly both: readonly (readonly [before: DiffNode, after: DiffNode])[]
  readonly removed: readonly DiffNode[]
  readonly added: readonly DiffNode[]
}

/** A text that equal entries share, or null for an entry that the step does not take. */
type Step = (node: DiffNode) => string | null

const place = ({ row }: DiffNode): string => row.location ?? ''

/** Steps by which entries are found again, the surest first. */
const STEPS: readonly { readonly keyOf: Step; readonly onlyAlone: boolean }[] = [
  { keyOf: (node) => `${node.row.name}@${place(node)} ${node.row.className} ${node.identity}`,
    onlyAlone: false },
  { keyOf: (node) => `${node.row.name}@${place(node)} ${node.row.className}`, onlyAlone: false },
  { keyOf: (node) => (node.row.location === null ? null : `${place(node)} ${node.row.className}`),
    onlyAlone: true },
  { keyOf: (node) => `${node.row.name} ${node.row.className}`, onlyAlone: true },
  { keyOf: (node) => (node.identity === '' ? null : `${node.row.className} ${node.identity}`),
    onlyAlone: true },
  { keyOf: (node) => (node.row.location === null ? node.row.className : null), onlyAlone: true },
  { keyOf: (node) => `${node.row.name}@${place(node)}`, onlyAlone: true },
]

/**
 * Finds entries again: by location, class and name, then by ever less. A step that takes less than all three takes
 * an entry only where it is the only one of its key on both sides.
 */
export function pairNodes(before: readonly DiffNode[], after: readonly DiffNode[]): Pairs {
  const found = new Map<DiffNode, DiffNode>()
  let left = [...before]
  let right = [...after]
  for (const { keyOf, onlyAlone } of STEPS) {
    if (left.length === 0 || right.length === 0) break
    const others = groupsOf(right, keyOf)
    const own = groupsOf(left, keyOf)
    const taken = new Set<DiffNode>()
    for (const [key, nodes] of own) {
      const twins = others.get(key) ?? []
      if (onlyAlone && (nodes.length > 1 || twins.length > 1)) continue
      for (let i = 0; i < Math.min(nodes.length, twins.length); i++) {
        found.set(nodes[i]!, twins[i]!)
        taken.add(twins[i]!)
      }
    }
    left = left.filter((node) => !found.has(node))
    right = right.filter((node) => !taken.has(node))
  }
  return { both: before.flatMap((node) => (found.has(node) ? [[node, found.get(node)!] as const] : [])),
    removed: left, added: right }
}

function groupsOf(nodes: readonly DiffNode[], keyOf: Step): Map<string, DiffNode[]> {
  const groups = new Map<string, DiffNode[]>()
  for (const node of nodes) {
    const key = keyOf(node)
    if (key === null) continue
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [node])
    else group.push(node)
  }
  return groups
}
