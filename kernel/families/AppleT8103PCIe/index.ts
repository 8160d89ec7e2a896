/** Driver of the PCI Express host of an Apple chip. */
import { defineFamily } from '../defineFamily.ts'
import { ApplePCIEMSIController } from './driver/ApplePCIEMSIController.ts'
import { AppleEmbeddedPCIE, AppleT8103PCIe } from './driver/AppleT8103PCIe.ts'

const BUNDLE = 'com.apple.driver.AppleT8103PCIe'

/** The PCIe block of the T8103. */
export const appleT8103PCIe = defineFamily({
  kext: {
    CFBundleIdentifier: BUNDLE,
    CFBundleName: 'AppleT8103PCIe',
    CFBundleVersion: '1',
    OSBundleRequired: 'Root',
    OSBundleLibraries: {
      'com.apple.driver.AppleARMPlatform': '1.0.0', 'com.apple.driver.AppleInterruptController': '1.0.0d1',
      'com.apple.iokit.IOPCIFamily': '2.1', 'com.apple.kpi.iokit': '11.0', 'com.apple.kpi.libkern': '11.0',
      'com.apple.kpi.mach': '11.0', 'com.apple.kpi.private': '11.0',
    },
    personalities: {
      AppleT8103PCIe: {
        CFBundleIdentifier: BUNDLE, IOClass: 'AppleT8103PCIe', IOProviderClass: 'AppleARMIODevice',
        IONameMatch: 'apcie,t8103',
      },
    },
    classes: [AppleEmbeddedPCIE.metaClass, AppleT8103PCIe.metaClass, ApplePCIEMSIController.metaClass],
  },
  parts: [],
})
