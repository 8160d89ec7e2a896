const TABLE_HEADER_BYTES = 48
const HARDWARE_UNIT = 0
const RESERVED_MEMORY = 1
const INCLUDE_ALL = 1
const SCOPE_ENDPOINT = 1

/** A remapping unit as firmware describes it. */
export interface DmarUnit {
  readonly address: number
  /** It serves every device that no other unit names. */
  readonly includesAll: boolean
  /** It serves one function of bus 0 alone: the processor's own graphics. */
  readonly isGraphics: boolean
}

/** What the ACPI table DMAR says (VT-d 3.2, chapter 8). */
export interface DmarTable {
  readonly units: readonly DmarUnit[]
  /** Memory that devices use before software runs: mapped to itself. */
  readonly reserved: readonly { readonly base: number; readonly end: number }[]
}

/** Reads the table; structures that do not fit end the reading, unknown ones are passed over. */
export function readDmar(bytes: Uint8Array): DmarTable {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const units: DmarUnit[] = []
  const reserved: { base: number; end: number }[] = []
  for (let at = TABLE_HEADER_BYTES; at + 4 <= bytes.length;) {
    const [type, length] = [view.getUint16(at, true), view.getUint16(at + 2, true)]
    if (length < 4 || at + length > bytes.length) break
    if (type === HARDWARE_UNIT && length >= 16) units.push(readUnit(view, at, length))
    if (type === RESERVED_MEMORY && length >= 24) {
      reserved.push({ base: addressAt(view, at + 8), end: addressAt(view, at + 16) })
    }
    at += length
  }
  return { units, reserved }
}

function readUnit(view: DataView, at: number, length: number): DmarUnit {
  const includesAll = (view.getUint8(at + 4) & INCLUDE_ALL) !== 0
  let [paths, endpointsOfBus0] = [0, 0]
  for (let scope = at + 16; scope + 6 <= at + length;) {
    const size = view.getUint8(scope + 1)
    if (size < 6 || scope + size > at + length) break
    if (view.getUint8(scope) === SCOPE_ENDPOINT && view.getUint8(scope + 5) === 0) endpointsOfBus0++
    paths += (size - 6) >> 1
    scope += size
  }
  const isGraphics = !includesAll && paths === 1 && endpointsOfBus0 === 1
  return { address: addressAt(view, at + 8), includesAll, isGraphics }
}

function addressAt(view: DataView, at: number): number {
  return view.getUint32(at + 4, true) * 4294967296 + view.getUint32(at, true)
}
