import { exitReasonMeaning } from '../../../abi/index.ts'
import { evidence, saidBy, who, type CrashContext, type Finding, type Rule } from '../CrashContext.ts'

const WATCHDOG = 0x8badf00d
const PLAIN = new Set(['SIGNAL', 'GUARD', 'PAC_EXCEPTION', 'DYLD', 'OBJC', 'LIBSYSTEM', 'LIBXPC',
  'FOUNDATION'])

/** The watchers' codes: of the exit reason or, in older reports, of the exception. */
function watcherCode(context: CrashContext): number | null {
  const { record, codes } = context
  const code = record.termination?.code ?? null
  if (code !== null && code > 0xffff && exitReasonMeaning(null, code) !== null) return code
  const old = codes.find((one) => one > 0xffffn && one <= 0xffff_ffffn && exitReasonMeaning(null,
    Number(one)) !== null)
  if (old !== undefined) return Number(old)
  const word = saidBy(context, /\bcode:\s?(0x[0-9a-f]{8})\b/iu)
  return word === null || exitReasonMeaning(null, Number(word[1])) === null ? null : Number(word[1])
}

/** Memory ran out, for the system or for this process. */
export const lowMemory: Rule = ({ record }) => {
  if (record.kind !== 'low-memory' || record.memory === null) return null
  const ended = record.memory.processes.filter(({ reason }) => reason !== null)
  const [first] = ended
  const limit = ended.some(({ reason }) => reason === 'per-process-limit')
  const size = first?.sizeBytes == null ? '' : ` with ${Math.round(first.sizeBytes / 1048576)} MB`
  const largest = `the largest process was ${record.memory.largestProcess ?? '?'}`
  return {
    class: limit ? 'memory-limit' : 'low-memory',
    title: limit ? 'Memory limit exceeded' : 'Memory ran out',
    sentence: first === undefined
      ? `The system ran low on memory; ${largest}.`
      : `${first.name} was ended${size} (${first.reason}); ${largest}.`,
    cause: limit ? 'One process used more memory than it may.'
      : 'All processes together used more memory than there is.',
    evidence: ended.slice(0, 5).map(({ name, reason }) => evidence(name, `It was ended: ${reason}.`)),
    confidence: 'high',
    next: [
      'Look at what the process keeps in memory: caches, pictures, leaks.',
      limit ? 'Compare its size with the limit of its kind of process.'
        : 'Look at the largest processes of the list first.',
    ],
    named: first === undefined ? [] : [first.name],
  }
}

/** Ended by the watchdog. */
export const watchdog: Rule = (context) => {
  const { record } = context
  const code = watcherCode(context)
  const namespace = record.termination?.namespace ?? null
  if (code !== WATCHDOG && namespace !== 'WATCHDOG' && namespace !== 'HANGTRACER') return null
  const explained = saidBy(context,
    /(?:watchdog transgression|explanation|exhausted|failed to)[^>]{0,300}/iu)?.[0]
  return {
    class: 'watchdog', title: 'Ended by the watchdog',
    sentence: `${who(record)} did not launch, answer or end in time, and the watchdog ended it.`,
    cause: 'Its main thread waited or worked for longer than the system allows.',
    evidence: [
      evidence(record.termination?.codeText ?? record.exception?.codes ?? '0x8badf00d',
        'This is the watchdog\'s code.'),
      ...explained === undefined ? [] : [evidence(explained, 'The watchdog says what it waited for.')],
    ],
    confidence: 'high',
    next: [
      'Look at thread 0: what it waits for is what blocked.',
      'Move reading, network and locks off the main thread.',
    ],
  }
}

/** Ended by the system with a code that has a meaning of its own. */
export const watcher: Rule = (context) => {
  const code = watcherCode(context)
  const known = code === null ? null : exitReasonMeaning(null, code)
  if (code === null || known === null) return null
  const classes: Record<number, string> = {
    0xdead10cc: 'lock-held-while-suspended', 0xc00010ff: 'thermal', 0xdeadfa11: 'forced-quit',
  }
  return {
    class: classes[code] ?? 'ended-by-system', title: 'Ended by the system',
    sentence: `${who(context.record)} was ended: ${known.meaning}.`,
    cause: known.meaning,
    evidence: [evidence(`0x${code.toString(16)}`, known.meaning)],
    confidence: 'high',
    next: code === 0xdead10cc
      ? ['Finish file and database work before the app is suspended, or ask for more time in the background.']
      : ['The stack shows what the process was at; it need not be the cause.'],
  }
}

