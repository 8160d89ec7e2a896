import { kIOServiceAsynchronous } from '../../abi/index.ts'
import { kOSBooleanTrue as trueObject, OSString, type OSDictionary } from '../../libkern/index.ts'
import { IOLog } from '../../mach/index.ts'
import type { KernelThread } from '../../sim/index.ts'
import { gIOClassKey, gIOMatchDeferKey } from '../matching/keys.ts'
import { getMatchRecorder } from '../matching/MatchRecorder.ts'
import { kIOLogStart } from './debugFlags.ts'
import { logInstanceIf, tag } from './debugLog.ts'
import { reject } from './filterCandidates.ts'
import type { IOService } from './IOService.ts'
import { serviceState } from './serviceState.ts'
import { startCandidate } from './startCandidate.ts'

const kIOServiceMatchDeferredKey = 'IOServiceMatchDeferred'

/** A driver that probed and waits for its turn to start, with the personality it came from. */
export interface Contender {
  readonly instance: IOService
  readonly table: OSDictionary
  readonly score: number
}

/** Drivers by match category, in the order in which the categories first had one. */
export type Contenders = Map<string, Contender[]>

/** Enters a driver behind all of its category with its score and above. */
export function addContender(contenders: Contenders, category: string, contender: Contender): void {
  const list = contenders.get(category)
  if (list === undefined) {
    contenders.set(category, [contender])
    return
  }
  let index = list.length
  while (index > 0 && list[index - 1]!.score < contender.score) index--
  list.splice(index, 0, contender)
}

/**
 * The last part of a pass: of each category the best driver that will start. A driver that wants to wait for the
 * kext daemon ends the starting in all categories. Gives the instances' references back.
 * @xnu iokit/Kernel/IOService.cpp probeCandidates — faithful
 */
export function* startCategories(nub: IOService, contenders: Contenders): KernelThread {
  const categories = [...contenders.values()]
  let isDeferred = false
  // By index, here and below: a generator saves an iterator for each `for of` around its `yield`.
  for (let i = 0; i < categories.length; i++) isDeferred = yield* startBest(nub, categories[i]!, isDeferred)
}

/** One category; answers whether matching of the nub is deferred from here on. */
function* startBest(
  nub: IOService, contenders: readonly Contender[], wasDeferred: boolean,
): KernelThread<boolean> {
  let isStarted = false
  let isDeferred = wasDeferred
  for (let i = 0; i < contenders.length; i++) {
    const { instance, table } = contenders[i]!
    if (!isDeferred) logStart(nub, instance, isStarted)
    if (isStarted) {
      reject(nub, table, 'SCORE', 'a higher score of the same category started')
    } else if (isDeferred || mustDefer(nub, instance)) {
      isDeferred = true
      reject(nub, table, 'DEFER', instance.getMetaClass().className)
    } else {
      isStarted = yield* startCandidate(nub, instance)
      if (isStarted) getMatchRecorder()?.started(nub, table, instance)
      else isDeferred = noteFailure(nub, instance, table)
    }
    instance.release()
  }
  return isDeferred
}

function logStart(nub: IOService, instance: IOService, isTaken: boolean): void {
  const head = isTaken ? 'match category exists, skipping ' : ''
  logInstanceIf(instance, kIOLogStart,
    () => `${head}${tag(instance)}::start(${nub.getName()}) <${instance.getRetainCount()}>\n`)
}

/** A start that failed; answers whether the driver put it off (system sleep), which ends the pass. */
function noteFailure(nub: IOService, instance: IOService, table: OSDictionary): boolean {
  logInstanceIf(instance, kIOLogStart,
    () => `${tag(instance)}::start(${tag(nub)}) <${instance.getRetainCount()}> failed\n`)
  reject(nub, table, 'START', `${instance.getMetaClass().className}::start returned false`)
  return instance.getProperty(kIOServiceMatchDeferredKey) !== null
}

/** A driver that wants to wait for the kext daemon puts its nub on the list, once. */
function mustDefer(nub: IOService, instance: IOService): boolean {
  const { deferred } = serviceState()
  if (deferred === null || instance.getProperty(gIOMatchDeferKey) !== trueObject) return false
  if (!deferred.includes(nub)) {
    nub.retain()
    deferred.push(nub)
  }
  const driver = instance.getProperty(gIOClassKey)
  const name = driver instanceof OSString ? driver.getCStringNoCopy() : ''
  const id = nub.getRegistryEntryID().toString(16)
  IOLog(`${nub.getName()}(0x${id}): matching deferred by ${name}\n`)
  return true
}

/**
 * The kext daemon has launched: nubs whose matching was deferred match again. True when there were any.
 * @xnu iokit/Kernel/IOService.cpp startDeferredMatches — faithful
 */
export function startDeferredMatches(): boolean {
  const state = serviceState()
  const { deferred } = state
  state.deferred = null
  if (deferred === null) return false
  IOLog(`deferred rematching count ${deferred.length}\n`)
  for (const nub of deferred) {
    nub.startMatching(kIOServiceAsynchronous)
    nub.release()
  }
  return deferred.length > 0
}
