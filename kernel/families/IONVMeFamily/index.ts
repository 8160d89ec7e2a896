/** NVM Express: controller and namespace models, the controller drivers. */
import { defineFamily } from '../defineFamily.ts'
import {
  AppleANS3NVMeController, AppleEmbeddedNVMeController, AppleNVMeController, IOEmbeddedNVMeBlockDevice,
} from './driver/AppleANS3NVMeController.ts'
import { IONVMeBlockStorageDevice } from './driver/IONVMeBlockStorageDevice.ts'
import { IONVMeController } from './driver/IONVMeController.ts'
import { nvmeParts } from './parts.ts'

export {
  AppleANS3NVMeController, AppleEmbeddedNVMeController, AppleNVMeController, IOEmbeddedNVMeBlockDevice,
  IONVMeBlockStorageDevice, IONVMeController,
}

const IDENTIFIER = 'com.apple.iokit.IONVMeFamily'

/** NVM Express controllers and their namespaces. */
export const IONVMeFamily = defineFamily({
  kext: {
    CFBundleIdentifier: IDENTIFIER,
    CFBundleName: 'IONVMeFamily',
    CFBundleVersion: '2.1.0',
    OSBundleCompatibleVersion: '1.0',
    OSBundleRequired: 'Local-Root',
    OSBundleLibraries: {
      'com.apple.iokit.IOPCIFamily': '2.9', 'com.apple.iokit.IOStorageFamily': '2.1',
      'com.apple.kpi.iokit': '13.0',
      'com.apple.kpi.libkern': '13.0', 'com.apple.kpi.mach': '13.0',
    },
    personalities: {
      IONVMeController: {
        CFBundleIdentifier: IDENTIFIER, IOClass: 'IONVMeController', IOPCIClassMatch: '0x01080200&0xffffff00',
        IOPCIPauseCompatible: true, IOPCITunnelCompatible: true,
        IOPCIUseDeviceMapper: true, IOPlatformPanicAction: 0,
        IOPrimaryDriverTerminateOptions: true, IOProbeScore: 100,
        IOProviderClass: 'IOPCIDevice', IOUnitName: 'disk',
      },
      AppleANS3NVMeController: {
        CFBundleIdentifier: IDENTIFIER, IOClass: 'AppleANS3NVMeController',
        IOPlatformPanicAction: 0, IOProbeScore: 300000,
        IOPropertyMatch: { role: 'ANS2' }, IOProviderClass: 'RTBuddyService',
      },
    },
    classes: [
      IONVMeController, AppleNVMeController, AppleEmbeddedNVMeController,
      AppleANS3NVMeController, IONVMeBlockStorageDevice,
      IOEmbeddedNVMeBlockDevice,
    ].map((each) => each.metaClass),
  },
  parts: nvmeParts,
})
