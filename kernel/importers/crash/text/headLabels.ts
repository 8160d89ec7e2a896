import { exceptionOf, processName, setExceptionType, terminationOf, uuidOf,
  type CrashDraft } from '../CrashDraft.ts'

type Setter = (draft: CrashDraft, value: string) => void

type TextField = 'path' | 'identifier' | 'version' | 'codeType' | 'role' | 'date' | 'launchDate' | 'osVersion'
  | 'reportVersion' | 'model' | 'incident' | 'sip'

/** Sets a field that holds text, unless it is set or the report says that it does not know. */
const text = (field: TextField): Setter => (draft, value) => {
  if (value !== '' && !(field === 'version' && value === '???')) draft[field] ??= value
}

const setProcess: Setter = (draft, value) => {
  if (value === '') return
  const { name, pid } = processName(value)
  draft.process ??= name
  draft.pid ??= pid
}

const setCodes: Setter = (draft, value) => {
  if (value === '') return
  const exception = exceptionOf(draft)
  const isHex = /^0x[0-9a-f]+/iu.test(value)
  const hasHex = /^0x/iu.test(exception.codes ?? '')
  if (!isHex) exception.subtype ??= value
  if (exception.codes === null || (isHex && !hasHex)) exception.codes = value
}

const seconds = (field: 'awakeSeconds' | 'sinceWakeSeconds'): Setter => (draft, value) => {
  const match = /^(\d{1,12}) seconds?/iu.exec(value)
  if (match !== null) draft[field] = Number(match[1])
}

const setFaulting: Setter = (draft, value) => {
  const match = /^(\d{1,6})/u.exec(value)
  if (match !== null) draft.faultingThread ??= Number(match[1])
}

/** `Namespace DYLD, Code 1 Library missing`, `SIGNAL 11 Segmentation fault: 11`, `TCC 0`. */
const setReason: Setter = (draft, value) => {
  const termination = terminationOf(draft)
  const match = /^Namespace ([\w ]+?),\s*Code (\S+)\s*(.*)$/iu.exec(value.slice(0, 2_000))
    ?? /^([A-Z][A-Z_0-9]+)[ ,:]+(?:code:? ?)?(0x[0-9a-f]+|\d+)\s*(.*)$/iu.exec(value.slice(0, 2_000))
  if (match === null) {
    termination.indicator ??= value === '' ? null : value
    return
  }
  termination.namespace = match[1]!.toUpperCase()
  termination.codeText = match[2]!
  const code = Number(match[2])
  termination.code = Number.isSafeInteger(code) ? code : null
  const words = match[3]!.trim()
  if (words !== '') termination.indicator ??= words
}

const setTerminator: Setter = (draft, value) => {
  if (value === '') return
  const { name, pid } = processName(value)
  const termination = terminationOf(draft)
  termination.byProcess = name
  termination.byPid = pid
}

const setters: Record<string, Setter> = {
  process: setProcess, command: setProcess,
  pid: (draft, value) => { if (/^\d{1,10}$/u.test(value)) draft.pid ??= Number(value) },
  path: text('path'), identifier: text('identifier'), version: text('version'), 'code type': text('codeType'),
  architecture: text('codeType'), role: text('role'), 'date/time': text('date'),
    'launch time': text('launchDate'),
  'os version': text('osVersion'), 'report version': text('reportVersion'), 'hardware model': text('model'),
  model: (draft, value) => { draft.model ??= value.split(',', 2).join(',') },
  'incident identifier': (draft, value) => { draft.incident ??= uuidOf(value) ?? value },
  'system integrity protection': text('sip'),
  'parent process': (draft, value) => { if (value !== '') draft.parent ??= processName(value) },
  parent: (draft, value) => { if (value !== '') draft.parent ??= processName(value) },
  responsible: (draft, value) => { if (value !== '') draft.responsible ??= processName(value) },
  'user id': (draft, value) => { if (/^\d{1,10}$/u.test(value)) draft.userId ??= Number(value) },
  'time awake since boot': seconds('awakeSeconds'), 'time since wake': seconds('sinceWakeSeconds'),
  'crashed thread': setFaulting, 'triggered by thread': setFaulting, thread: setFaulting,
  'exception type': setExceptionType, exception: setExceptionType, 'exception codes': setCodes,
  codes: setCodes,
  'exception subtype': (draft, value) => { if (value !== '') exceptionOf(draft).subtype = value },
  'exception note': (draft, value) => { if (value !== '') exceptionOf(draft).note = value },
  'exception message': (draft, value) => { if (value !== '') exceptionOf(draft).message = value },
  'termination signal': (draft, value) => { if (value !== '') terminationOf(draft).indicator = value },
  'termination reason': setReason,
  'termination description': (draft, value) => { if (value !== '') terminationOf(draft).details.push(value) },
  'terminating process': setTerminator,
}

/** Labels whose values are kept by their name. */
const kept = new Set([
  'build info', 'project info', 'app item id', 'app external id', 'app variant', 'coalition', 'release type',
  'baseband version', 'bridge os version', 'anonymous uuid', 'sleep/wake uuid', 'beta', 'beta identifier',
  'distributor id', 'adam id', 'crashreporter key', 'highlighted by thread', 'plugin path',
  'plugin identifier',
  'plugin version', 'interval since last report', 'crashes since last report',
  'per-app interval since last report',
  'per-app crashes since last report', 'host name', 'event', 'duration', 'steps', 'hardware model',
  'active cpus',
  'action taken', 'start time', 'end time', 'cpu', 'cpu limit', 'cpu used', 'limit duration', 'wakeups',
  'wakeups limit', 'wakeups caused', 'footprint', 'time since fork', 'uid', 'shared cache', 'fan speed',
  'writes',
  'writes limit', 'writes caused', 'hang risk', 'data source', 'reason', 'objc_msgsend() selector name',
  'crashdoctor diagnosis', 'error formulating crash report', 'resource coalition', 'on behalf of',
  'architecture',
  'share with devs', 'memory status', 'codesigning id', 'team id', 'primary state', 'user activity',
  'io policy',
  'physical writes', 'free disk space', 'responsible process', 'external modification warnings', 'metal',
])

/** A line's label in lower case and its value; also where the colon was lost. Null when there is none. */
export function labelOf(line: string): { label: string; value: string } | null {
  const match = /^\s{0,4}([A-Za-z][\w/() -]{0,44}?)(?::|\s{2,})/u.exec(line.slice(0, 64))
  if (match === null) return null
  const label = match[1]!.trim().toLowerCase()
  return isLabel(label) ? { label, value: line.slice(match[0].length).replace(/^\s*:/u, '').trim() } : null
}

function isLabel(label: string): boolean {
  return Object.hasOwn(setters, label) || kept.has(label)
}

/** Takes over a label's value. */
export function setLabel(draft: CrashDraft, label: string, value: string): void {
  if (Object.hasOwn(setters, label)) setters[label]!(draft, value)
  else draft.other[label] ??= value
}
