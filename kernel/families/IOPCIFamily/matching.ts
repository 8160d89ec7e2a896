import { IORegistryEntry, type FamilyRule, type IOService } from '../../iokit/index.ts'
import { OSData, OSNumber } from '../../libkern/index.ts'
import { makePCIMatcher, type PCIMatchable } from './driver/pciMatching.ts'
import { kIOPCIConfigRevisionID, kIOPCIConfigVendorID } from './registers.ts'

/** A property that holds a little-endian number, as nubs publish their identifiers. */
function wordOf(service: IOService, key: string): number {
  const value = service.getProperty(key)
  if (value instanceof OSNumber) return value.unsigned32BitValue()
  if (!(value instanceof OSData)) return 0
  return value.bytes().slice(0, 4).reduce((word, byte, index) => word | (byte << (8 * index)), 0)
}

/** The registers that matching compares, made of the properties of a nub that was read from a dump. */
function registersOf(service: IOService): PCIMatchable {
  return {
    savedConfigRead32(offset) {
      if (offset === kIOPCIConfigVendorID) return wordOf(service, 'vendor-id') | (wordOf(service, 'device-id') << 16)
      if (offset === kIOPCIConfigRevisionID) return wordOf(service, 'revision-id') | (wordOf(service, 'class-code') << 8)
      return wordOf(service, 'subsystem-vendor-id') | (wordOf(service, 'subsystem-id') << 16)
    },
    addsMatchScore: IORegistryEntry.getPlane('IOACPIPlane') === null,
  }
}

/** The rule for PCI functions. @xnu IOPCIFamily/IOPCIBridge.cpp pciMatchNub — faithful */
export const pciRules: readonly FamilyRule[] = [{
  family: 'IOPCIFamily', providerClasses: ['IOPCIDevice'], matcher: makePCIMatcher(registersOf), names: 'device tree',
  keys: ['IOPCIMatch', 'IOPCIPrimaryMatch', 'IOPCISecondaryMatch', 'IOPCIClassMatch', 'IOPCITunnelCompatible'],
  confidence: 'open source', source: 'IOPCIFamily-726.0.5 IOPCIBridge.cpp pciMatchNub, matchNubWithPropertyTable',
  note: 'A hit of IOPCIMatch on vendor and device earns 1000 on Macs without ACPI only. Behind a tunnel a personality '
    + 'must say IOPCITunnelCompatible.',
}]
