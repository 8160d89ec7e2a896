import type { FamilyRule } from '../iokit/index.ts'
import { resourcesMatcher } from '../iokit/index.ts'
import { hidRules } from './IOHIDFamily/matching.ts'
import { pciRules } from './IOPCIFamily/matching.ts'
import { scsiRules } from './IOSCSIArchitectureModelFamily/matching.ts'
import { storageRules } from './IOStorageFamily/matching.ts'
import { usbRules } from './IOUSBFamily/matching.ts'
import { usbHostRules } from './IOUSBHostFamily/matching.ts'

const XNU = 'xnu-11417.101.15'

/** Nubs that answer to the texts of their device-tree properties, and to nothing else of their family. */
const namedRules: readonly FamilyRule[] = [
  {
    family: 'IOPlatformExpert', providerClasses: ['IOPlatformDevice', 'IOPlatformExpertDevice'], matcher: null,
    names: 'device tree', keys: ['IONameMatch'], confidence: 'open source',
    source: `${XNU} IOPlatformExpert.cpp compareNubName, IODeviceTreeSupport.cpp IODTCompareNubName`,
    note: 'Names are the texts of name, compatible, device_type and model; an asterisk ends a prefix.',
  },
  {
    family: 'IOACPIFamily', providerClasses: ['IOACPIPlatformDevice'], matcher: null, names: 'device tree',
    keys: ['IONameMatch'], confidence: 'inferred', source: 'AppleACPIPlatform (closed): names in real dumps',
    note: '_HID is the name property, the _CIDs are the compatible property, the object itself is the entry name.',
  },
  {
    family: 'AppleARMPlatform', providerClasses: ['AppleARMIODevice', 'AppleA7IOPNub', 'RTBuddyEndpointService'],
    matcher: null, names: 'device tree', keys: ['IONameMatch'], confidence: 'inferred',
    source: 'AppleARMPlatform (closed): IONameMatched in real dumps',
    note: 'Names are those of the device tree entry, and the entry name itself.',
  },
  {
    family: 'IONVMeFamily', providerClasses: ['IONVMeController', 'IONVMeBlockStorageDevice'], matcher: null,
    names: 'registry name', keys: [], confidence: 'inferred', source: 'IONVMeFamily (closed): personalities in dumps',
    note: 'Controllers match a PCI class (0x010802) or the name of a coprocessor; below them only generic keys count.',
  },
]

const resourceRules: readonly FamilyRule[] = [{
  family: 'IOKit', providerClasses: ['IOResources', 'IOUserResources'], matcher: resourcesMatcher,
  names: 'registry name', keys: ['IOResourceMatch', 'IOResourceMatched'], confidence: 'open source',
  source: `${XNU} IOService.cpp IOResourcesMatchPropertyTable`,
  note: 'Every resource named must be published. Drivers need a match category of their own here.',
}]

/** Every rule there is, in the order in which they are looked through. */
export const familyRules: readonly FamilyRule[] = [
  ...pciRules, ...usbRules, ...usbHostRules, ...hidRules, ...scsiRules, ...storageRules, ...namedRules,
  ...resourceRules,
]

const byClass = new Map(familyRules.flatMap((rule) => rule.providerClasses.map((name) => [name, rule] as const)))

/**
 * How nubs of a class answer a matching dictionary; null where only the generic keys count as far as anybody knows.
 * A list of classes is the nub's own and its superclasses, nearest first: the first with a rule decides.
 */
export function familyMatcherFor(providerClass: string | readonly string[]): FamilyRule | null {
  for (const name of typeof providerClass === 'string' ? [providerClass] : providerClass) {
    const rule = byClass.get(name)
    if (rule !== undefined) return rule
  }
  return null
}
