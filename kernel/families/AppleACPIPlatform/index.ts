/** The platform expert of Intel machines: ACPI tables, namespace, nubs and vectors. */
import { defineFamily } from '../defineFamily.ts'
import { AppleACPICPU, AppleACPICPUInterruptController } from './driver/AppleACPICPU.ts'
import { AppleACPIPCI } from './driver/AppleACPIPCI.ts'
import { AppleACPIPlatformExpert, IOACPIPlatformExpert } from './driver/AppleACPIPlatformExpert.ts'
import { IOACPIPlatformDevice } from './driver/IOACPIPlatformDevice.ts'

export { AppleACPIPCI, AppleACPIPlatformExpert, IOACPIPlatformDevice }
export * from './acpi.ts'

const ACPI_FAMILY = 'com.apple.iokit.IOACPIFamily'
const PLATFORM = 'com.apple.driver.AppleACPIPlatform'
const KPI = {
  'com.apple.kpi.iokit': '11.0', 'com.apple.kpi.libkern': '11.0', 'com.apple.kpi.mach': '11.0',
  'com.apple.kpi.unsupported': '11.0',
}

/** Classes that every ACPI platform shares. */
export const ioACPIFamily = defineFamily({
  kext: {
    CFBundleIdentifier: ACPI_FAMILY,
    CFBundleName: 'IOACPIFamily',
    CFBundleVersion: '1.4',
    OSBundleCompatibleVersion: '1.0.0d1',
    OSBundleRequired: 'Root',
    OSBundleLibraries: KPI,
    personalities: {},
    classes: [IOACPIPlatformDevice.metaClass, IOACPIPlatformExpert.metaClass],
  },
  parts: [],
})

/** Platform expert, processors and PCI hosts of machines with ACPI. */
export const appleACPIPlatform = defineFamily({
  kext: {
    CFBundleIdentifier: PLATFORM,
    CFBundleName: 'AppleACPIPlatform',
    CFBundleVersion: '6.1',
    OSBundleCompatibleVersion: '1.0',
    OSBundleRequired: 'Root',
    OSBundleLibraries: { [ACPI_FAMILY]: '1.0.0d1', 'com.apple.iokit.IOPCIFamily': '1.2', ...KPI },
    personalities: {
      'ACPI Platform Expert': {
        CFBundleIdentifier: PLATFORM, IOClass: 'AppleACPIPlatformExpert',
        IOProviderClass: 'IOPlatformExpertDevice',
        IONameMatch: 'ACPI', IOProbeScore: 10000,
      },
      'ACPI CPU': {
        CFBundleIdentifier: PLATFORM, IOClass: 'AppleACPICPU', IOProviderClass: 'IOACPIPlatformDevice',
        IONameMatch: 'processor', IOProbeScore: 1000,
      },
      'ACPI PCI Root': {
        CFBundleIdentifier: PLATFORM, IOClass: 'AppleACPIPCI', IOProviderClass: 'IOACPIPlatformDevice',
        IONameMatch: 'PNP0A03', IOProbeScore: 5000,
      },
    },
    classes: [
      AppleACPIPlatformExpert.metaClass, AppleACPICPU.metaClass, AppleACPICPUInterruptController.metaClass,
      AppleACPIPCI.metaClass,
    ],
  },
  parts: [],
})
