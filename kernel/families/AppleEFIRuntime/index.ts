/** The EFI runtime services as registry entries of an Intel machine. */
import { defineFamily } from '../defineFamily.ts'
import { AppleEFINVRAM, AppleEFIRuntime } from './driver/AppleEFIRuntime.ts'

const BUNDLE = 'com.apple.driver.AppleEFIRuntime'

/** Runtime services of EFI firmware. */
export const appleEFIRuntime = defineFamily({
  kext: {
    CFBundleIdentifier: BUNDLE,
    CFBundleName: 'AppleEFIRuntime',
    CFBundleVersion: '2.1',
    OSBundleRequired: 'Root',
    OSBundleLibraries: {
      'com.apple.driver.AppleACPIPlatform': '1.0', 'com.apple.kpi.iokit': '11.0',
      'com.apple.kpi.libkern': '11.0',
      'com.apple.kpi.unsupported': '11.0',
    },
    personalities: {
      AppleEFIRuntime: {
        CFBundleIdentifier: BUNDLE, IOClass: 'AppleEFIRuntime', IOProviderClass: 'AppleACPIPlatformExpert',
        IOMatchCategory: 'AppleEFIRuntime', IOResourceMatch: 'ACPI',
      },
    },
    classes: [AppleEFIRuntime.metaClass, AppleEFINVRAM.metaClass],
  },
  parts: [],
})
