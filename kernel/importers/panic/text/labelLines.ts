import { BLOCK_HEADS, DETAIL_LABELS, FACT_LABELS, KNOWN_LINES, NUMBER_FACTS } from './labelTables.ts'
import type { LineReader, PanicDraft, TextFact } from './PanicDraft.ts'

const LABEL = /^(\S[^:]{0,99}):\s?(.*)$/u
const PRODUCER = /^\S{1,64} data: [0-9A-F]{2,}$/u
const CORE = /^(CORE \d{1,4})(?: \[\w{1,16}\])?:? (.*)$/u
const RANGE = /^\s{0,8}(?:\. )?[\w.]{1,24}(?: map)? *: (?:0x[0-9a-f]{1,16}|0) - (?:0x[0-9a-f]{1,16}|0)$/iu
const MOMENT = /^\s{0,8}(Boot|Sleep|Wake|Calendar|Uptime)\s{0,4}: (0x[0-9a-f]{1,16})(?: (0x[0-9a-f]{1,16}))?/u

/** Labels whose value is the next line. */
const NEXT_LINE: Readonly<Record<string, TextFact>> = {
  'mac os version': 'osVersion',
  'kernel version': 'kernelVersion',
}

function setFact(draft: PanicDraft, fact: TextFact, label: string, value: string): boolean {
  const words = value.trim()
  if (words === '') {
    const next = NEXT_LINE[label]
    draft.nextLine = next ?? null
    return next !== undefined || fact === 'bootArgs' || fact === 'processName'
  }
  draft.set(fact, NUMBER_FACTS.has(fact) ? /^\S*/u.exec(words)![0] : words)
  return true
}

/** A line `Label: value` whose label is known. */
export const labelLine: LineReader = ({ text, number }, draft) => {
  const match = LABEL.exec(text)
  if (match === null) return false
  const printed = match[1]!
  const plain = printed.endsWith(')') ? printed.replace(/ \(0x[0-9a-f]{1,16}\)$/iu, '') : printed
  const label = plain.trimEnd().toLowerCase()
  const value = match[2] ?? ''
  const fact = FACT_LABELS.get(label)
  if (fact !== undefined) {
    if (label.startsWith('bsd process')) draft.signs.add('BSD process name')
    if (fact === 'macOSVersion') draft.signs.add('bridgeOS')
    if (fact === 'panicLogVersion' || fact === 'machAbsoluteTime') draft.signs.add('arm64')
    return setFact(draft, fact, label, value)
  }
  if (label === 'slide' && /^0x[0-9a-f]+$/iu.test(value)) draft.set('kernelSlide', value)
  else if (!DETAIL_LABELS.has(label) && !PRODUCER.test(text)) return false
  if (label.startsWith('x86 ')) draft.signs.add('bridgeOS')
  if (label.startsWith('txm') || label.startsWith('sptm')) draft.signs.add('SPTM')
  draft.detail(printed.trim(), value.trim(), number)
  return true
}

/** A moment of the log's own clock. */
export const momentLine: LineReader = ({ text }, draft) => {
  const match = MOMENT.exec(text)
  if (match === null) return false
  draft.keep(draft.moments, { label: match[1]!, seconds: match[2]!, microseconds: match[3] ?? '0x0' })
  return true
}

/** What each core was at. */
export const coreLine: LineReader = ({ text, number }, draft) => {
  const match = CORE.exec(text)
  if (match === null) {
    if (!text.startsWith('TPIDRx_ELy')) return false
    draft.detail('TPIDRx_ELy', text.slice(10).replace(/^ ?= ?/u, ''), number)
    return true
  }
  draft.signs.add('arm64')
  const [, core = '', words = ''] = match
  if (words.startsWith('is the one that panicked')) draft.cpu ??= Number(core.slice(5))
  draft.detail(core, words, number)
  return true
}

/** The head of a table that ends at a blank line. */
export const blockHead: LineReader = ({ text, number }, draft) => {
  if (!BLOCK_HEADS.some((head) => head.test(text))) return false
  draft.part = 'block'
  draft.detail(text.trim(), '', number)
  return true
}

/** A line of such a table. */
export const blockLine: LineReader = ({ text, number }, draft) => {
  if (draft.part !== 'block') return false
  draft.detail('', text.trim(), number)
  return true
}

/** The computer's parts that older reports end with. */
export const hardwareLine: LineReader = ({ text, number }, draft) => {
  const match = LABEL.exec(text)
  if (match === null) return false
  if (match[1] === 'Model' && /BootROM|processor/u.test(text)) {
    draft.part = 'hardware'
    draft.set('model', (match[2] ?? '').split(',').slice(0, 2).join(',').trim())
  }
  if (draft.part !== 'hardware') return false
  draft.detail(match[1]!, (match[2] ?? '').trim(), number)
  return true
}

/** Lines that are known and hold no fact of their own. */
export const knownLine: LineReader = ({ text, number }, draft) => {
  if (KNOWN_LINES.some((known) => known.test(text))) {
    const stackshot = /^\*\* Stackshot (.*?)\s*\*\*/u.exec(text)
    if (stackshot !== null) draft.detail('Stackshot', stackshot[1]!, number)
    else if (/^[MTWFS][a-z]{2} [A-Z]/u.test(text)) draft.detail('Date', text.trim(), number)
    return true
  }
  if (!RANGE.test(text)) return false
  draft.detail(text.slice(0, text.indexOf(':')).trim(), text.slice(text.indexOf(':') + 1).trim(), number)
  return true
}
