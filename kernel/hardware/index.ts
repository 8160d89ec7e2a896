/** The hardware fabric: buses, address spaces, interrupt controllers and what device models are made from. */
export { AIC_BYTES, AIC_MAX_INTERRUPTS, Aic, AicEventType } from './aic/Aic.ts'
export { Apic, IO_APIC_BASE, IO_APIC_BYTES, MSI_WINDOW_BASE, MSI_WINDOW_BYTES } from './apic/Apic.ts'
export {
  DeviceModel, resetDevices, type RegisterGroup, type ResetKind, type ResetPhase,
} from './DeviceModel.ts'
export { peekRange, type DmaRequest, type Iommu } from './Iommu.ts'
export { Vtd, VTD_BYTES, VtdFault } from './vtd/Vtd.ts'
export { Fabric, type MessageTarget } from './Fabric.ts'
export {
  busError, guestError, hardwareEvent, hardwareRecordCount, hardwareRecords,
  type HardwareRecord, type HardwareRecordKind,
} from './HardwareLog.ts'
export {
  INTERRUPT_LATENCY_NS, InterruptLine, SharedInterruptLine, type InterruptSink,
} from './InterruptLine.ts'
export { AddressSpace, type UnmappedHandler } from './memory/AddressSpace.ts'
export type { AccessWidth, MmioDevice } from './memory/MmioDevice.ts'
export { PhysicalMemory } from './memory/PhysicalMemory.ts'
export type { Region } from './memory/RegionTable.ts'
export * from './pci/index.ts'
export {
  RegisterFile, type RegisterAccess, type RegisterDefinition, type RegisterField, type RegisterSnapshot,
} from './RegisterFile.ts'
export { crc32 } from '../formats/crc32.ts'
export { DiskImage, type BlockBacking, type DiskImageOptions } from './storage/DiskImage.ts'
export {
  PartitionType, guidBytes, hasGpt, writeGpt, type GptPlan, type PartitionPlan, type PlacedPartition,
} from './storage/gpt.ts'
