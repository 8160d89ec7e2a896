import { assert } from '../../sim/index.ts'
import { crc32 } from '../../formats/crc32.ts'
import type { DiskImage } from './DiskImage.ts'

/** Well-known partition types, as `Content` prints them. */
export const PartitionType = {
  efiSystem: 'C12A7328-F81F-11D2-BA4B-00A0C93EC93B',
  appleApfs: '7C3457EF-0000-11AA-AA11-00306543ECAC',
  appleApfsIsc: '69646961-6700-11AA-AA11-00306543ECAC',
  appleApfsRecovery: '52637672-7900-11AA-AA11-00306543ECAC',
  appleHfs: '48465300-0000-11AA-AA11-00306543ECAC',
  appleBoot: '426F6F74-0000-11AA-AA11-00306543ECAC',
} as const

/** A partition to be written. */
export interface PartitionPlan {
  readonly type: string
  readonly uniqueId: string
  readonly name: string
  /** Size in bytes, rounded down to blocks; absent on the last one: all that is left. */
  readonly sizeBytes?: number
  readonly attributes?: bigint
}

/** The partitions to write on an empty disk. */
export interface GptPlan {
  readonly diskId: string
  readonly partitions: readonly PartitionPlan[]
}

/** A partition as it was placed. */
export interface PlacedPartition extends PartitionPlan {
  readonly firstBlock: number
  readonly lastBlock: number
}

const ENTRY_COUNT = 128
const ENTRY_BYTES = 128
const HEADER_BYTES = 92
const NAME_UNITS = 36

/**
 * Writes a GUID partition table (UEFI 2.10, chapter 5): protective MBR, primary header and entries at the
 * start, backup entries and header at the end. Returns where the partitions lie.
 */
export function writeGpt(image: DiskImage, plan: GptPlan): PlacedPartition[] {
  const { blockBytes, blockCount } = image
  const entryBlocks = Math.ceil((ENTRY_COUNT * ENTRY_BYTES) / blockBytes)
  const firstUsable = 2 + entryBlocks
  const lastUsable = blockCount - entryBlocks - 2
  const placed = placePartitions(plan.partitions, blockBytes, firstUsable, lastUsable)
  const entries = encodeEntries(placed)
  const base = { diskId: plan.diskId, firstUsable, lastUsable, entriesCrc: crc32(entries) }
  const lastBlock = blockCount - 1
  const primary = { ...base, myBlock: 1, otherBlock: lastBlock, entriesBlock: 2 }
  const backup = { ...base, myBlock: lastBlock, otherBlock: 1, entriesBlock: lastBlock - entryBlocks }
  image.write(0, protectiveMbr(blockBytes, blockCount))
  image.write(blockBytes, encodeHeader(primary, blockBytes))
  image.write(2 * blockBytes, entries)
  image.write(backup.entriesBlock * blockBytes, entries)
  image.write(lastBlock * blockBytes, encodeHeader(backup, blockBytes))
  return placed
}

/** Whether block 1 already starts a GUID partition table: a host image that must not be touched. */
export function hasGpt(image: DiskImage): boolean {
  const head = new Uint8Array(8)
  return image.read(image.blockBytes, head) && String.fromCharCode(...head) === 'EFI PART'
}

/** The 16 bytes of a GUID: the first three groups little-endian. */
export function guidBytes(text: string): Uint8Array {
  assert(/^[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}$/u.test(text), `${text} is a GUID`)
  const bytes = new Uint8Array(16)
  for (let i = 0; i < 16; i++) bytes[i] = Number.parseInt(text.slice(PAIRS[i], PAIRS[i]! + 2), 16)
  return bytes
}

/** Where in a GUID's text each byte's two digits stand. */
const PAIRS = [6, 4, 2, 0, 11, 9, 16, 14, 19, 21, 24, 26, 28, 30, 32, 34] as const

function placePartitions(
  plans: readonly PartitionPlan[], blockBytes: number, firstUsable: number, lastUsable: number,
): PlacedPartition[] {
  assert(plans.length <= ENTRY_COUNT, 'a table has 128 entries')
  let next = firstUsable
  return plans.map((plan) => {
    const left = lastUsable - next + 1
    const blocks = plan.sizeBytes === undefined ? left : Math.floor(plan.sizeBytes / blockBytes)
    assert(blocks > 0 && blocks <= left, `partition ${plan.name} does not fit`)
    const placed = { ...plan, firstBlock: next, lastBlock: next + blocks - 1 }
    next += blocks
    return placed
  })
}

function encodeEntries(placed: readonly PlacedPartition[]): Uint8Array {
  const bytes = new Uint8Array(ENTRY_COUNT * ENTRY_BYTES)
  const view = new DataView(bytes.buffer)
  placed.forEach((partition, index) => {
    const at = index * ENTRY_BYTES
    bytes.set(guidBytes(partition.type), at)
    bytes.set(guidBytes(partition.uniqueId), at + 16)
    view.setBigUint64(at + 32, BigInt(partition.firstBlock), true)
    view.setBigUint64(at + 40, BigInt(partition.lastBlock), true)
    view.setBigUint64(at + 48, partition.attributes ?? 0n, true)
    const units = Math.min(partition.name.length, NAME_UNITS)
    for (let i = 0; i < units; i++) view.setUint16(at + 56 + 2 * i, partition.name.charCodeAt(i), true)
  })
  return bytes
}

interface HeaderFields {
  readonly diskId: string
  readonly myBlock: number
  readonly otherBlock: number
  readonly firstUsable: number
  readonly lastUsable: number
  readonly entriesBlock: number
  readonly entriesCrc: number
}

function encodeHeader(fields: HeaderFields, blockBytes: number): Uint8Array {
  const bytes = new Uint8Array(blockBytes)
  const view = new DataView(bytes.buffer)
  for (let i = 0; i < 8; i++) bytes[i] = 'EFI PART'.charCodeAt(i)
  view.setUint32(8, 0x00010000, true)
  view.setUint32(12, HEADER_BYTES, true)
  view.setBigUint64(24, BigInt(fields.myBlock), true)
  view.setBigUint64(32, BigInt(fields.otherBlock), true)
  view.setBigUint64(40, BigInt(fields.firstUsable), true)
  view.setBigUint64(48, BigInt(fields.lastUsable), true)
  bytes.set(guidBytes(fields.diskId), 56)
  view.setBigUint64(72, BigInt(fields.entriesBlock), true)
  view.setUint32(80, ENTRY_COUNT, true)
  view.setUint32(84, ENTRY_BYTES, true)
  view.setUint32(88, fields.entriesCrc, true)
  view.setUint32(16, crc32(bytes.subarray(0, HEADER_BYTES)), true)
  return bytes
}

function protectiveMbr(blockBytes: number, blockCount: number): Uint8Array {
  const bytes = new Uint8Array(blockBytes)
  const view = new DataView(bytes.buffer)
  view.setUint8(447, 0x00)
  view.setUint8(448, 0x02)
  view.setUint8(450, 0xee)
  view.setUint8(451, 0xff)
  view.setUint8(452, 0xff)
  view.setUint8(453, 0xff)
  view.setUint32(454, 1, true)
  view.setUint32(458, Math.min(blockCount - 1, 0xffffffff), true)
  view.setUint16(510, 0xaa55, true)
  return bytes
}
