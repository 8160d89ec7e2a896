/*
 * The bars left of an entry. Bit i of the state says that the ancestor at level i has more siblings to come,
 * bit d + 1 that the entry at depth d has children that will be shown. As in ioreg the masks are 32-bit:
 * from depth 31 on the drawing goes wrong in the same way.
 */

/** The state for an entry at `depth`. */
export function drawingBits(
  bits: number,
  depth: number,
  hasMoreSiblings: boolean,
  hasChildren: boolean,
): number {
  const siblings = hasMoreSiblings ? bits | (1 << depth) : bits & ~(1 << depth)
  return hasChildren ? siblings | (2 << depth) : siblings & ~(2 << depth)
}

/** What precedes the name of an entry at `depth`. */
export function headerPrefix(bits: number, depth: number): string {
  return `${cells(bits, depth)}+-o `
}

/** What precedes each property line of an entry at `depth`. */
export function propertyPrefix(bits: number, depth: number): string {
  return cells(bits, depth + 2)
}

function cells(bits: number, count: number): string {
  let text = ''
  for (let i = 0; i < count; i++) text += (bits & (1 << i)) === 0 ? '  ' : '| '
  return text
}
