/** Driver of the real-time clock of an Intel machine. */
import { defineFamily } from '../defineFamily.ts'
import { AppleRTC, IORTC } from './driver/AppleRTC.ts'

const BUNDLE = 'com.apple.driver.AppleRTC'

/** The CMOS clock. */
export const appleRTC = defineFamily({
  kext: {
    CFBundleIdentifier: BUNDLE,
    CFBundleName: 'AppleRTC',
    CFBundleVersion: '2.0.1',
    OSBundleRequired: 'Root',
    OSBundleLibraries: {
      'com.apple.driver.AppleACPIPlatform': '1.0', 'com.apple.kpi.iokit': '11.0',
      'com.apple.kpi.libkern': '11.0',
      'com.apple.kpi.unsupported': '11.0',
    },
    personalities: {
      AppleRTC: {
        CFBundleIdentifier: BUNDLE, IOClass: 'AppleRTC', IOProviderClass: 'IOACPIPlatformDevice',
        IONameMatch: 'PNP0B00',
      },
    },
    classes: [IORTC.metaClass, AppleRTC.metaClass],
  },
  parts: [],
})
