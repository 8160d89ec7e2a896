import { expandKextName } from '../../../abi/index.ts'
import type { PanicKext, PanicLastKext } from '../../../api/index.ts'
import type { LineSigns } from './LineSigns.ts'
import type { LineReader, PanicDraft } from './PanicDraft.ts'

/**
 * `id(version)[uuid]@0xstart->0xend`, where all but the id and version may be missing. A tool that wrote out
 * the shortened names of a report everywhere also made `com.apple.` of `@` and `com.apple.driver.` of `>`.
 */
const RANGE = new RegExp(
  '^([A-Za-z0-9_.-]{1,200})\\(([^()]{0,64})\\)(?:\\[([0-9A-Fa-f-]{32,36})\\])?' +
    '(?:(@|com\\.apple\\.)(0x[0-9a-f]{1,16})(?:-(?:>|com\\.apple\\.driver\\.)(0x[0-9a-f]{1,16}))?)?',
  'iu',
)
const HEAD = /^\s{0,32}Kernel (?:Extensions|loadable modules) in backtrace/u
const LAST = new RegExp(
  '^last (started|loaded|stopped|unloaded) kext at (\\d{1,20}): (\\S{1,300})(?:\\s{1,64}([^\\s(]{1,64}))?'
  + '(?:\\s{0,64}\\(addr (0x[0-9a-f]{1,16}), size (\\d{1,20})\\))?', 'iu')
const LOADED = /^(\S{1,300})(?:\t|\s{1,64})(\S.{0,63})$/u

function rangeOf(text: string): { kext: PanicKext; isMangled: boolean } | null {
  const match = RANGE.exec(text)
  if (match === null) return null
  const [, id = '', version = '', uuid = null, mark, start = null, end = null] = match
  return {
    kext: { id, version: version === '' ? null : version, uuid, start, end },
    isMangled: (mark ?? '@') !== '@',
  }
}

/** The head of the kexts of a backtrace. */
export const backtraceKextHead: LineReader = ({ text }, draft) => {
  if (!HEAD.test(text)) return false
  draft.part = 'kexts'
  return true
}

/** Kexts of a backtrace: each owner line is followed by those it depends on. */
export const backtraceKextLine: LineReader = ({ text, number }, draft) => {
  const words = text.trim()
  const isDependency = words.startsWith('dependency: ')
  const found = rangeOf(isDependency ? words.slice(12) : words)
  if (found === null) return false
  if (draft.part !== 'kexts' && (found.kext.start === null || !/^\s/u.test(text))) return false
  if (found.isMangled) draft.notes.add('shortened names written out inside addresses')
  if (!isDependency) draft.keep(draft.kexts, { ...found.kext, dependencies: [], line: number })
  else if (draft.kexts.length > 0) draft.keep(draft.kexts.at(-1)!.dependencies, found.kext)
  return true
}

/** `last started kext at …` and its kin. */
export const lastKextLine: LineReader = ({ text, number }, draft) => {
  const match = LAST.exec(text)
  if (match === null) return false
  const [, which = '', at = '', printed = '', version = null, address = null, size = null] = match
  const kext: PanicLastKext = {
    id: expandKextName(printed),
    version,
    printed,
    at,
    address,
    size,
    line: number,
  }
  if (/^(?:started|loaded)$/iu.test(which)) draft.lastStarted ??= kext
  else draft.lastStopped ??= kext
  draft.signs.add(/loaded$/iu.test(which) ? 'last loaded' : 'last started')
  return true
}

/** The head of the list of loaded kexts; newer systems say on the same line that they leave it out. */
export const loadedHead: LineReader = ({ text, number }, draft) => {
  const match = /^(?:un)?loaded kexts:\s*(.*)$/iu.exec(text)
  if (match === null) return false
  if (match[1] !== '') draft.detail('loaded kexts', match[1]!, number)
  draft.part = text.startsWith('un') ? 'block' : 'loaded'
  return true
}

/** Signs that names and versions are made of, as bits: 2 where a name may begin with it, 4 where it shortens names. */
const PLAIN = new Uint8Array(128)
for (const sign of 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-+') PLAIN[sign.charCodeAt(0)] = 1
for (const sign of 'abcdefghijklmnopqrstuvwxyz') PLAIN[sign.charCodeAt(0)] = 3
for (const sign of '>|$@!') PLAIN[sign.charCodeAt(0)] = 7
const MAX_NAME = 300
const MAX_VERSION = 64

/**
 * A kext of the list of loaded ones in the form that nearly all have: name, one tab or blank, version. No other line
 * is made of these signs alone, so no other reader need be asked.
 */
export function plainKextLine(text: string, { codes, start, end }: LineSigns, draft: PanicDraft): boolean {
  let at = start
  let kind = PLAIN[codes[at]!]!
  if ((kind & 2) === 0) return false
  let signs = 0
  while (kind > 0) {
    signs |= kind
    kind = PLAIN[codes[++at]!]!
  }
  if (codes[at] !== 9 && codes[at] !== 0x20) return false
  const length = at - start
  do at++
  while (PLAIN[codes[at]!]! > 0)
  if (at !== end || length > MAX_NAME || end - start - length - 1 > MAX_VERSION) return false
  if (end === start + length + 1) return false
  const name = text.slice(0, length)
  const id = (signs & 4) === 0 ? name : expandKextName(name)
  draft.keep(draft.loaded, { id, version: text.slice(length + 1, end - start) })
  return true
}

/** A kext of the list of loaded ones. */
export const loadedKextLine: LineReader = ({ text }, draft) => {
  if (draft.part !== 'loaded') return false
  const line = text.trim()
  if (line === '(none)') return true
  const match = LOADED.exec(line)
  if (match === null || /[\s:*]/u.test(match[1]!) || match[2]!.includes(' ')) {
    if (!/^[A-Za-z0-9_!>|$@-]{1,64}\.[\w.!-]{1,200}$/u.test(line)) return false
    draft.keep(draft.loaded, { id: expandKextName(line), version: null })
    return true
  }
  draft.keep(draft.loaded, { id: expandKextName(match[1]!), version: match[2]! })
  return true
}
