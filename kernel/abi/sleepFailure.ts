/** A point that the root power domain passes on the way to sleep or back (`kIOPMTracePoint…`). */
export interface SleepPhase {
  readonly code: number
  /** The constant's name. */
  readonly name: string
  readonly direction: 'sleep' | 'wake' | 'up'
  /** The kernel's words after `while`; null for the two phases that it has none for. */
  readonly description: string | null
}

type PhaseRow = readonly [code: number, name: string, description: string | null]

const UPCOMING = 'calling rootDomain\'s clients about upcoming rootDomain\'s state changes'
const CALLBACKS = 'calling power state change callbacks'
const rows: readonly PhaseRow[] = [
  [0x00, 'SystemUp', null],
  [0x10, 'SleepStarted', 'starting sleep'],
  [0x11, 'SleepApplications', 'notifying applications'],
  [0x12, 'SleepPriorityClients', 'notifying clients about upcoming system capability changes'],
  [0x13, 'SleepWillChangeInterests',
    `creating hibernation file or while ${UPCOMING}`],
  [0x14, 'SleepPowerPlaneDrivers', CALLBACKS],
  [0x15, 'SleepDidChangeInterests', 'calling rootDomain\'s clients about rootDomain\'s state changes'],
  [0x16, 'SleepCapabilityClients', 'notifying clients about current system capabilities'],
  [0x17, 'SleepPlatformActions', 'calling Quiesce/Sleep action callbacks'],
  [0x18, 'SleepCPUs', 'halting all non-boot CPUs'],
  [0x19, 'SleepPlatformDriver', 'executing platform specific code'],
  [0x1a, 'Hibernate', 'writing the hibernation image'],
  [0x1f, 'SystemSleep', 'in EFI/Bootrom after last point of entry to sleep'],
  [0x21, 'WakePlatformDriver', 'executing platform specific code'],
  [0x22, 'WakePlatformActions', 'calling Wake action callbacks'],
  [0x23, 'WakeCPUs', 'starting non-boot CPUs'],
  [0x24, 'WakeWillPowerOnClients',
    'sending kIOMessageSystemWillPowerOn message to kernel and userspace clients'],
  [0x25, 'WakeWillChangeInterests', UPCOMING],
  [0x26, 'WakeDidChangeInterests',
    'calling rootDomain\'s clients about completed rootDomain\'s state changes'],
  [0x27, 'WakePowerPlaneDrivers', CALLBACKS],
  [0x28, 'WakeCapabilityClients', 'informing clients about current system capabilities'],
  [0x29, 'WakeApplications',
    'sending asynchronous kIOMessageSystemHasPoweredOn message to userspace clients'],
  [0x30, 'SystemLoginwindowPhase', null],
  [0x31, 'DarkWakeEntry', 'entering darkwake on way to sleep'],
  [0x32, 'DarkWakeExit', 'entering fullwake from darkwake'],
]

/** Trace points of Mac OS X 10.6 (Darwin 10), whose messages had no words for them. */
const darwin10Rows: readonly PhaseRow[] = [
  [0x00, 'SystemUp', null], [0x11, 'SleepStarted', null], [0x12, 'SystemSleepAppsPhase', null],
  [0x13, 'SystemHibernatePhase', null], [0x14, 'SystemSleepDriversPhase', CALLBACKS],
  [0x15, 'SystemSleepPlatformPhase', null], [0x21, 'SystemWakeDriversPhase', CALLBACKS], [0x22, 'SystemWakeAppsPhase', null],
  [0x30, 'SystemLoginwindowPhase', null],
]

/** First Darwin version with today's numbers; they have not changed since. */
const FIRST_OF_TODAY = 11

function directionOf(code: number): SleepPhase['direction'] {
  if (code === 0) return 'up'
  return code < 0x20 || code === 0x31 ? 'sleep' : 'wake'
}

const phasesOf = (table: readonly PhaseRow[]): SleepPhase[] => table.map(([code, name, description]) =>
  ({ code, name: `kIOPMTracePoint${name}`, direction: directionOf(code), description }))

/** Every phase, in the order in which a sleep and its wake pass them. */
export const sleepPhases: readonly SleepPhase[] = phasesOf(rows)

const byCode = new Map(sleepPhases.map((phase) => [phase.code, phase]))
const byDarwin10Code = new Map(phasesOf(darwin10Rows).map((phase) => [phase.code, phase]))

/** `Failure code:: 0x… 0x…` of a sleep or wake that did not end. */
export interface SleepFailure {
  readonly phase: SleepPhase | null
  /** First word: what the phase noted. */
  readonly detail: number
  /** While drivers change state: which top-level PCI devices are still at it (one bit of the detail each). */
  readonly pendingPciDevices: readonly number[]
  /** Progress bytes above the phase, as the firmware stores them; zero in the panic's text. */
  readonly loginWindow: number
  readonly coreDisplay: number
  readonly coreGraphics: number
}

/**
 * Reads the two words of a failure code; `phase` is null where that system's kernel knows no such phase.
 * `darwin` is the major version of the system, null for a current one.
 */
export function decodeSleepFailure(detail: number, phaseWord: number, darwin: number | null = null): SleepFailure {
  const phases = darwin !== null && darwin < FIRST_OF_TODAY ? byDarwin10Code : byCode
  const phase = phases.get(phaseWord & 0xff) ?? null
  const ofDrivers = phase?.description === CALLBACKS
  const bits = Array.from({ length: 32 }, (_, bit) => bit)
  return {
    phase,
    detail: detail >>> 0,
    pendingPciDevices: ofDrivers ? bits.filter((bit) => (detail >>> bit & 1) === 1) : [],
    loginWindow: phaseWord >>> 24,
    coreDisplay: phaseWord >>> 16 & 0xff,
    coreGraphics: phaseWord >>> 8 & 0xff,
  }
}
