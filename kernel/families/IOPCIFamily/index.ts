/** PCI Express: bridge and function models, their drivers, matching keys, message interrupts. */
import { IOPCIMessagedInterruptController } from '../../iokit/index.ts'
import { defineFamily } from '../defineFamily.ts'
import { AppleVTD } from './driver/AppleVTD.ts'
import { IOPCI2PCIBridge } from './driver/IOPCI2PCIBridge.ts'
import { IOPCIBridge } from './driver/IOPCIBridge.ts'
import { IOPCIDevice } from './driver/IOPCIDevice.ts'
import { IOPCIHostBridge } from './driver/IOPCIHostBridge.ts'
import * as kpi from './kpi.ts'
import { pciParts } from './parts.ts'

export { EcamAccess, type ConfigAccess } from './driver/ConfigAccess.ts'
export type { ConfigEntry } from './driver/ConfigEntry.ts'
export type { HostWindow } from './driver/IOPCIConfigurator.ts'
export type { IOPCIHostBridgeData, IOPCIHostDescription, LegacyInterrupt } from './driver/IOPCIBridge.ts'
export type { IOPCIAddressSpace } from './driver/IOPCIDevice.ts'
export { AppleVTD, IOPCI2PCIBridge, IOPCIBridge, IOPCIDevice, IOPCIHostBridge }
export * from './registers.ts'

const IDENTIFIER = 'com.apple.iokit.IOPCIFamily'

/** PCI: buses, bridges and the nubs of functions. */
export const IOPCIFamily = defineFamily({
  kext: {
    CFBundleIdentifier: IDENTIFIER,
    CFBundleName: 'I/O Kit PCI Family',
    CFBundleVersion: '2.9',
    OSBundleCompatibleVersion: '1.0.0b1',
    OSBundleRequired: 'Root',
    OSBundleLibraries: {
      'com.apple.kpi.iokit': '8.0', 'com.apple.kpi.libkern': '8.0', 'com.apple.kpi.mach': '8.0',
      'com.apple.kpi.unsupported': '8.0', 'com.apple.kpi.private': '8.0',
    },
    personalities: {
      'IOPCI2PCIBridge-Name': {
        CFBundleIdentifier: IDENTIFIER, IOClass: 'IOPCI2PCIBridge', IONameMatch: 'pci-bridge',
        IOProviderClass: 'IOPCIDevice',
      },
      'IOPCI2PCIBridge-PCI': {
        CFBundleIdentifier: IDENTIFIER, IOClass: 'IOPCI2PCIBridge', IOPCIMatch: '0x00261011',
        IOProviderClass: 'IOPCIDevice',
      },
      'IOPCI2PCIBridge-i386': {
        CFBundleIdentifier: IDENTIFIER, IOClass: 'IOPCI2PCIBridge', IOPCIClassMatch: '0x06040000&0xffff0000',
        IOProviderClass: 'IOPCIDevice',
      },
    },
    classes: [
      IOPCIBridge, IOPCIHostBridge, IOPCI2PCIBridge, IOPCIDevice, IOPCIMessagedInterruptController, AppleVTD,
    ].map((each) => each.metaClass),
    kpi,
  },
  parts: pciParts,
})