/** Too much memory, processor time, wakeups, writes, threads or ports. */
export const resourceLimit: Rule = ({ record, exception }) => {
  const isJetsam = record.termination?.namespace === 'JETSAM'
  const isResource = exception === 11 || record.termination?.namespace === 'PORT_SPACE'
  if (!isJetsam && !isResource) return null
  const subtype = record.exception?.subtype ?? record.exception?.message ?? ''
  const isMemory = isJetsam || /MEMORY/iu.test(`${subtype} ${record.exception?.type ?? ''}`)
    || /More memory/u.test(record.derived.exception ?? '')
  const said = record.derived.exception ?? record.derived.termination ?? subtype
  return {
    class: isMemory ? 'memory-limit' : 'resource-limit',
    title: isMemory ? 'Memory limit exceeded' : 'Resource limit exceeded',
    sentence: `${who(record)} used more than it may. ${said}`.trim(),
    cause: said === '' ? 'A limit of the system was exceeded.' : said,
    evidence: [evidence(subtype === '' ? record.termination?.namespace ?? '' : subtype,
      'The limit that was exceeded.')],
    confidence: 'high',
    next: ['The stack shows who asked last, which need not be who used most: profile the process.'],
  }
}

/** Private data was asked for without saying why. */
export const privacy: Rule = ({ record, words }) => {
  if (record.termination?.namespace !== 'TCC') return null
  const key = /\b(NS\w+UsageDescription)\b/u.exec(words.join(' ').slice(0, 10_000))?.[1]
  return {
    class: 'privacy', title: 'Private data without a reason given',
    sentence: `${who(record)} asked for private data without a reason in its Info.plist.`,
    cause: key === undefined ? 'A usage description is missing in Info.plist.'
      : `${key} is missing in Info.plist.`,
    evidence: [evidence(record.termination.details[0] ?? 'TCC', 'The system says which key is missing.')],
    confidence: 'high',
    next: [key === undefined ? 'Add the usage description that the report names.'
      : `Add ${key} to Info.plist.`],
  }
}

/** Ended with a reason that no other rule knows. */
export const otherReason: Rule = ({ record }) => {
  const { termination } = record
  if (termination?.namespace == null || PLAIN.has(termination.namespace)) return null
  const code = termination.codeText ?? '?'
  const meaning = record.derived.termination
  return {
    class: 'ended-by-system', title: 'Ended by the system',
    sentence: `${who(record)} was ended by ${termination.namespace}, code ${code}`
      + `${meaning === null ? '' : `: ${meaning}`}.`,
    cause: meaning ?? termination.indicator
      ?? `Code ${code} of ${termination.namespace} is in no table here.`,
    evidence: [evidence(`${termination.namespace} ${code}`, 'The reason that was given.')],
    confidence: meaning === null ? 'low' : 'medium',
    next: termination.details.length > 0
      ? ['Read the details of the termination reason: they say what was expected.']
      : ['Look in the log around the time of the report for the process that ended it.'],
  }
}

/** Ended by a signal that another process sent. */
export const killed: Rule = ({ record, signal }) => {
  const { termination } = record
  const indicator = termination?.indicator ?? ''
  const isKill = signal === 'SIGKILL' || signal === 'SIGTERM'
    || /^(?:Killed: 9|Terminated: 15)/u.test(indicator)
  if (!isKill) return null
  const by = termination?.byProcess ?? null
  return {
    class: 'killed', title: 'Ended by a signal',
    sentence: `${who(record)} did not crash by itself: ${by ?? 'somebody'} sent ${signal ?? indicator}.`,
    cause: by === null ? 'A signal that another process sent.' : `${by} ended it.`,
    evidence: [evidence(indicator === '' ? signal ?? '' : indicator, by === null ? 'The signal.'
      : `Sent by ${by}.`)],
    confidence: by === null ? 'medium' : 'high',
    next: ['Look in the log of the sender for its reason.'],
  } satisfies Finding
}
