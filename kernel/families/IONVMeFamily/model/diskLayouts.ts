import {
  PartitionType, writeGpt, type DiskImage, type PartitionPlan, type PlacedPartition,
} from '../../../hardware/index.ts'

/** Ways to partition an empty disk. */
export const LAYOUTS = ['intel', 'apple-silicon', 'hfs', 'none'] as const
export type DiskLayout = (typeof LAYOUTS)[number]

const MIB = 2 ** 20

/** Partitions as the installers of macOS leave them. */
const PLANS: Readonly<Record<Exclude<DiskLayout, 'none'>, readonly Omit<PartitionPlan, 'uniqueId'>[]>> = {
  intel: [
    { type: PartitionType.efiSystem, name: 'EFI System Partition', sizeBytes: 200 * MIB },
    { type: PartitionType.appleApfs, name: 'Macintosh HD' },
  ],
  'apple-silicon': [
    { type: PartitionType.appleApfsIsc, name: 'iBootSystemContainer', sizeBytes: 500 * MIB },
    { type: PartitionType.appleApfs, name: 'Container' },
    { type: PartitionType.appleApfsRecovery, name: 'RecoveryOSContainer', sizeBytes: 5 * 1024 * MIB },
  ],
  hfs: [
    { type: PartitionType.efiSystem, name: 'EFI System Partition', sizeBytes: 200 * MIB },
    { type: PartitionType.appleHfs, name: 'Macintosh HD' },
  ],
}

/** Writes a partition table; identifiers follow from `seed`, so the same machine has the same disk. */
export function layOutDisk(
  image: DiskImage, layout: Exclude<DiskLayout, 'none'>, seed: string,
): PlacedPartition[] {
  const plan = PLANS[layout]
  const reserved = 64 * 1024 + 8 * image.blockBytes
  const fixed = plan.reduce((sum, partition) => sum + (partition.sizeBytes ?? 0), 0)
  const small = fixed + reserved + MIB > image.sizeBytes
  const scale = small ? image.sizeBytes / 4 / Math.max(fixed, 1) : 1
  const partitions = plan.map(
    (partition, index) => ({ ...sized(partition, scale), uniqueId: guidOf(`${seed}/${index}`) }),
  )
  const open = partitions.findIndex((partition) => partition.sizeBytes === undefined)
  const rest = image.sizeBytes - reserved - partitions.reduce(
    (sum, partition) => sum + (partition.sizeBytes ?? 0), 0,
  )
  if (open >= 0 && open < partitions.length - 1) partitions[open] = {
    ...partitions[open]!, sizeBytes: Math.floor(rest / MIB) * MIB,
  }
  return writeGpt(image, { diskId: guidOf(seed), partitions })
}

function sized(partition: Omit<PartitionPlan, 'uniqueId'>, scale: number): Omit<PartitionPlan, 'uniqueId'> {
  if (partition.sizeBytes === undefined || scale === 1) return partition
  return { ...partition, sizeBytes: Math.max(MIB, Math.floor((partition.sizeBytes * scale) / MIB) * MIB) }
}

/** A version 4 GUID that depends on a text alone. */
function guidOf(text: string): string {
  let state = 0x811c9dc5
  const digits: string[] = []
  for (let i = 0; i < 32; i++) {
    const code = text.charCodeAt(i % text.length) + i * 131
    state = Math.imul(state ^ code, 0x01000193) >>> 0
    digits.push(((state >>> 13) & 15).toString(16).toUpperCase())
  }
  digits[12] = '4'
  digits[16] = '89AB'[Number.parseInt(digits[16]!, 16) & 3]!
  const hex = digits.join('')
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-')
}
