import type { KernelThread } from '../../../../sim/index.ts'
import { capacityFacts, contentName, mediaBelow, partitionMap } from './media.ts'
import type { RegistryNode } from './RegistryClient.ts'
import { fact, type Fact, type Reporter, type Section, type SectionItem } from './Section.ts'
import { dictionaryOf, isTrue, textOf } from './values.ts'

/** `SPStorageDataType`: the partitions of every disk, and the disk each lies on. */
export const storageReporter: Reporter = {
  dataType: 'SPStorageDataType', title: 'Storage', group: 'Hardware',
  *report(context): KernelThread<Section> {
    const items: SectionItem[] = []
    for (const device of yield* context.registry.matchingServices('IOBlockStorageDevice')) {
      const { whole, partitions } = yield* mediaBelow(context.registry, device)
      if (whole === null) continue
      const drive = driveFacts(device, whole)
      for (const partition of partitions.length === 0 ? [whole] : partitions) {
        items.push({ name: partition.name, facts: volumeFacts(partition, drive), entryId: partition.id })
      }
    }
    return { items, noInformation: 'No information found.' }
  },
}

function volumeFacts(partition: RegistryNode, drive: readonly Fact[]): Fact[] {
  const { properties } = partition
  const uuid = textOf(properties, 'UUID')
  return [
    ...capacityFacts(partition),
    fact('iocontent', 'Content', contentName(partition)),
    fact('writable', 'Writable', isTrue(properties, 'Writable') ? 'Yes' : 'No'),
    fact('bsd_name', 'BSD Name', textOf(properties, 'BSD Name') ?? ''),
    ...(uuid === null ? [] : [fact('volume_uuid', 'Partition UUID', uuid)]),
    { key: 'physical_drive', label: 'Physical Drive', value: drive },
  ]
}

function driveFacts(device: RegistryNode, whole: RegistryNode): Fact[] {
  const characteristics = dictionaryOf(device.properties, 'Device Characteristics')
  const protocol = dictionaryOf(device.properties, 'Protocol Characteristics')
  const isSolid = textOf(characteristics, 'Medium Type') === 'Solid State'
  const isInternal = textOf(protocol, 'Physical Interconnect Location') === 'Internal'
  return [
    fact('device_name', 'Device Name', textOf(characteristics, 'Product Name') ?? ''),
    fact('media_name', 'Media Name', whole.name),
    { key: 'medium_type', label: 'Medium Type', value: isSolid ? 'SSD' : 'Rotational',
      raw: isSolid ? 'ssd' : 'rotational' },
    fact('protocol', 'Protocol', textOf(protocol, 'Physical Interconnect') ?? ''),
    { key: 'is_internal_disk', label: 'Internal', value: isInternal ? 'Yes' : 'No',
      raw: isInternal ? 'yes' : 'no' },
    partitionMap(whole),
  ]
}
