import { panic, PE_parse_boot_argn, setBootArgs } from '../../mach/index.ts'
import { setDBDMASegmentLimit } from '../dma/index.ts'
import { describeKernel, getRegistryRoot } from '../registry/index.ts'
import {
  IOService, serviceState, setDebugFlags, setVerboseMatchLogs, startDeferredMatches, startTerminateThread,
} from '../service/index.ts'
import { installIOKitServer } from '../userclient/index.ts'

/** What the boot gives the I/O Kit. */
export interface IOKitBootOptions {
  /** Kernel version string, for `IOKitBuildVersion`. */
  readonly kernelVersion: string
  readonly osBuild: string
  /** The boot-args line. */
  readonly bootArgs: string
  /** Extensions of a `waitQuiet` time-out: 4 on Intel, 1 on Apple silicon. */
  readonly timeoutExtensions: number
  /** Whether a kext daemon will check in (`iokitDaemonLaunched`). */
  readonly hasDaemon: boolean
}

/**
 * Initialises the I/O Kit's own state: registry root, debug flags, thread limits. Before `InitIOKit`.
 * @xnu iokit/Kernel/IOStartIOKit.cpp InitIOKit — simplified: the classes initialise on first use
 */
export function initializeIOKit(options: IOKitBootOptions): void {
  const state = serviceState()
  setBootArgs(options.bootArgs)
  const io = PE_parse_boot_argn('io')
  if (io !== null) setDebugFlags(io)
  setVerboseMatchLogs((PE_parse_boot_argn('iokit_print_verbose_match_logs') ?? 0) !== 0)
  state.maxConfigThreads = PE_parse_boot_argn('iocthreads') ?? state.maxConfigThreads
  setDBDMASegmentLimit(PE_parse_boot_argn('mseg'))
  state.timeoutExtensions = options.timeoutExtensions
  state.hasDaemon = options.hasDaemon
  if (!options.hasDaemon) state.deferred = null
  const enforced = PE_parse_boot_argn('enforce_platform_action_safety') ?? 0
  state.enforcesPlatformActionSafety = enforced !== 0
  getRegistryRoot()
  describeKernel(options.kernelVersion, options.osBuild)
  installIOKitServer()
  startTerminateThread()
}

/**
 * Makes the root nub the root of all services. The nub is the platform expert device, made from the device tree.
 * @xnu iokit/Kernel/IOStartIOKit.cpp InitIOKit — faithful
 */
export function InitIOKit(rootNub: IOService | null): void {
  if (rootNub === null) panic('Failed to allocate IOKit root nub')
  if (!rootNub.attach(null)) panic('Failed to initialize IOKit root nub')
}

/**
 * Starts matching at the root nub; with a kext daemon the root is held busy until that has checked in.
 * @xnu iokit/Kernel/IOStartIOKit.cpp StartIOKitMatching — faithful
 */
export function StartIOKitMatching(): void {
  const { root, hasDaemon } = serviceState()
  if (root === null) panic('Failed to start IOService matching')
  root.registerService()
  if (hasDaemon) root.adjustBusy(1)
}

/**
 * The kext daemon has checked in: deferred matches go on, the root is let go, the resource `IOKit` is there.
 * @xnu iokit/Kernel/IOService.cpp iokitDaemonLaunched — faithful
 */
export function iokitDaemonLaunched(): void {
  const state = serviceState()
  if (!state.hasDaemon) panic('kernelmanagerd is unavailable in this environment, but it was launched')
  if (state.daemonHasLaunched) return
  state.daemonHasLaunched = true
  startDeferredMatches()
  state.root?.adjustBusy(-1)
  IOService.publishUserResource('IOKit')
}

