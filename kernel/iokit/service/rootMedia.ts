import {
  kIOFirstMatchNotification, kIOFirstPublishNotification, kIOMatchedNotification, kIOServiceFirstMatchState,
  kIOServiceMatchedState, kIOServiceUserInvisibleMatchState, kIOServiceUserUnhidden,
} from '../../abi/index.ts'
import { OSMetaClass } from '../../libkern/index.ts'
import type { KernelThread } from '../../sim/index.ts'
import { copyNotifiers, invokeNotifiers, invokeNotifiersNow } from '../notification/matchingNotifications.ts'
import type { ServiceNotifier } from '../notification/ServiceNotifier.ts'
import { gIOServicePlane, kIORegistryIterateParents, kIORegistryIterateRecursively } from '../registry/index.ts'
import type { IOService } from './IOService.ts'
import { serviceState } from './serviceState.ts'

const kIOMediaClass = 'IOMedia'
const kIOBlockStorageDriverClass = 'IOBlockStorageDriver'
const kIOPrimaryDriverTerminateOptionsKey = 'IOPrimaryDriverTerminateOptions'

/**
 * The medium that the system started from is known: what its block storage driver hangs on may not be replaced by a
 * driver that comes later, and user space sees the media below that. Null, or one without such a driver: nothing is
 * held, and all hidden media are published. Only the first call counts. Thread context.
 * @xnu iokit/Kernel/IOService.cpp setRootMedia — faithful
 */
export function* setRootMedia(media: IOService | null): KernelThread {
  const state = serviceState()
  let step = media
  while (step !== null && OSMetaClass.checkMetaCastWithName(kIOBlockStorageDriverClass, step) === null) {
    step = step.getProvider()
  }
  if (state.rootMediaParent !== undefined) return
  state.rootMediaParent = step
  yield* publishHiddenMedia(step)
}

/** Whether a service is `parent` or has it above it. @xnu iokit/Kernel/IOService.cpp hasParent — faithful */
function hasParent(service: IOService, parent: IOService): boolean {
  let step: IOService | null = service
  while (step !== null && step !== parent) step = step.getProvider()
  return step !== null
}

/**
 * Until the root of services was quiet once, a medium whose driver could still be replaced is hidden from user
 * space, unless the root disk is on the same driver, or there is none.
 * @xnu iokit/Kernel/IOService.cpp doServiceMatch — faithful
 */
export function hideFromUserSpace(service: IOService): void {
  const { hidesMedia, rootMediaParent } = serviceState()
  if (!hidesMedia || rootMediaParent === null) return
  const { internals } = service
  if (OSMetaClass.checkMetaCastWithName(kIOMediaClass, service) === null) return
  if ((internals.state1 & kIOServiceUserUnhidden) !== 0) return
  if (rootMediaParent !== undefined && hasParent(service, rootMediaParent)) return
  const options = kIORegistryIterateRecursively | kIORegistryIterateParents
  if (service.getPropertyInPlane(kIOPrimaryDriverTerminateOptionsKey, gIOServicePlane, options) === null) return
  internals.state0 |= kIOServiceUserInvisibleMatchState
}

/** Shows one hidden medium; who is told, each with a reference. Null where it is not hidden. */
function unhide(service: IOService): ServiceNotifier[][] | null {
  const { internals } = service
  if ((internals.state0 & kIOServiceUserInvisibleMatchState) === 0) return null
  internals.state0 &= ~kIOServiceUserInvisibleMatchState
  internals.state1 |= kIOServiceUserUnhidden
  const notifiers = [copyNotifiers(service, kIOFirstPublishNotification)]
  if ((internals.state0 & kIOServiceMatchedState) !== 0) {
    notifiers.push(copyNotifiers(service, kIOMatchedNotification))
  }
  if ((internals.state0 & kIOServiceFirstMatchState) !== 0) {
    notifiers.push(copyNotifiers(service, kIOFirstMatchNotification))
  }
  return notifiers
}

/** The media below `parent`, or all; nothing is hidden any more in that case. Each retained. */
function takeHiddenMedia(parent: IOService | null): IOService[] {
  const state = serviceState()
  const wasHiding = state.hidesMedia
  if (parent === null) state.hidesMedia = false
  const media: IOService[] = []
  if (!wasHiding) return media
  OSMetaClass.applyToInstancesOfClassName(kIOMediaClass, (instance) => {
    const service = instance as IOService
    if (parent !== null && !hasParent(service, parent)) return false
    service.retain()
    media.push(service)
    return false
  })
  return media
}

/** @xnu iokit/Kernel/IOService.cpp publishHiddenMedia — faithful */
function* publishHiddenMedia(parent: IOService | null): KernelThread {
  for (const service of takeHiddenMedia(parent)) {
    yield* service.lockForArbitration()
    const notifiers = unhide(service)
    service.unlockForArbitration()
    for (const some of notifiers ?? []) yield* invokeNotifiers(service, some)
    service.release()
  }
}

/** The root of services is quiet: all are published. For a caller that cannot block. @xnu ours: publishHiddenMedia */
export function publishHiddenMediaNow(): void {
  if (!serviceState().hidesMedia) return
  for (const service of takeHiddenMedia(null)) {
    for (const some of unhide(service) ?? []) invokeNotifiersNow(service, some)
    service.release()
  }
}
