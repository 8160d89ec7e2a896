/** The address translation of Apple chips: register model, mapper and driver. */
import { defineFamily } from '../defineFamily.ts'
import { AppleT8020DART } from './driver/AppleT8020DART.ts'
import { IODART, IODARTMapperNub } from './driver/IODART.ts'
import { IODARTMapper } from './driver/IODARTMapper.ts'

export { IODART, IODARTMapper, IODARTMapperNub }

const FAMILY = 'com.apple.iokit.IODARTFamily'
const T8020 = 'com.apple.driver.AppleT8020DART'
const KPI = {
  'com.apple.kpi.iokit': '11.0', 'com.apple.kpi.libkern': '11.0', 'com.apple.kpi.mach': '11.0',
  'com.apple.kpi.private': '11.0',
}

/** Mappers of the IOMMUs in Apple's chips. */
export const ioDARTFamily = defineFamily({
  kext: {
    CFBundleIdentifier: FAMILY,
    CFBundleName: 'IODARTFamily',
    CFBundleVersion: '1',
    OSBundleCompatibleVersion: '1',
    OSBundleRequired: 'Root',
    OSBundleLibraries: KPI,
    personalities: {
      IODARTMapper: {
        CFBundleIdentifier: FAMILY, IOClass: 'IODARTMapper', IOProviderClass: 'IODARTMapperNub',
        IONameMatch: 'iommu-mapper',
      },
    },
    classes: [IODART.metaClass, IODARTMapperNub.metaClass, IODARTMapper.metaClass],
  },
  parts: [],
})

/** The IOMMU of the t8020 generation. */
export const appleT8020DART = defineFamily({
  kext: {
    CFBundleIdentifier: T8020,
    CFBundleName: 'AppleT8020DART',
    CFBundleVersion: '1',
    OSBundleRequired: 'Root',
    OSBundleLibraries: { [FAMILY]: '1', 'com.apple.driver.AppleARMPlatform': '1.0.0', ...KPI },
    personalities: {
      AppleT8020DART: {
        CFBundleIdentifier: T8020, IOClass: 'AppleT8020DART', IOProviderClass: 'AppleARMIODevice',
        IONameMatch: 'dart,t8020',
      },
    },
    classes: [AppleT8020DART.metaClass],
  },
  parts: [],
})
