import type {
  CrashRecord, DiffChange, DiffDriverChange, DiffItem, DiffReport, PanicFacts,
} from '../../api/index.ts'
import { flatRows } from './diffMachines.ts'
import { plainChanges } from './diffPlain.ts'

/** Something with a name and a version: a kext or a library. */
interface Versioned {
  readonly id: string
  readonly version: string | null
}

/**
 * Parts of a panic that say what machine and system it was and what happened; addresses are of one start
 * only.
 */
const PANIC_FIELDS = [
  'layout', 'message', 'source', 'processName', 'osVersion', 'macOSVersion',
  'kernelVersion', 'kernelUuid',
  'model', 'bootArgs', 'debuggerMessage', 'panicLogVersion',
] as const

/** Compares two panics: the system, the words, the loaded kexts and those in the backtrace. */
export function diffPanics(before: PanicFacts, after: PanicFacts): DiffReport {
  const kexts = versionsOf(before.loadedKexts ?? [], after.loadedKexts ?? [])
  const names = ({ backtraceKexts }: PanicFacts): string => backtraceKexts.map(({ id }) => id).join(', ')
  const values = plainChanges(
    { ...only(before, PANIC_FIELDS), 'kexts in backtrace': names(before) },
    { ...only(after, PANIC_FIELDS), 'kexts in backtrace': names(after) },
  )
  return reportOf('panic', kexts, values.length === 0 ? [] : [{ path: 'panic', values }])
}

const CRASH_FIELDS = [
  'process', 'identifier', 'version', 'bugType', 'exception', 'termination', 'osVersion', 'model',
  'faultingThread',
] as const

/**
 * Compares two crash reports: the process, the exception, the stack of the thread that crashed, the
 * libraries.
 */
export function diffCrashes(before: CrashRecord, after: CrashRecord): DiffReport {
  const images = ({ images: all }: CrashRecord): Versioned[] =>
    all.flatMap(({ identifier, name, version }) => {
    const id = identifier ?? name
    return id === null ? [] : [{ id, version }]
  })
  const stack = ({ threads, faultingThread }: CrashRecord): string[] => threads
    .find(({ index, isTriggered }) => isTriggered || index === faultingThread)?.frames
    .map(({ symbol, image, imageOffset }) => symbol ?? `${image ?? '?'} + ${imageOffset ?? '?'}`) ?? []
  const values = plainChanges(
    { ...only(before, CRASH_FIELDS), stack: stack(before) },
    { ...only(after, CRASH_FIELDS), stack: stack(after) },
  )
  return reportOf('crash', versionsOf(images(before), images(after)), values.length === 0 ? []
    : [{ path: 'crash', values }])
}

function only<T extends object>(from: T, keys: readonly (keyof T & string)[]): Record<string, unknown> {
  return Object.fromEntries(keys.map((key) => [key, from[key]]))
}

interface Versions {
  readonly added: readonly DiffItem[]
  readonly removed: readonly DiffItem[]
  readonly driverChanged: readonly DiffDriverChange[]
}

function versionsOf(before: readonly Versioned[], after: readonly Versioned[]): Versions {
  const [old, recent] = [before, after].map((list) => new Map(list.map(({ id, version }) => [id, version])))
  const missing = (list: readonly Versioned[], other: ReadonlyMap<string, string | null>): DiffItem[] =>
    list.filter(({ id }) => !other.has(id)).map(({ id, version }) =>
      ({ path: id, what: version, isInside: false }))
  const driverChanged = [...old!].flatMap(([id, version]) => {
    const now = recent!.get(id)
    if (now === undefined || now === version) return []
    const driver = (told: string | null): DiffDriverChange['before'] =>
      ({ ioClass: null, bundle: id, version: told })
    return [{ path: id, category: null, before: driver(version), after: driver(now) }]
  })
  return { added: missing(after, old!), removed: missing(before, recent!), driverChanged }
}

function reportOf(kind: 'panic' | 'crash', versions: Versions, changed: readonly DiffChange[]): DiffReport {
  const tree = flatRows({ ...versions, changed })
  return { kind, ...versions, changed, tree,
    notes: ['Addresses, registers and times differ from start to start and were left out.'] }
}
