import type { OSDictionary } from '../../libkern/index.ts'
import { kernelState, WaitQueue, type Thread } from '../../sim/index.ts'
import type { ServiceNotifier } from '../notification/ServiceNotifier.ts'
import type { IOService } from './IOService.ts'
import type { IOSystemStateNotification } from './IOSystemStateNotification.ts'

/** A service that waits for a config thread. */
export interface ServiceJob {
  readonly service: IOService
  readonly options: number
}

/** What user clients contribute to termination. */
export interface UserReferenceHooks {
  /** All user-visible ports of the service die. */
  destroyUserReferences(service: IOService): void
  /** False while calls are inside: the service is finalized when the last one leaves. */
  finalizeUserReferences(service: IOService): boolean
}

/** What DriverKit contributes to matching. */
export interface DriverKitHooks {
  /** Why a personality with a user server may not be used now; null: it may. */
  refuses(nub: IOService, personality: OSDictionary): 'DEXT-OFF' | 'DEXT-DAEMON' | 'DEXT-LIMIT' | null
  /** Finds or launches the server of an attached instance and waits for it. */
  launch(nub: IOService, instance: IOService): Generator<void, boolean, 0 | 1 | 2 | 3>
}

export interface StopPair {
  readonly client: IOService
  readonly provider: IOService
}

/** Lists of the terminate worker. */
class TerminationState {
  /** `gIOTerminatePhase2List`; each entry here and below is retained. */
  readonly phase2: IOService[] = []
  /** `gIOStopList` and `gIOStopProviderList`. */
  readonly stops: StopPair[] = []
  /** `gIOFinalizeList`. */
  readonly finalize: IOService[] = []
  /**
   * `gIOTerminateWork`, "IOKit termination queue depth": what was queued since the last run over the lists
   * ended.
   */
  work = 0
  /** `gIOTerminateThread`: who works on the lists now. */
  owner: Thread | null = null
  /** `IOServiceTerminateThread`. */
  workerThread: Thread | null = null
  /** Sleepers on the first piece of work. */
  readonly workQueue = new WaitQueue()
  /** Sleepers on the end of `owner`. */
  readonly ownerQueue = new WaitQueue()
}

/** What one world knows of services as a whole. */
class ServiceState {
  root: IOService | null = null
  resources: IOService | null = null
  userResources: IOService | null = null
  systemState: IOSystemStateNotification | null = null

  readonly jobs: ServiceJob[] = []
  configThreads = 0
  /** Config threads that have no job yet. */
  freeConfigThreads = 0
  maxConfigThreads = 500

  /** Nubs whose matching waits for the kext daemon; null once it has launched. */
  deferred: IOService[] | null = []
  daemonHasLaunched = false
  /** Whether this system has a kext daemon at all. */
  hasDaemon = false
  /** Requests that the daemon has not answered. */
  pendingDaemonRequests = 0
  isShuttingDown = false
  /** How often `waitQuiet` tries again before it panics: 4 on Intel, 1 on Apple silicon. */
  timeoutExtensions = 4

  /** `gEnforcePlatformActionSafety`: a platform action that reaches IOService panics (boot-arg). */
  enforcesPlatformActionSafety = false
  /** The block storage driver that the root disk hangs on, null for none; undefined before that is known. */
  rootMediaParent: IOService | null | undefined = undefined
  /** `gIOServiceHideIOMedia`: until the root of services was quiet once. */
  hidesMedia = true
  /** How often a driver extension that crashed is matched again (boot-arg `dextrelaunch`). */
  dextRelaunchMax = 1000

  readonly notifiers = new Map<string, ServiceNotifier[]>()
  readonly termination = new TerminationState()

  /** The platform expert's say on each registration; false: no matching. */
  platformAdjustService: ((service: IOService) => boolean) | null = null
  userReferences: UserReferenceHooks | null = null
  driverKit: DriverKitHooks | null = null
}

/** Threads of one world that serve matching and termination, and the lists they serve. */
export const serviceState = kernelState(() => new ServiceState())
