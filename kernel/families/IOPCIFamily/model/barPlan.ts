import type { Result } from '../../../api/index.ts'
import type { BarOptions } from '../../../hardware/index.ts'

const UNITS: Readonly<Record<string, number>> = { '': 1, K: 2 ** 10, M: 2 ** 20, G: 2 ** 30 }
const FORM =
  'kind:size separated by spaces; kind is io, mem32 or mem64, with p for prefetchable; size like 16K'

/** Reads the BAR list of a generic function: `mem64:16K mem64p:256M io:32`, from BAR 0 up. */
export function parseBarPlan(text: string): Result<BarOptions[]> {
  const bars: BarOptions[] = []
  let index = 0
  for (const term of text.split(/\s+/u).filter((part) => part !== '')) {
    const match = /^(io|mem32|mem64)(p?):(\d+)([KMG]?)$/u.exec(term)
    if (match === null) return fault(term, FORM)
    const sizeBytes = Number(match[3]) * UNITS[match[4]!]!
    const kind = match[1] === 'io' ? 'io' : match[1] === 'mem32' ? 'memory32' : 'memory64'
    const least = kind === 'io' ? 4 : 16
    if (!Number.isInteger(Math.log2(sizeBytes)) || sizeBytes < least) {
      return fault(term, `a power of two of at least ${least} bytes`)
    }
    if (kind === 'io' && sizeBytes > 256) return fault(term, 'at most 256 bytes of I/O')
    if (sizeBytes > (kind === 'memory64' ? 2 ** 36 : 2 ** 30)) return fault(term, 'a smaller size')
    bars.push({ index, kind, sizeBytes, prefetchable: match[2] === 'p' })
    index += kind === 'memory64' ? 2 : 1
    if (index > 6) return fault(text, 'six 32-bit base address registers at most')
  }
  return { ok: true, value: bars }
}

function fault(seen: string, wanted: string): Result<BarOptions[]> {
  return { ok: false, problems: [
    { where: 'bars', message: 'The base address registers cannot be laid out.', seen, wanted },
  ] }
}
