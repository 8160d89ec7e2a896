/** Driver of the I/O APIC. */
import { defineFamily } from '../defineFamily.ts'
import { AppleAPICInterruptController } from './driver/AppleAPICInterruptController.ts'

const BUNDLE = 'com.apple.driver.AppleAPIC'

/** The I/O APIC. */
export const appleAPIC = defineFamily({
  kext: {
    CFBundleIdentifier: BUNDLE,
    CFBundleName: 'AppleAPIC',
    CFBundleVersion: '1.7',
    OSBundleRequired: 'Root',
    OSBundleLibraries: {
      'com.apple.kpi.iokit': '11.0', 'com.apple.kpi.libkern': '11.0', 'com.apple.kpi.unsupported': '11.0',
    },
    personalities: {
      AppleAPIC: {
        CFBundleIdentifier: BUNDLE, IOClass: 'AppleAPICInterruptController',
        IOProviderClass: 'IOPlatformDevice',
        IONameMatch: 'io-apic',
      },
    },
    classes: [AppleAPICInterruptController.metaClass],
  },
  parts: [],
})
