import type { KernelThread } from '../../../../sim/index.ts'
import { capacityFacts, contentName, mediaBelow, partitionMap } from './media.ts'
import { linkFacts } from './pci.ts'
import type { RegistryNode } from './RegistryClient.ts'
import {
  fact, type Fact, type Reporter, type ReporterContext, type Section, type SectionItem,
} from './Section.ts'
import { dictionaryOf, isTrue, textOf } from './values.ts'

const NO_DEVICES = 'No information found.'

/** `SPNVMeDataType`: controllers, their disks, and what those are divided into. */
export const nvmeReporter: Reporter = {
  dataType: 'SPNVMeDataType', title: 'NVMExpress', group: 'Hardware',
  *report(context): KernelThread<Section> {
    const items: SectionItem[] = []
    for (const controller of yield* context.registry.matchingServices('IONVMeController')) {
      const model = textOf(controller.properties, 'Model Number') ?? ''
      const name = model.startsWith('APPLE') ? 'Apple SSD Controller' : 'Generic SSD Controller'
      items.push({ name, facts: [], items: yield* disksOf(context, controller), entryId: controller.id })
    }
    return { items, noInformation: NO_DEVICES }
  },
}

function* disksOf(context: ReporterContext, controller: RegistryNode): KernelThread<SectionItem[]> {
  const disks: SectionItem[] = []
  const pci = yield* context.registry.ancestor(controller, 'IOPCIDevice')
  for (const device of yield* context.registry.descendants(controller, 'IOBlockStorageDevice')) {
    const { whole, partitions } = yield* mediaBelow(context.registry, device)
    if (whole === null) continue
    const model = textOf(controller.properties, 'Model Number') ?? whole.name
    const links =
      pci === null ? [] : linkFacts(pci.properties, { width: 'spnvme_linkwidth', speed: 'spnvme_linkspeed' })
    disks.push({
      name: model, entryId: device.id,
      facts: [...diskFacts(controller, device, whole), ...links, ...mediaFacts(whole), volumes(partitions)],
    })
  }
  return disks
}

function diskFacts(controller: RegistryNode, device: RegistryNode, whole: RegistryNode): Fact[] {
  const canUnmap = isTrue(dictionaryOf(device.properties, 'IOStorageFeatures'), 'Unmap')
  const text = (key: string, label: string, property: string): Fact[] => {
    const value = textOf(controller.properties, property)
    return value === null ? [] : [fact(key, label, value)]
  }
  return [
    ...capacityFacts(whole),
    fact('spnvme_trim_support', 'TRIM Support', canUnmap ? 'Yes' : 'No'),
    ...text('device_model', 'Model', 'Model Number'),
    ...text('device_revision', 'Revision', 'Firmware Revision'),
    ...text('device_serial', 'Serial Number', 'Serial Number'),
  ]
}

function mediaFacts(whole: RegistryNode): Fact[] {
  const name = textOf(whole.properties, 'BSD Name')
  return [
    fact('detachable_drive', 'Detachable Drive', 'No'),
    ...(name === null ? [] : [fact('bsd_name', 'BSD Name', name)]),
    partitionMap(whole),
    fact('removable_media', 'Removable Media', isTrue(whole.properties, 'Removable') ? 'Yes' : 'No'),
  ]
}

function volumes(partitions: readonly RegistryNode[]): Fact {
  return {
    key: 'volumes', label: 'Volumes',
    value: partitions.map((partition) => ({
      key: partition.name, label: partition.name,
      value: [
        ...capacityFacts(partition),
        fact('bsd_name', 'BSD Name', textOf(partition.properties, 'BSD Name') ?? ''),
        fact('iocontent', 'Content', contentName(partition)),
      ],
    })),
  }
}
