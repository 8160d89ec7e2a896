import { cellsOf, hex8, two } from './cells.ts'

const SPACES = ['Config', 'I/O', 'Mem', '64-bit'] as const

/** PCI addresses of five cells each, taken apart. */
export function physicalAddressLines(bytes: Uint8Array): readonly string[] {
  if (bytes.length === 0) return ['<>']
  const cells = cellsOf(bytes)
  const lines = ['']
  for (let n = 0; (n + 1) * 5 <= cells.length; n++) {
    const [high = 0, middle = 0, low = 0, sizeHigh = 0, sizeLow = 0] = cells.slice(n * 5, n * 5 + 5)
    lines.push(
      `    ${two(n)}: phys.hi: ${hex8(high)} phys.mid: ${hex8(middle)} phys.lo: ${hex8(low)}`,
      `        size.hi: ${hex8(sizeHigh)} size.lo: ${hex8(sizeLow)}`,
      `        bus: ${(high >>> 16) & 0xff} dev: ${(high >>> 11) & 0x1f} func: ${(high >>> 8) & 0x7}` +
        ` reg: ${high & 0xff}`,
      `        type: ${SPACES[(high >>> 24) & 3]} flags: ${flags(high)}`,
    )
  }
  return lines
}

function flags(high: number): string {
  const absolute = high >>> 31 === 1 ? 'abs' : 'rel'
  const prefetch = (high & 0x40000000) === 0 ? '' : ', prefetch'
  return absolute + prefetch + ((high & 0x20000000) === 0 ? '' : ', alias')
}
