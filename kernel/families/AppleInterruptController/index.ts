/** Driver of Apple's interrupt controller, the AIC. */
import { defineFamily } from '../defineFamily.ts'
import { AppleInterruptController } from './driver/AppleInterruptController.ts'

export { AppleInterruptController }

/** The interrupt controller of Apple's first own desktop chips. */
export const appleInterruptController = defineFamily({
  kext: {
    CFBundleIdentifier: 'com.apple.driver.AppleInterruptController',
    CFBundleName: 'AppleInterruptController',
    CFBundleVersion: '1.0.0d1',
    OSBundleCompatibleVersion: '1.0.0d1',
    OSBundleRequired: 'Root',
    OSBundleLibraries: {
      'com.apple.driver.AppleARMPlatform': '1.0.0', 'com.apple.kpi.iokit': '11.0',
      'com.apple.kpi.libkern': '11.0',
      'com.apple.kpi.private': '11.0',
    },
    personalities: {
      AppleInterruptController: {
        CFBundleIdentifier: 'com.apple.driver.AppleInterruptController',
        IOClass: 'AppleInterruptController', IOProviderClass: 'AppleARMIODevice', IONameMatch: ['aic,1'],
      },
    },
    classes: [AppleInterruptController.metaClass],
  },
  parts: [],
})
