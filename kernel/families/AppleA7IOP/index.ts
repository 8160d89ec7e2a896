/** The mailbox of Apple's coprocessors: register model and driver. */
import { defineFamily } from '../defineFamily.ts'
import { AppleA7IOPNub } from './driver/AppleA7IOPNub.ts'
import { AppleA7IOP, AppleA7IOPV4, AppleASCWrapV4, IOSlaveCPU } from './driver/AppleASCWrapV4.ts'

export { AppleA7IOPNub, AppleASCWrapV4 }
export type { MailboxReceiver } from './driver/AppleASCWrapV4.ts'
export * from './rtkit.ts'

const BUNDLE = 'com.apple.driver.AppleA7IOP'

/** Wrappers of coprocessors. */
export const appleA7IOP = defineFamily({
  kext: {
    CFBundleIdentifier: BUNDLE,
    CFBundleName: 'AppleA7IOP',
    CFBundleVersion: '1.0.2',
    OSBundleCompatibleVersion: '1.0.0',
    OSBundleRequired: 'Root',
    OSBundleLibraries: {
      'com.apple.driver.AppleARMPlatform': '1.0.0', 'com.apple.kpi.iokit': '11.0',
      'com.apple.kpi.libkern': '11.0',
      'com.apple.kpi.mach': '11.0', 'com.apple.kpi.private': '11.0',
    },
    personalities: {
      AppleASCWrapV4: {
        CFBundleIdentifier: BUNDLE, IOClass: 'AppleASCWrapV4', IOProviderClass: 'AppleARMIODevice',
        IONameMatch: 'iop,ascwrap-v4',
      },
    },
    classes: [
      IOSlaveCPU.metaClass, AppleA7IOP.metaClass, AppleA7IOPV4.metaClass, AppleASCWrapV4.metaClass,
      AppleA7IOPNub.metaClass,
    ],
  },
  parts: [],
})
