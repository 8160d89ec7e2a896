import type { PanicFrame } from '../../../api/index.ts'
import { HEX, KINDS } from './characters.ts'
import type { LineSigns } from './LineSigns.ts'
import type { LineReader, PanicDraft } from './PanicDraft.ts'

const TASK = /^(?:Panicked task|Task) (0x[0-9a-f]{1,16}): (.*)$/iu
const THREAD =
  /^Panicked thread: (0x[0-9a-f]{1,16})(?:, backtrace: (0x[0-9a-f]{1,16}))?(?:, tid: (\d{1,20}))?/iu
const INTEL_HEAD = new RegExp(
  '^Backtrace(?: \\(CPU \\d{1,5}\\))?,(?: panicked thread: (0x[0-9a-f]{1,16}),)?'
  + ' (?:Format - )?Frame : Return Address', 'iu')
const INTEL = /^\s{0,32}(0x[0-9a-f]{1,16}) : (0x[0-9a-f]{1,16})\s?(.*)$/iu
const ARM = /^\s{0,32}lr: *(0x[0-9a-f]{1,16})\s{1,16}fp: *(0x[0-9a-f]{0,16})/iu
const ARM_CUT = /^\s{0,32}lr: *(0x[0-9a-f]{1,16})\s*(?:fp:?\s*)?$/iu
const SYMBOL = /^(\S{1,200}) : (.{1,2000}?)(?: \+ (0x[0-9a-f]{1,16}))?$/iu
const KPDESCRIBE = new RegExp(
  '^\\s{0,32}(0x[0-9a-f]{1,16})\\s{1,8}(0x[0-9a-f]{1,16})\\s{1,8}(\\S.{0,1999}?)'
  + '(?: \\(in ([^()]{1,200})\\))?(?: \\+ (\\d{1,12}|0x[0-9a-f]{1,12}))?$', 'iu')
const ENDS = new RegExp(
  '^\\s{0,32}(?:Backtrace (?:continues|terminated)|No mapping exists for frame pointer'
  + '|Could not read (?:LR|FP) from frame)', 'u')

/** The task that panicked. */
export const taskLine: LineReader = ({ text }, draft) => {
  const match = TASK.exec(text)
  if (match === null || draft.task !== null) return match !== null
  const rest = match[2]!
  const number = (pattern: RegExp): number | null => {
    const found = pattern.exec(rest)
    return found === null ? null : Number(found[1])
  }
  draft.task = {
    name: /pid \d{1,9}: ?(.*)$/u.exec(rest)?.[1]?.trim() ?? null,
    address: match[1]!,
    pid: number(/pid (\d{1,9})/u),
    pages: number(/(\d{1,12}) pages/u),
    threads: number(/(\d{1,9}) threads/u),
  }
  if (draft.task.name === '') draft.task.name = null
  draft.part = 'none'
  draft.signs.add('panicked task')
  return true
}

function beginBlock(draft: PanicDraft): void {
  draft.blocks++
  draft.part = 'backtrace'
}

/** The line above a backtrace, of either platform. */
export const backtraceHead: LineReader = ({ text }, draft) => {
  const arm = THREAD.exec(text)
  if (arm !== null) {
    draft.signs.add('arm64')
    draft.thread ??= arm[1]!
    if (arm[3] !== undefined) draft.threadId ??= Number(arm[3])
    beginBlock(draft)
    return true
  }
  const intel = INTEL_HEAD.exec(text)
  if (intel !== null) {
    draft.signs.add(intel[1] === undefined ? 'backtrace without thread' : 'backtrace with thread')
    draft.thread ??= intel[1] ?? null
    beginBlock(draft)
    return true
  }
  if (/^LBR Stack \(CPU \d+\)/u.test(text)) draft.part = 'branches'
  else if (/^Backtrace \[addr unslid symbol\]/u.test(text)) {
    draft.signs.add('kpdescribe')
    beginBlock(draft)
    draft.part = 'symbols'
  } else if (/^(?:Latest stack backtrace for cpu \d+:|Backtrace:$)/u.test(text)) {
    draft.signs.add('ppc')
    beginBlock(draft)
    draft.part = 'ppc'
  } else return ENDS.test(text)
  return true
}

