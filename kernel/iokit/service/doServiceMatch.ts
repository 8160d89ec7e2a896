import {
  kIOFirstMatchNotification, kIOFirstPublishNotification, kIOMatchedNotification, kIOPublishNotification,
  kIOReturnSuccess, kIOServiceConfigRunning, kIOServiceConfigState, kIOServiceFirstMatchState,
  kIOServiceFirstPublishState, kIOServiceInactiveState, kIOServiceMatchedState, kIOServiceModuleStallState,
  kIOServiceNeedConfigState, kIOServiceRegisteredState,
} from '../../abi/index.ts'
import type { OSArray } from '../../libkern/index.ts'
import type { KernelThread } from '../../sim/index.ts'
import { gIOCatalogue } from '../matching/IOCatalogue.ts'
import { gIOResourceMatchedKey } from '../matching/keys.ts'
import { getMatchRecorder } from '../matching/MatchRecorder.ts'
import { copyNotifiers, invokeNotifiers } from '../notification/matchingNotifications.ts'
import type { ServiceNotifier } from '../notification/ServiceNotifier.ts'
import { adjustBusy } from './busy.ts'
import { inKernelFrame } from './driverFrames.ts'
import type { IOService } from './IOService.ts'
import { probeCandidates } from './probeCandidates.ts'
import { hideFromUserSpace } from './rootMedia.ts'
import { serviceState } from './serviceState.ts'
import { scheduleTerminatePhase2 } from './terminateLists.ts'

const isActive = (service: IOService): boolean => (service.internals.state0 & kIOServiceInactiveState) === 0

/**
 * One registration: publishes the service, matches drivers to it, and again while it was registered anew or the
 * catalogue changed meanwhile; then says that it is matched.
 * @xnu iokit/Kernel/IOService.cpp doServiceMatch — faithful
 */
export function* doServiceMatch(service: IOService, _options: number): KernelThread {
  service.retain()
  yield* inKernelFrame('IOService::doServiceMatch(unsigned int)', matchPasses(service))
  service.release()
}

function* matchPasses(service: IOService): KernelThread {
  const { internals } = service
  const catalogue = gIOCatalogue()
  let isReRegistration = true
  let resourceKeys: OSArray | null = null
  for (;;) {
    const generation = catalogue.getGenerationCount()
    const first = publishFirst(service)
    internals.state1 &= ~kIOServiceNeedConfigState
    internals.state1 |= kIOServiceConfigState | kIOServiceConfigRunning
    internals.state0 |= kIOServiceRegisteredState
    hideFromUserSpace(service)
    const publish = isReRegistration && isActive(service) ? copyNotifiers(service, kIOPublishNotification) : []
    yield* invokeNotifiers(service, first)
    if (isActive(service)) {
      const keys = yield* onePass(service, publish)
      if (keys !== null) resourceKeys?.release()
      resourceKeys = keys ?? resourceKeys
    } else for (const notifier of publish) notifier.release()
    isReRegistration = (internals.state1 & kIOServiceNeedConfigState) !== 0
    const hasChanged = isReRegistration || generation !== catalogue.getGenerationCount()
    if (!hasChanged || !isActive(service)) break
  }
  yield* finish(service, resourceKeys)
}

/** The first time, the service joins the class-keyed search; who waits for that is told. */
function publishFirst(service: IOService): ServiceNotifier[] {
  const { internals } = service
  if ((internals.state0 & kIOServiceFirstPublishState) !== 0 || !isActive(service)) return []
  service.getMetaClass().addInstance(service)
  return copyNotifiers(service, kIOFirstPublishNotification, kIOServiceFirstPublishState)
}

/**
 * Matches what the catalogue has, publish notifiers in between, by score and priority. For the resources: their keys
 * at the beginning, with one reference, when there was something to match.
 */
function* onePass(service: IOService, publish: readonly ServiceNotifier[]): KernelThread<OSArray | null> {
  const recorder = getMatchRecorder()
  recorder?.passBegan(service)
  const matches = gIOCatalogue().driversToTry(service)
  const hasWork = publish.length > 0 || matches.length > 0
  let keys: OSArray | null = null
  if (hasWork && service.getResources() === kIOReturnSuccess) {
    if (isResources(service)) keys = service.copyPropertyKeys()
    yield* inKernelFrame('IOService::probeCandidates(OSOrderedSet*)', probeCandidates(service, matches, publish))
  }
  for (const notifier of publish) notifier.release()
  recorder?.passEnded(service)
  return keys
}

function isResources(service: IOService): boolean {
  const { resources, userResources } = serviceState()
  return service === resources || service === userResources
}

/** The end of a registration: matched notifications, and the busy count taken at its begin is given back. */
function* finish(service: IOService, resourceKeys: OSArray | null): KernelThread {
  const { internals } = service
  const notifiers: ServiceNotifier[] = []
  if (isActive(service) && (internals.state1 & kIOServiceModuleStallState) === 0) {
    if (resourceKeys !== null) service.setProperty(gIOResourceMatchedKey, resourceKeys)
    notifiers.push(...copyNotifiers(service, kIOMatchedNotification, kIOServiceMatchedState))
    if ((internals.state0 & kIOServiceFirstMatchState) === 0) {
      notifiers.push(...copyNotifiers(service, kIOFirstMatchNotification, kIOServiceFirstMatchState))
    }
  }
  resourceKeys?.release()
  internals.state1 &= ~kIOServiceConfigRunning
  yield* invokeNotifiers(service, notifiers)
  internals.state1 &= ~kIOServiceConfigState
  if (!isActive(service)) scheduleTerminatePhase2(service)
  adjustBusy(service, -1)
}
