import { WaitQueue, type Thread } from '../../sim/index.ts'
import type { InterruptSource } from '../interrupts/controllers.ts'
import type { InterruptStatistics } from './interruptStatistics.ts'
import type { IOCommand } from './IOCommand.ts'
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
  /** A driver extension: a user server serves it (the original's `uvars`). */
  isUserDriver = false
  /** The client that has this service open. */
  owner: IOService | null = null
  lock: ArbitrationLock | null = null
  /** Heads of the lists of interest notifiers, by type; each is a property too. */
  interest: Map<string, IOCommand> | null = null
  /** Sleepers on a change of the second state word. */
  stateWaiters: WaitQueue | null = null
  /** Sleepers on the detachment of a client. */
  detachWaiters: WaitQueue | null = null
  /** Virtual time at which the service became busy; -1 while it is quiet. */
  busySinceNs = -1
  accumulatedBusyNs = 0
  /** Interrupts as they were looked up; null before the first. */
  interruptSources: (InterruptSource | null)[] | null = null
  /** What each interrupt has cost, by index; null before the first event source. */
  interruptStatistics: (InterruptStatistics | undefined)[] | null = null
  /** Its port survives termination: a task holds it from a termination notification. */
  machPortHoldDestroy = false
  /** Who was authorised to open this service, as `IOServiceAuthorize` set it. */
  authorizationID = 0n

  queue(): WaitQueue {
    this.stateWaiters ??= new WaitQueue()
    return this.stateWaiters
  }
}