/** A frame that nothing but its address is known of. */
const bareFrame = (draft: PanicDraft, address: string, frame: string | null, line: number): PanicFrame => ({
  frame,
  address,
  line,
  image: null,
  symbol: null,
  offset: null,
  block: Math.max(0, draft.blocks - 1),
})

/** The same frame with what stands behind its address, if that is image and symbol. */
function namedFrame(frame: PanicFrame, words: string): PanicFrame {
  const named = words === '' ? null : SYMBOL.exec(words.trim())
  if (named === null) return frame
  return { ...frame, image: named[1]!, symbol: named[2]!, offset: named[3] ?? null }
}

const isHex = (codes: LineSigns['codes'], from: number): boolean => {
  if (codes[from] !== 0x30 || codes[from + 1] !== 0x78) return false
  for (let at = from + 2; at < from + POINTER; at++) if ((KINDS[codes[at]!]! & HEX) === 0) return false
  return true
}

/** Characters of a pointer of 64 bits, and where the return address stands behind frame and colon. */
const POINTER = 18
const RETURN_AT = POINTER + 3

/** A frame of a 64-bit Intel backtrace without symbol, as most are: `0xframe : 0xaddress`. */
export function plainFrameLine(text: string, line: number, signs: LineSigns, draft: PanicDraft): boolean {
  const { codes, start } = signs
  const behind = start + POINTER
  if (codes[behind] !== 0x20 || codes[behind + 1] !== 0x3a || codes[behind + 2] !== 0x20) return false
  if (!isHex(codes, start) || !isHex(codes, start + RETURN_AT)) return false
  let at = start + RETURN_AT + POINTER
  while (at < signs.end && codes[at] === 0x20) at++
  if (at !== signs.end) return false
  draft.signs.add('x86 frame')
  const address = text.slice(RETURN_AT, RETURN_AT + POINTER)
  draft.keep(draft.backtrace, bareFrame(draft, address, text.slice(0, POINTER), line))
  return true
}

/** A frame of a backtrace, of either platform. */
export const frameLine: LineReader = ({ text, number }, draft) => {
  const intel = INTEL.exec(text)
  if (intel !== null) {
    if (draft.part === 'branches') return true
    draft.signs.add(intel[2]!.length > 10 ? 'x86 frame' : 'x86-32 frame')
    draft.keep(draft.backtrace, namedFrame(bareFrame(draft, intel[2]!, intel[1]!, number), intel[3]!))
    if (draft.part === 'message') draft.part = 'backtrace'
    return true
  }
  const arm = ARM.exec(text) ?? ARM_CUT.exec(text)
  if (arm !== null) {
    draft.signs.add('arm64')
    draft.keep(draft.backtrace, bareFrame(draft, arm[1]!, arm[2] ?? null, number))
    return true
  }
  return draft.part === 'symbols'
    ? symbolLine(text, number, draft)
    : draft.part === 'ppc' && ppcLine(text, number, draft)
}

/** Address, unslid address and symbol, as a symbolicating tool prints them. */
function symbolLine(text: string, line: number, draft: PanicDraft): boolean {
  const match = KPDESCRIBE.exec(text)
  if (match === null) return false
  const [, address = '', , symbol = '', image = null, offset] = match
  const hex = offset === undefined || offset.startsWith('0x') ? offset : `0x${BigInt(offset).toString(16)}`
  draft.keep(draft.backtrace, {
    frame: null,
    address,
    image,
    symbol,
    offset: hex ?? null,
    block: Math.max(0, draft.blocks - 1),
    line,
  })
  return true
}

/** A row of return addresses of a PowerPC report. */
function ppcLine(text: string, line: number, draft: PanicDraft): boolean {
  const words = text.trim().split(/\s+/u)
  if (!words.every((word) => /^0x[0-9a-f]{1,8}$/iu.test(word))) return false
  for (const address of words) draft.keep(draft.backtrace, bareFrame(draft, address, null, line))
  return true
}
