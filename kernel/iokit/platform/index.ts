/** The platform: its expert, nubs, processors, NVRAM and the root power domain. */
import { defineKernelClasses } from '../../libkern/index.ts'
import { IOCPU } from './IOCPU.ts'
import { IOCPUInterruptController } from './IOCPUInterruptController.ts'
import { IODTNVRAM, IODTNVRAMVariables } from './IODTNVRAM.ts'
import { IODTPlatformExpert } from './IODTPlatformExpert.ts'
import { IOPanicPlatform } from './IOPanicPlatform.ts'
import { IOPlatformDevice } from './IOPlatformDevice.ts'
import { IOPlatformExpert } from './IOPlatformExpert.ts'
import { IOPlatformExpertDevice } from './IOPlatformExpertDevice.ts'
import { IOPMrootDomain, IOPowerConnection, IORootParent } from './IOPMrootDomain.ts'

export {
  IOCPU, IOCPUInterruptController, IODTNVRAM, IODTNVRAMVariables, IODTPlatformExpert, IOPanicPlatform,
  IOPlatformDevice, IOPlatformExpert, IOPlatformExpertDevice, IOPMrootDomain, IOPowerConnection, IORootParent,
}
export { presentedVector, waitForCPUInterruptController } from './IOCPUInterruptController.ts'
export {
  kIOCPUStateRunning, kIOCPUStateStopped, kIOCPUStateUninitalized, kIOCPUStateUnregistered,
} from './IOCPU.ts'
export { IODeviceTreeAlloc, interruptCellsOf, type DeviceTreeSource } from './IODeviceTreeAlloc.ts'
export { IODTCompareNubName, deviceTreeTexts, deviceTreeWords } from './IODTSupport.ts'
export {
  gIOPlatformInterruptControllerName, kIOPlatformMapperPresentKey,
} from './IOPlatformExpert.ts'
export { interruptControllerName, resolveDeviceTreeNub } from './deviceTreeResources.ts'
export type { PlatformIdentity } from './IOPlatformExpertDevice.ts'
export { getPlatform, setPlatform } from './platform.ts'

defineKernelClasses([
  IOCPU, IOCPUInterruptController, IODTNVRAM, IODTNVRAMVariables, IODTPlatformExpert, IOPanicPlatform, IOPlatformDevice,
  IOPlatformExpert, IOPlatformExpertDevice, IOPMrootDomain, IOPowerConnection, IORootParent,
])
