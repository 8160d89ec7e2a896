/** Driver of the operating system that runs on Apple's coprocessors. */
import { defineFamily } from '../defineFamily.ts'
import {
  RTBuddyBuiltinEndpoint, RTBuddyEndpointService, RTBuddyIOReportingEndpoint, RTBuddyService,
} from './driver/endpoints.ts'
import { IOSlaveProcessor, RTBuddy, RTBuddyV2 } from './driver/RTBuddy.ts'

export { RTBuddyEndpointService, RTBuddyService, RTBuddyV2 }

const BUNDLE = 'com.apple.driver.RTBuddy'

/** Companions of coprocessors that run RTKit. */
export const rtBuddy = defineFamily({
  kext: {
    CFBundleIdentifier: BUNDLE,
    CFBundleName: 'RTBuddy',
    CFBundleVersion: '1.0.0',
    OSBundleCompatibleVersion: '1.0.0',
    OSBundleRequired: 'Root',
    OSBundleLibraries: {
      'com.apple.driver.AppleA7IOP': '1.0.0', 'com.apple.kpi.iokit': '11.0', 'com.apple.kpi.libkern': '11.0',
      'com.apple.kpi.mach': '11.0', 'com.apple.kpi.private': '11.0',
    },
    personalities: {
      RTBuddyV2: {
        CFBundleIdentifier: BUNDLE, IOClass: 'RTBuddyV2', IOProviderClass: 'AppleA7IOPNub',
        IONameMatch: 'iop-nub,rtbuddy-v2',
      },
      RTBuddyService: {
        CFBundleIdentifier: BUNDLE, IOClass: 'RTBuddyService', IOProviderClass: 'RTBuddy',
        IOMatchCategory: 'RTBuddyService',
      },
    },
    classes: [
      IOSlaveProcessor.metaClass, RTBuddy.metaClass, RTBuddyV2.metaClass, RTBuddyService.metaClass,
      RTBuddyEndpointService.metaClass, RTBuddyBuiltinEndpoint.metaClass,
      RTBuddyIOReportingEndpoint.metaClass,
    ],
  },
  parts: [],
})
