import { bugType as bugTypeOf, decodePanicFlags } from '../../../abi/index.ts'
import type { PanicFacts, PanicEnvelope } from '../../../api/index.ts'
import { isLooseObject, type LooseJson, type LooseObject } from '../../../formats/index.ts'
import type { OpenedPanic } from '../container/openContainer.ts'

/** Keys of header and body that are read. */
const KNOWN_KEYS: ReadonlySet<string> = new Set([
  'bug_type',
  'timestamp',
  'os_version',
  'roots_installed',
  'incident_id',
  'build',
  'product',
  'socId',
  'socRevision',
  'kernel',
  'incident',
  'crashReporterKey',
  'date',
  'panicString',
  'string',
  'macOSPanicString',
  'panicFlags',
  'otherString',
  'memoryStatus',
  'processByPid',
  'binaryImages',
  'notes',
  'macOSPanicFlags',
  'macOSOtherString',
  'macOSProcessedStackshotData',
  'stackshot',
  'panicProcessingFlags',
  'codeSigningMonitor',
  'developerMode',
  'bootProgressRegister',
  'repairStatus',
  'PanicLogUtilizationMetrics',
  'name',
  'app_name',
  'app_version',
  'bundleID',
  'platform',
  'is_first_party',
  'modelCode',
  'share_with_app_devs',
  'slice_uuid',
  'build_version',
  'osVersion',
  'reason',
  'frontmostPids',
  'exception',
  'tuning',
  'absoluteTime',
  'stackshotVersion',
  'systemStateString',
  'Reason',
  'variant',
  'reportVersion',
  'uptime',
])

/** The member as text; null when it is none. */
export function textMember(object: LooseObject | null, ...keys: readonly string[]): string | null {
  for (const key of keys) {
    const value = object?.[key]
    if (typeof value === 'string' && value !== '') return value
    if (typeof value === 'number' || typeof value === 'bigint') return String(value)
  }
  return null
}

function flatNumbers(
  value: LooseJson | undefined,
  prefix = '',
  into: Record<string, string> = {},
): Record<string, string> {
  if (!isLooseObject(value)) return into
  for (const [key, item] of Object.entries(value)) {
    if (isLooseObject(item) && prefix === '') flatNumbers(item, `${key}.`, into)
    else if (item !== null && typeof item !== 'object') into[`${prefix}${key}`] = String(item)
  }
  return into
}

const MAX_OTHERS = 50

function unknownValues(...objects: readonly (LooseObject | null)[]): Record<string, string> {
  const rows = objects
    .flatMap((object) => Object.entries(object ?? {}))
    .filter(([key]) => !KNOWN_KEYS.has(key))
  return Object.fromEntries(
    rows
      .slice(0, MAX_OTHERS)
      .flatMap(([key, value]) =>
        value === null || typeof value === 'object' ? [] : [[key, String(value).slice(0, 1000)]],
      ),
  )
}

/** What the reporter wrote around the panic; null for plain text. */
export function reporterOf({ header, body }: OpenedPanic): PanicEnvelope | null {
  if (header === null && body === null) return null
  const bugType = textMember(header, 'bug_type') ?? textMember(body, 'bug_type')
  const notes = body?.notes
  return {
    bugType: bugType === null ? null : { value: bugType, meaning: bugTypeOf(Number(bugType))?.title ?? null },
    date: textMember(body, 'date') ?? textMember(header, 'timestamp'),
    osVersion: textMember(body, 'build') ?? textMember(header, 'os_version'),
    incident: textMember(body, 'incident') ?? textMember(header, 'incident_id'),
    socId: textMember(body, 'socId'),
    notes: Array.isArray(notes) ? notes.filter((note) => typeof note === 'string') : [],
    memory: flatNumbers(body?.memoryStatus),
    others: unknownValues(header, body),
  }
}

/** The panic flags with what they mean on that platform. */
export function panicFlagsOf(body: LooseObject | null, isIntel: boolean): PanicFacts['panicFlags'] {
  const value = textMember(body, 'panicFlags')
  if (value === null || !/^(?:0x[0-9a-f]{1,16}|\d{1,19})$/iu.test(value)) return null
  const { flags, unknownBits } = decodePanicFlags(
    Number(BigInt.asUintN(31, BigInt(value))),
    isIntel ? 'intel' : 'embedded',
  )
  const unknown = unknownBits === 0 ? [] : [`bits 0x${unknownBits.toString(16)} that have no name known here`]
  return { value, meanings: [...flags.map(({ meaning }) => meaning), ...unknown] }
}

/** Keys that no part of the reader looks at. */
export function unknownKeys({ header, body }: OpenedPanic): string[] {
  return [...Object.keys(header ?? {}), ...Object.keys(body ?? {})].filter((key) => !KNOWN_KEYS.has(key))
}
