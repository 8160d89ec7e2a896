/** Driver that publishes the SMBIOS tables. */
import { defineFamily } from '../defineFamily.ts'
import { AppleSMBIOS } from './driver/AppleSMBIOS.ts'

const BUNDLE = 'com.apple.driver.AppleSMBIOS'

/** The tables by which firmware describes the board. */
export const appleSMBIOS = defineFamily({
  kext: {
    CFBundleIdentifier: BUNDLE,
    CFBundleName: 'AppleSMBIOS',
    CFBundleVersion: '2.1',
    OSBundleRequired: 'Root',
    OSBundleLibraries: {
      'com.apple.kpi.iokit': '11.0', 'com.apple.kpi.libkern': '11.0', 'com.apple.kpi.unsupported': '11.0',
    },
    personalities: {
      AppleSMBIOS: {
        CFBundleIdentifier: BUNDLE, IOClass: 'AppleSMBIOS', IOProviderClass: 'IOPlatformDevice',
        IONameMatch: 'bios', IOMatchCategory: 'AppleSMBIOS',
      },
    },
    classes: [AppleSMBIOS.metaClass],
  },
  parts: [],
})
