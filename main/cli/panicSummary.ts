import type { PanicEvidence, PanicReport } from '../../kernel/api/index.ts'

const WIDTH = 100
const MAX_EVIDENCE = 6

/** Words in lines of at most `WIDTH` characters, all after the first indented. */
function wrapped(text: string, first: string, rest: string): string {
  const lines: string[] = []
  let line = first
  let isEmpty = true
  for (const word of text.split(/\s+/u)) {
    if (!isEmpty && line.length + 1 + word.length > WIDTH) {
      lines.push(line)
      line = rest
      isEmpty = true
    }
    line += isEmpty ? word : ` ${word}`
    isEmpty = false
  }
  return [...lines, line].join('\n')
}

const bullet = (text: string, indent = '  '): string => wrapped(text, `${indent}- `, `${indent}  `)

/** Each piece of evidence with the words of the report, which are not repeated for the same line. */
function evidence(list: readonly PanicEvidence[]): string[] {
  return list.slice(0, MAX_EVIDENCE).flatMap(({ line, text, says }, index) => {
    const where = line === null ? 'worked out' : `line ${line}`
    const isRepeated = text === '' || (line !== null && list[index - 1]?.line === line)
    return [
      wrapped(`${where}: ${says}`, '      ', '        '),
      ...(isRepeated ? [] : [`          > ${text}`]),
    ]
  })
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : ['', title, ...lines]
}

function suspects({ verdict }: PanicReport): string[] {
  const lines = verdict.suspects.flatMap(({ bundle, kind, rank, weight, evidence: list }) => [
    `  ${rank}. ${bundle}  (${kind}, ${weight} evidence)`,
    ...evidence(list),
  ])
  return verdict.cannotTell === null
    ? lines
    : [...lines, wrapped(verdict.cannotTell, '  Cannot tell: ', '  ')]
}

function uptime(seconds: number | null): string | null {
  if (seconds === null) return null
  const whole = Math.floor(seconds)
  const [days, hours, minutes] = [
    Math.floor(whole / 86_400),
    Math.floor(whole / 3600) % 24,
    Math.floor(whole / 60) % 60,
  ]
  if (days > 0) return `${days} d ${hours} h ${minutes} min`
  return hours > 0
    ? `${hours} h ${minutes} min`
    : minutes > 0
      ? `${minutes} min ${whole % 60} s`
      : `${seconds.toFixed(1)} s`
}

function facts(report: PanicReport): string[] {
  const { panickedTask: task, derived, reporter } = report
  const fault = derived.fault
  const rows: [string, string | null][] = [
    ['model', report.model ?? derived.soc],
    ['system', report.osVersion],
    ['kernel', report.kernelVersion],
    ['task', task === null ? report.processName : `${task.name ?? '?'} (pid ${task.pid ?? '?'})`],
    ['processor', report.cpu === null ? null : String(report.cpu)],
    [
      'fault',
      fault === null
        ? null
        : [fault.reason, fault.address === null ? null : `at ${fault.address}`, fault.pattern]
            .filter(Boolean)
            .join(', '),
    ],
    ['uptime', uptime(derived.uptimeSeconds)],
    [
      'since wake',
      derived.secondsSinceWake === derived.uptimeSeconds ? null : uptime(derived.secondsSinceWake),
    ],
    [
      'sleep phase',
      derived.sleepPhase === null ? null : `${derived.sleepPhase.code} ${derived.sleepPhase.name}`,
    ],
    ['boot-args', report.bootArgs],
    ['date', reporter?.date ?? report.details.find(({ label }) => label === 'Date')?.value ?? null],
    [
      'report',
      reporter?.bugType == null
        ? null
        : [`bug_type ${reporter.bugType.value}`, reporter.bugType.meaning].filter(Boolean).join(', '),
    ],
    [
      'flags',
      report.panicFlags === null
        ? null
        : `${report.panicFlags.value}: ${report.panicFlags.meanings.join('; ')}`,
    ],
    ['kexts loaded', report.loadedKexts.length === 0 ? null : String(report.loadedKexts.length)],
    [
      'layout',
      `${report.layout}, ${report.container}`
        + (report.wrapping.length === 0 ? '' : ` (undone: ${report.wrapping.join(', ')})`),
    ],
  ]
  return rows.flatMap(([name, value]) =>
    value === null || value === '' ? [] : [wrapped(value, `  ${name.padEnd(13)}`, ' '.repeat(15))],
  )
}

/** Frames from the first that is not panic machinery. */
function backtrace({ derived, backtrace: frames }: PanicReport): string[] {
  const first = derived.firstFrame ?? 0
  const shown = derived.frames.slice(first, first + 12)
  const lines = shown.map(({ index, address, bundle, bundleOffset, function: name, unslid }) => {
    const owner = bundle ?? (frames[index]!.image === null && unslid === null ? '' : 'kernel')
    const place =
      name ?? (bundleOffset === null ? (unslid === null ? '' : `unslid ${unslid}`) : `+ ${bundleOffset}`)
    return `  ${String(index).padStart(3)}  ${address}  `
      + `${owner}${owner === '' || place === '' ? '' : '  '}${place}`.trimEnd()
  })
  const which = first === 1 ? 'frame 0 is' : `frames 0 to ${first - 1} are`
  const hidden = first === 0 ? [] : [`  ${which} panic machinery`]
  const more = derived.frames.length - first - shown.length
  return [...hidden, ...lines, ...(more > 0 ? [`  and ${more} more`] : [])]
}

/**
 * A report for reading: the verdict first, then suspects with their evidence, the facts, and what to do
 * next.
 */
export function panicSummary(report: PanicReport): string {
  const { verdict, fingerprint, coverage, companion } = report
  const lines = [
    wrapped(`${verdict.title} [${verdict.class}]`, '', ''),
    wrapped(verdict.sentence, '  ', '  '),
    wrapped(verdict.cause, '  ', '  '),
    `  Confidence: ${verdict.confidence} (rule ${verdict.rule}).`,
    ...(report.firstLine === null ? [] : ['', `  ${report.firstLine}`]),
    ...section('Evidence', evidence(verdict.evidence)),
    ...section('Suspects', suspects(report)),
    ...section(
      'Beware',
      verdict.cautions.map((text) => bullet(text)),
    ),
    ...section('Facts', facts(report)),
    ...section('Backtrace', backtrace(report)),
    ...section(
      'Next',
      verdict.next.map((text) => bullet(text)),
    ),
    ...section(
      'Not understood',
      verdict.notUnderstood.map((text) => bullet(text)),
    ),
    ...(companion === null
      ? []
      : section('The panic of macOS in it', [
          wrapped(companion.firstLine ?? companion.message ?? 'no panic line', '  ', '  '),
        ])),
    '',
    `${coverage.linesUnderstood} of ${coverage.linesTotal} lines understood. Fingerprint ${fingerprint.id}, `
      + `group ${fingerprint.group}` +
      ` (${fingerprint.algorithm}).`,
    '',
  ]
  return lines.join('\n')
}
