/** Driver of the high precision event timer. */
import { defineFamily } from '../defineFamily.ts'
import { AppleHPET } from './driver/AppleHPET.ts'

const BUNDLE = 'com.apple.driver.AppleHPET'

/** The high precision event timer. */
export const appleHPET = defineFamily({
  kext: {
    CFBundleIdentifier: BUNDLE,
    CFBundleName: 'AppleHPET',
    CFBundleVersion: '1.8',
    OSBundleRequired: 'Root',
    OSBundleLibraries: {
      'com.apple.driver.AppleACPIPlatform': '1.0', 'com.apple.kpi.iokit': '11.0',
      'com.apple.kpi.libkern': '11.0',
    },
    personalities: {
      AppleHPET: {
        CFBundleIdentifier: BUNDLE, IOClass: 'AppleHPET', IOProviderClass: 'IOACPIPlatformDevice',
        IONameMatch: 'PNP0103',
      },
    },
    classes: [AppleHPET.metaClass],
  },
  parts: [],
})
