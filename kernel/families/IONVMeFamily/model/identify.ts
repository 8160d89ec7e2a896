import { IDENTIFY_BYTES, IdentifyController, IdentifyNamespace } from '../bits.ts'
import { ASYNC_EVENT_LIMIT } from './AsyncEvents.ts'
import type { NvmeNamespace } from './NvmeNamespace.ts'
import type { NvmeSettings } from './settings.ts'

/** Abort commands served at a time. */
export const ABORT_LIMIT = 4
const APPLE_OUI = [0xe3, 0xd2, 0x00]

/** Identify Controller data (5.15.2.2). */
export function identifyController(settings: NvmeSettings, namespaces: number): Uint8Array {
  const page = new Uint8Array(IDENTIFY_BYTES)
  const view = new DataView(page.buffer)
  view.setUint16(IdentifyController.vendorId, settings.vendorId, true)
  view.setUint16(IdentifyController.subsystemVendorId, settings.subsystemVendorId, true)
  putText(page, IdentifyController.serial, 20, settings.serialNumber)
  putText(page, IdentifyController.model, 40, settings.modelNumber)
  putText(page, IdentifyController.firmware, 8, settings.firmwareRevision)
  page.set(APPLE_OUI, IdentifyController.ieee)
  page[IdentifyController.mdts] = settings.mdts
  view.setUint32(IdentifyController.version, settings.version, true)
  page[IdentifyController.abortLimit] = ABORT_LIMIT - 1
  page[IdentifyController.asyncEventLimit] = ASYNC_EVENT_LIMIT - 1
  page[IdentifyController.firmwareSlots] = 0x03
  view.setUint16(IdentifyController.warningTemperature, 348, true)
  view.setUint16(IdentifyController.criticalTemperature, 358, true)
  page[IdentifyController.sqEntrySize] = 0x66
  page[IdentifyController.cqEntrySize] = 0x44
  view.setUint32(IdentifyController.namespaceCount, Math.max(namespaces, 1), true)
  view.setUint16(IdentifyController.oncs, 0x000c, true)
  page[IdentifyController.volatileWriteCache] = 1
  const nqn = `nqn.2014.08.org.nvmexpress:uuid:${settings.serialNumber}`
  for (let i = 0; i < nqn.length; i++) page[IdentifyController.subsystemNqn + i] = nqn.charCodeAt(i)
  view.setUint16(IdentifyController.powerState0, 850, true)
  return page
}

/** Identify Namespace data (5.15.2.1). */
export function identifyNamespace(namespace: NvmeNamespace): Uint8Array {
  const page = new Uint8Array(IDENTIFY_BYTES)
  const view = new DataView(page.buffer)
  const blocks = BigInt(namespace.image.blockCount)
  for (const offset of [IdentifyNamespace.size, IdentifyNamespace.capacity, IdentifyNamespace.used]) {
    view.setBigUint64(offset, blocks, true)
  }
  view.setBigUint64(IdentifyNamespace.eui64, namespace.eui64)
  page[IdentifyNamespace.format0 + 2] = namespace.blockShift
  return page
}

/** Active namespace identifiers above `after` (5.15.2.3). */
export function activeNamespaces(ids: readonly number[], after: number): Uint8Array {
  const page = new Uint8Array(IDENTIFY_BYTES)
  const view = new DataView(page.buffer)
  const later = ids.filter((id) => id > after).toSorted((a, b) => a - b)
  later.slice(0, IDENTIFY_BYTES / 4).forEach((id, index) => view.setUint32(index * 4, id, true))
  return page
}

/** Namespace identification descriptors (5.15.2.4): the EUI-64. */
export function namespaceDescriptors(namespace: NvmeNamespace): Uint8Array {
  const page = new Uint8Array(IDENTIFY_BYTES)
  page[0] = 1
  page[1] = 8
  new DataView(page.buffer).setBigUint64(4, namespace.eui64)
  return page
}

/** Fixed-width ASCII, padded with blanks on the right (1.6). */
function putText(page: Uint8Array, offset: number, width: number, text: string): void {
  for (let i = 0; i < width; i++) page[offset + i] = i < text.length ? text.charCodeAt(i) & 0x7f : 0x20
}
