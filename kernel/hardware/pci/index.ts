/** PCI: root complex, buses, bridges, functions, configuration space, MSI and MSI-X. */
export { BarDecoder, type BarOptions } from './BarDecoder.ts'
export type { ExpressOptions } from './capabilities.ts'
export { ConfigSpace, type ConfigField } from './ConfigSpace.ts'
export {
  CapabilityId, Command, Config, ECAM_BUS_BYTES, ExpressType, HeaderType, Status,
} from './configLayout.ts'
export { MsixTable, type MsixOwner } from './MsixTable.ts'
export { PciBridge } from './PciBridge.ts'
export { PciBus, deviceFunction, type PciSpace } from './PciBus.ts'
export { PciFunction, type PciIdentity } from './PciFunction.ts'
export { PciRootComplex, busBelow, type PciRootComplexOptions, type PciWindow } from './PciRootComplex.ts'
