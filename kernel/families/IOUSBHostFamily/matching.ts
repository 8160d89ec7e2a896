import type { FamilyRule } from '../../iokit/index.ts'
import { usbDeviceKeys, usbInterfaceKeys, usbMatchers } from '../IOUSBFamily/matching.ts'

/** Keys that the family's headers name beside the classic ones. */
const OWN_KEYS = ['USBSpeed', 'USBPortType']

const SOURCE = 'IOUSBHostFamily (closed): keys of IOUSBHostFamilyDefinitions.h, points of IOUSBFamily-560.4.2'
const NOTE = 'The code is closed. That its points are those of the classic USB family is our conclusion.'
const matchers = usbMatchers({ device: SOURCE, interface: SOURCE }, OWN_KEYS)

/** The rules for the nubs of today's USB family. @xnu ours: the family is closed */
export const usbHostRules: readonly FamilyRule[] = [
  {
    family: 'IOUSBHostFamily', providerClasses: ['IOUSBHostDevice'], matcher: matchers.device,
    names: 'registry name', keys: [...usbDeviceKeys, ...OWN_KEYS], confidence: 'inferred', source: SOURCE, note: NOTE,
  },
  {
    family: 'IOUSBHostFamily', providerClasses: ['IOUSBHostInterface'], matcher: matchers.interface,
    names: 'registry name', keys: [...usbInterfaceKeys, ...OWN_KEYS], confidence: 'inferred', source: SOURCE,
    note: `${NOTE} idVendor and idProduct alone match no interface.`,
  },
]
