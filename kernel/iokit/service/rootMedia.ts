import { OSMetaClass } from '../../libkern/index.ts'
import type { IOService } from './IOService.ts'
import { serviceState } from './serviceState.ts'

/**
 * The medium that the system started from is known: what its block storage driver hangs on may not be replaced by a
 * driver that comes later. Null, or one without such a driver: nothing is held.
 * Boot context. @xnu iokit/Kernel/IOService.cpp setRootMedia — simplified: no media were hidden until then
 */
export function setRootMedia(media: IOService | null): void {
  let step = media
  while (step !== null && OSMetaClass.checkMetaCastWithName('IOBlockStorageDriver', step) === null) {
    step = step.getProvider()
  }
  serviceState().rootMediaParent = step
}
