import { WaitQueue, type Thread } from '../../sim/index.ts'
import type { InterestNotifier } from './interest.ts'
import type { IOService } from './IOService.ts'

/** Who owns the arbitration lock of a service, how deep, and who waits. */
export interface ArbitrationLock {
  owner: Thread | null
  depth: number
  readonly waiters: WaitQueue
}

/** What IOService keeps about itself; the concern files of this folder work on it, nobody else. */
export class ServiceInternals {
  /** First state word: `getState`. */
  state0 = 0
  /** Second state word: busy count and private stages. */
  state1 = 0
  /** First provider as of `providerGeneration`. */
  provider: IOService | null = null
  providerGeneration = -1
  /** The client that has this service open. */
  owner: IOService | null = null
  lock: ArbitrationLock | null = null
  /** Interest notifiers by type. */
  interest: Map<string, InterestNotifier[]> | null = null
  /** Sleepers on a change of the busy count or of the clients. */
  stateWaiters: WaitQueue | null = null
  /** Virtual time at which the service became busy; meaningful while it is. */
  busySinceNs = 0
  accumulatedBusyNs = 0
  /** Its port survives termination: a task holds it from a termination notification. */
  machPortHoldDestroy = false
  /** Who was authorised to open this service, as `IOServiceAuthorize` set it. */
  authorizationID = 0n

  queue(): WaitQueue {
    this.stateWaiters ??= new WaitQueue()
    return this.stateWaiters
  }
}
