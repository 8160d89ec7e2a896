import { OSDictionary, OSSet, OSString, type OSObject } from '../../libkern/index.ts'
import { IOLog } from '../../mach/index.ts'
import { isKernelThread, scheduler, type KernelThread } from '../../sim/index.ts'
import { resourceMatching } from '../matching/dictionaries.ts'
import { gIOResourceMatchKey, gIOUserServerNameKey } from '../matching/keys.ts'
import { waitForMatchingService } from '../notification/matchingNotifications.ts'
import { kIOLogConfig, kIOLogStart } from './debugFlags.ts'
import { logIf, tag } from './debugLog.ts'
import { beginHook, inKernelFrame } from './driverFrames.ts'
import type { IOService } from './IOService.ts'
import { serviceState } from './serviceState.ts'

/** A start that takes longer is mentioned. */
const kSlowStartNs = 500_000_000

/**
 * Attaches a driver to its nub, waits for the resources that either asks for, and starts it; a failed start detaches.
 * @xnu iokit/Kernel/IOService.cpp startCandidate — faithful
 */
export function startCandidate(nub: IOService, instance: IOService): KernelThread<boolean> {
  return inKernelFrame('IOService::startCandidate(IOService*)', start(nub, instance))
}

function* start(nub: IOService, instance: IOService): KernelThread<boolean> {
  const { resources, userResources, driverKit } = serviceState()
  const hasServer = instance.getProperty(gIOUserServerNameKey) !== null
  if (hasServer && nub === resources) return false
  const attached = instance.attachWaiting(nub)
  if (!(isKernelThread(attached) ? yield* attached : attached)) return false
  if (nub !== resources && nub !== userResources) {
    if (nub.getProperty(gIOResourceMatchKey) !== null) yield* checkResources(nub)
    if (instance.getProperty(gIOResourceMatchKey) !== null) yield* checkResources(instance)
  }
  if (hasServer) {
    instance.internals.isUserDriver = true
    const isReady = driverKit !== null && (yield* driverKit.launch(nub, instance))
    if (!isReady) {
      instance.detach(nub)
      return false
    }
  }
  const startNs = scheduler().nowNs
  const answer = beginHook(instance, 'start', () => instance.start(nub))
  const ok = isKernelThread(answer) ? yield* answer : answer
  const tookNs = scheduler().nowNs - startNs
  if (tookNs > kSlowStartNs) {
    logIf(kIOLogStart, () => `${tag(instance)}::start took ${Math.floor(tookNs / 1e6)} ms\n`)
  }
  if (!ok) instance.detach(nub)
  return ok
}

/**
 * Waits for everything that `IOResourceMatch` of a service names: one resource, or a set of them.
 * @xnu iokit/Kernel/IOService.cpp checkResources — faithful
 */
function* checkResources(service: IOService): KernelThread {
  const wanted = service.getProperty(gIOResourceMatchKey)
  if (wanted === null) return
  const resources = wanted instanceof OSSet ? [...wanted.members()] : [wanted]
  for (const resource of resources) yield* checkResource(service, resource)
}

/** @xnu iokit/Kernel/IOService.cpp checkResource — faithful */
function* checkResource(service: IOService, wanted: OSObject): KernelThread {
  if (wanted instanceof OSString && serviceState().resources?.getProperty(wanted.getCStringNoCopy()) != null) return
  let table: OSDictionary
  if (wanted instanceof OSString) table = resourceMatching(wanted.getCStringNoCopy())
  else if (wanted instanceof OSDictionary) {
    wanted.retain()
    table = wanted
  } else {
    IOLog(`${service.getName()}: Can't match using: ${wanted.getMetaClass().className}\n`)
    return
  }
  const id = (scheduler().current?.id ?? 0).toString(16)
  logIf(kIOLogConfig, () => `config(0x${id}): stalling ${service.getName()}\n`)
  const found = yield* waitForMatchingService(table)
  logIf(kIOLogConfig, () => `config(0x${id}): waking\n`)
  found?.release()
  table.release()
}
