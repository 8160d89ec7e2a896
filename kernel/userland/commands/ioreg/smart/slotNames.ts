import { cellsOf, two } from './cells.ts'

/** A mask of slots and, per set bit, the name of the slot. */
export function slotNameLines(bytes: Uint8Array): readonly string[] {
  const mask = cellsOf(bytes)[0] ?? 0
  if (mask === 0) return ['<>']
  const names = String.fromCharCode(...bytes.subarray(4)).split('\0')
  const lines = ['']
  for (let bit = 0; bit < 32; bit++) {
    if ((mask & (1 << bit)) !== 0) lines.push(`    ${two(bit)}: ${names.shift() ?? ''}`)
  }
  return lines
}
