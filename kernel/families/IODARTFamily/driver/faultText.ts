import { DART_PAGE_SHIFT, DART_TABLE_SHIFT, DartError } from '../registers.ts'

/** What a DART has latched, and whose it is. */
export interface DartFault {
  readonly name: string
  /** Kernel address of its registers, as a report prints it. */
  readonly registers: bigint
  readonly error: number
  readonly address: number
  readonly timeNs: number
}

/**
 * Kinds of fault by their bit; the first two texts are seen in real reports, the others are formed after
 * them.
 */
const KINDS: readonly (readonly [number, string])[] = [
  [DartError.noTranslationBase, 'TTBR invalid'], [DartError.noEntry, 'PTE invalid'],
  [DartError.noTable, 'STE invalid'], [DartError.writeDenied, 'write protection'],
  [DartError.readDenied, 'read protection'],
]

/** The panic text of a translation fault, as reports of macOS 11 have it. */
export function faultText({ name, registers, error, address, timeNs }: DartFault): string {
  const kind = KINDS.find(([bit]) => (error & bit) !== 0)?.[1] ?? 'unknown'
  const page = Math.floor(address / 2 ** DART_PAGE_SHIFT)
  const entries = 2 ** DART_TABLE_SHIFT
  const segment = Math.floor(page / entries)
  const base = hex(Math.floor(segment / entries))
  const place = `TTBR ${base} SEG ${hex(segment % entries)} PTE ${hex(page % entries)}`
  const stream = (error >>> DartError.streamShift) & 15
  const access = (error & DartError.isWrite) !== 0 ? 'write' : 'read'
  return `"${name} (0x${registers.toString(16)}): DART(DART) error: SID ${stream} `
    + `${kind} exception on ${access} with DVA ${hex(address)} (${place}) ERROR_STATUS ${hex(error)} `
    + `TIME ${hex(timeNs)} TTE 0 AXI_ID 0)"`
}

/** As `%#x` prints: 0 has no prefix. */
function hex(value: number): string {
  return value === 0 ? '0' : `0x${value.toString(16)}`
}
