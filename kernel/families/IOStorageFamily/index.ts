/** Storage: block storage drivers, media, partition schemes. */
import { defineFamily } from '../defineFamily.ts'
import { IOBlockStorageDevice } from './driver/IOBlockStorageDevice.ts'
import { IOBlockStorageDriver } from './driver/IOBlockStorageDriver.ts'
import { IOGUIDPartitionScheme } from './driver/IOGUIDPartitionScheme.ts'
import { IOMedia } from './driver/IOMedia.ts'
import { IOMediaBSDClient } from './driver/IOMediaBSDClient.ts'
import { IOPartitionScheme } from './driver/IOPartitionScheme.ts'
import { IOStorage } from './driver/IOStorage.ts'

export { DISK_MAJOR, findMinor, listMinors, type BSDMinor } from './driver/bsdMinors.ts'
export { IOBlockStorageDevice, type Reported } from './driver/IOBlockStorageDevice.ts'
export {
  awaitTransfer, type IOStorageCompletion, type IOStorageExtent, type IOStorageResult,
} from './driver/IOStorage.ts'
export {
  IOBlockStorageDriver, IOGUIDPartitionScheme, IOMedia, IOMediaBSDClient, IOPartitionScheme, IOStorage,
}
export type { IOMediaGeometry } from './driver/IOMedia.ts'
export * from './keys.ts'

/** Storage: block devices, media, partition tables and their BSD nodes. */
export const IOStorageFamily = defineFamily({
  kext: {
    CFBundleIdentifier: 'com.apple.iokit.IOStorageFamily',
    CFBundleName: 'IOStorageFamily',
    CFBundleVersion: '2.1',
    OSBundleCompatibleVersion: '1.0',
    OSBundleRequired: 'Local-Root',
    OSBundleLibraries: {
      'com.apple.kpi.bsd': '8.0', 'com.apple.kpi.iokit': '8.0',
      'com.apple.kpi.libkern': '8.0', 'com.apple.kpi.mach': '8.0',
      'com.apple.kpi.private': '8.0', 'com.apple.kpi.unsupported': '8.0',
    },
    personalities: {
      IOBlockStorageDriver: {
        CFBundleIdentifier: 'com.apple.iokit.IOStorageFamily', IOClass: 'IOBlockStorageDriver',
        IOPropertyMatch: { 'device-type': 'Generic' }, IOProviderClass: 'IOBlockStorageDevice',
      },
      IOGUIDPartitionScheme: {
        CFBundleIdentifier: 'com.apple.iokit.IOStorageFamily', IOClass: 'IOGUIDPartitionScheme',
        'Content Mask': 'GUID_partition_scheme', IOMatchCategory: 'IOStorage', IOProbeScore: 4000,
        IOPropertyMatch: { Whole: true }, IOProviderClass: 'IOMedia',
      },
      IOMediaBSDClient: {
        CFBundleIdentifier: 'com.apple.iokit.IOStorageFamily', IOClass: 'IOMediaBSDClient',
        IOMatchCategory: 'IOMediaBSDClient', IOProbeScore: 30000,
        IOProviderClass: 'IOMedia', IOResourceMatch: 'IOBSD',
      },
    },
    classes: [
      IOStorage, IOBlockStorageDevice, IOBlockStorageDriver, IOMedia,
      IOPartitionScheme, IOGUIDPartitionScheme,
      IOMediaBSDClient,
    ].map((each) => each.metaClass),
  },
  parts: [],
})
