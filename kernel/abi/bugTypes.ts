/** What a diagnostic report is about, as far as reading it goes. */
export type BugTypeFamily =
  'crash' | 'panic' | 'hang' | 'resource' | 'memory' | 'power' | 'graphics' | 'firmware' | 'log'

/** A `bug_type` of a report's header. */
export interface BugType {
  readonly code: number
  readonly family: BugTypeFamily
  readonly title: string
}

const rows: readonly (readonly [family: BugTypeFamily, title: string, ...codes: number[]])[] = [
  ['crash', 'Crash of a process', 9, 109, 309],
  ['panic', 'Kernel panic', 10, 110, 210],
  ['hang', 'Spin: a process that did not answer', 11],
  ['hang', 'Hang of a process', 12],
  ['power', 'Stalled shutdown', 17],
  ['graphics', 'GPU restart or event', 21, 184, 284],
  ['resource', 'Resource limit exceeded', 22, 185, 385],
  ['log', 'Microstackshots', 23],
  ['power', 'Sleep or wake failure', 24],
  ['hang', 'Watchdog time-out', 28],
  ['hang', 'Service watchdog time-out', 29],
  ['memory', 'Memory limit exceeded', 30],
  ['firmware', 'Bridge (T2) report', 31],
  ['firmware', 'Firmware integrity', 32],
  ['log', 'System statistics', 36],
  ['memory', 'Jetsam: memory ran out', 98, 198, 298],
  ['log', 'Reset count', 115],
  ['power', 'Low battery', 120],
  ['resource', 'Disk writes over the limit', 145],
  ['panic', 'Forced reset', 151],
  ['log', 'Update or restore log', 183, 194],
  ['log', 'Stackshot', 186, 188, 288, 509],
  ['log', 'Sandbox violation', 187],
  ['resource', 'Processor time over the limit', 202],
  ['log', 'CoreAnalytics', 211],
  ['hang', 'Hang of a run loop', 222, 223, 228],
  ['memory', 'System memory reset', 301],
  ['log', 'System fault', 308],
  ['resource', 'Too many threads', 327],
  ['hang', 'Crash at the system watchdog', 409],
  ['panic', 'Panic that automation asked for', 410],
]

const byCode = new Map(rows.flatMap(([family, title, ...codes]) =>
  codes.map((code) => [code, { code, family, title } satisfies BugType] as const)))

/** What a `bug_type` stands for; null for one that is not known. */
export function bugType(code: number): BugType | null {
  return byCode.get(code) ?? null
}
