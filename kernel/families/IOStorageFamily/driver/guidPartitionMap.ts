import { crc32 } from '../../../formats/crc32.ts'

/** One used entry of a GUID partition table. */
export interface GuidPartition {
  /** Entry number, from 1. */
  readonly id: number
  readonly type: string
  readonly uniqueId: string
  readonly firstBlock: number
  readonly lastBlock: number
  readonly attributes: bigint
  readonly name: string
}

/** What a valid header says. */
export interface GuidHeader {
  readonly diskId: string
  readonly entriesBlock: number
  readonly entryCount: number
  readonly entryBytes: number
  readonly entriesCheck: number
}

const MBR_ENTRY = 446
const MBR_ENTRY_BYTES = 16
const MBR_SIGNATURE = 0xaa55
const PROTECTIVE = 0xee
const HEADER_LEAST_BYTES = 92
const ENTRY_LEAST_BYTES = 128
const NAME_UNITS = 36

/** Whether block 0 is a protective MBR: signature, and exactly one entry of type 0xEE (UEFI 5.2.3). */
export function isProtectiveMap(block: Uint8Array): boolean {
  const view = viewOf(block)
  if (view.getUint16(510, true) !== MBR_SIGNATURE) return false
  const types = [0, 1, 2, 3].map((index) => view.getUint8(MBR_ENTRY + index * MBR_ENTRY_BYTES + 4))
  return types.filter((type) => type === PROTECTIVE).length === 1
}

/** The header of block 1, or null when signature, sizes or its checksum do not hold (UEFI 5.3.2). */
export function parseGuidHeader(block: Uint8Array): GuidHeader | null {
  const view = viewOf(block)
  if (String.fromCharCode(...block.subarray(0, 8)) !== 'EFI PART') return null
  const headerBytes = view.getUint32(12, true)
  if (headerBytes < HEADER_LEAST_BYTES || headerBytes > block.length) return null
  const copy = block.slice(0, headerBytes)
  copy.fill(0, 16, 20)
  if (crc32(copy) !== view.getUint32(16, true)) return null
  const [entryCount, entryBytes] = [view.getUint32(80, true), view.getUint32(84, true)]
  if (entryBytes < ENTRY_LEAST_BYTES || entryBytes > 0xffff || entryCount > 0xffff) return null
  return {
    diskId: guidText(block, 56), entriesBlock: Number(view.getBigUint64(72, true)),
    entryCount, entryBytes, entriesCheck: view.getUint32(88, true),
  }
}

/** The used entries, or null when the checksum does not hold. `table` may be longer than the entries. */
export function parseGuidEntries(header: GuidHeader, table: Uint8Array): GuidPartition[] | null {
  const bytes = table.subarray(0, header.entryCount * header.entryBytes)
  if (crc32(bytes) !== header.entriesCheck) return null
  const found: GuidPartition[] = []
  for (let index = 0; index < header.entryCount; index++) {
    const entry = bytes.subarray(index * header.entryBytes, (index + 1) * header.entryBytes)
    if (isUsed(entry)) found.push(parseEntry(entry, index + 1, guidText(entry, 0)))
  }
  return found
}

/** Whether the entry's type is not all zero. */
function isUsed(entry: Uint8Array): boolean {
  for (let i = 0; i < 16; i++) if (entry[i] !== 0) return true
  return false
}

function parseEntry(entry: Uint8Array, id: number, type: string): GuidPartition {
  const view = viewOf(entry)
  let name = ''
  for (let i = 0; i < NAME_UNITS; i++) {
    const unit = view.getUint16(56 + 2 * i, true)
    if (unit === 0) break
    name += String.fromCharCode(unit)
  }
  return {
    id, type, name, uniqueId: guidText(entry, 16), attributes: view.getBigUint64(48, true),
    firstBlock: Number(view.getBigUint64(32, true)), lastBlock: Number(view.getBigUint64(40, true)),
  }
}

/** A GUID as text: its first three groups lie little-endian. */
function guidText(bytes: Uint8Array, offset: number): string {
  const order = [3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15]
  const hex = order.map(
    (index) => bytes[offset + index]!.toString(16).padStart(2, '0').toUpperCase(),
  ).join('')
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-')
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}
