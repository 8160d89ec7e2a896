/** The platform expert of Apple silicon: device tree, nubs, processors. */
import { defineFamily } from '../defineFamily.ts'
import { AppleARMCPU } from './driver/AppleARMCPU.ts'
import { AppleARMIODevice } from './driver/AppleARMIODevice.ts'
import { AppleARMPE } from './driver/AppleARMPE.ts'
import { AppleARMIO, AppleT810xIO } from './driver/AppleT810xIO.ts'

export { AppleARMCPU, AppleARMIODevice, AppleARMPE, AppleARMIO, AppleT810xIO }

const PLATFORM = 'com.apple.driver.AppleARMPlatform'
const T8101 = 'com.apple.driver.AppleT8101'
const KPI = {
  'com.apple.kpi.bsd': '11.0', 'com.apple.kpi.iokit': '11.0', 'com.apple.kpi.libkern': '11.0',
  'com.apple.kpi.mach': '11.0', 'com.apple.kpi.private': '11.0',
}

/** Platform expert, processors and nubs of machines with an Apple chip. */
export const appleARMPlatform = defineFamily({
  kext: {
    CFBundleIdentifier: PLATFORM,
    CFBundleName: 'AppleARMPlatform',
    CFBundleVersion: '1.0.2',
    OSBundleCompatibleVersion: '1.0.0',
    OSBundleRequired: 'Root',
    OSBundleLibraries: KPI,
    personalities: {
      AppleARMPE: {
        CFBundleIdentifier: PLATFORM, IOClass: 'AppleARMPE', IOProviderClass: 'IOPlatformExpertDevice',
        IONameMatch: 'AppleARM', IOProbeScore: 1000,
      },
      AppleARMCPU: {
        CFBundleIdentifier: PLATFORM, IOClass: 'AppleARMCPU', IOProviderClass: 'IOPlatformDevice',
        IONameMatch: 'cpu', IOProbeScore: 100,
      },
    },
    classes: [
      AppleARMPE.metaClass, AppleARMCPU.metaClass, AppleARMIODevice.metaClass,
      AppleARMIO.metaClass,
    ],
  },
  parts: [],
})

/** The I/O fabric of the T8101 and T8103. */
export const appleT8101 = defineFamily({
  kext: {
    CFBundleIdentifier: T8101,
    CFBundleName: 'AppleT8101',
    CFBundleVersion: '1',
    OSBundleRequired: 'Root',
    OSBundleLibraries: { [PLATFORM]: '1.0.0', ...KPI },
    personalities: {
      AppleT8101: {
        CFBundleIdentifier: T8101, IOClass: 'AppleT810xIO', IOProviderClass: 'IOPlatformDevice',
        IONameMatch: ['arm-io,t8101', 'arm-io,t8103'],
      },
    },
    classes: [AppleT810xIO.metaClass],
  },
  parts: [],
})
