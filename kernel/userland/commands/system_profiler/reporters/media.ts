import type { KernelThread } from '../../../../sim/index.ts'
import type { RegistryClient, RegistryNode } from './RegistryClient.ts'
import { fact, type Fact } from './Section.ts'
import { isTrue, numberOf, sizeText, textOf } from './values.ts'

/** Names of partition contents by their GUIDs and codes. */
const CONTENTS: Readonly<Record<string, string>> = {
  '7C3457EF-0000-11AA-AA11-00306543ECAC': 'Apple_APFS',
  '69646961-6700-11AA-AA11-00306543ECAC': 'Apple_APFS_ISC',
  '52637672-7900-11AA-AA11-00306543ECAC': 'Apple_APFS_Recovery',
  '48465300-0000-11AA-AA11-00306543ECAC': 'Apple_HFS',
  'C12A7328-F81F-11D2-BA4B-00A0C93EC93B': 'EFI',
}

/** What a partition holds, as disk tools name it. */
export function contentName(media: RegistryNode): string {
  const content = textOf(media.properties, 'Content') ?? ''
  return CONTENTS[content.toUpperCase()] ?? content
}

/** The whole disk among the media below a device, and its partitions. */
export function* mediaBelow(
  registry: RegistryClient, device: RegistryNode,
): KernelThread<{ whole: RegistryNode | null; partitions: RegistryNode[] }> {
  const all = yield* registry.descendants(device, 'IOMedia')
  const whole = all.find(({ properties }) => isTrue(properties, 'Whole')) ?? null
  return { whole, partitions: all.filter((media) => media !== whole && isTrue(media.properties, 'Leaf')) }
}

/** How a disk is divided. */
export function partitionMap(whole: RegistryNode): Fact {
  const isGpt = textOf(whole.properties, 'Content') === 'GUID_partition_scheme'
  return {
    key: 'partition_map_type', label: 'Partition Map Type',
    value: isGpt ? 'GPT (GUID Partition Table)' : 'Unknown',
    raw: isGpt ? 'guid_partition_map_type' : 'unknown_partition_map_type',
  }
}

/** Capacity of a medium: text with the exact number, and the number for machines. */
export function capacityFacts(media: RegistryNode): Fact[] {
  const bytes = numberOf(media.properties, 'Size') ?? 0
  return [
    fact('size', 'Capacity', sizeText(bytes)),
    { key: 'size_in_bytes', label: null, value: String(bytes), raw: bytes },
  ]
}
