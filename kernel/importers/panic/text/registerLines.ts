import { HEX, KINDS, LETTER, WORD } from './characters.ts'
import type { LineReader, PanicDraft } from './PanicDraft.ts'

const NAMES = new Set([
  ...['cr0', 'cr2', 'cr3', 'cr4', 'rfl', 'rip', 'eip', 'efl', 'cs', 'ss', 'ds', 'es', 'fs', 'gs'],
  ...['ax', 'bx', 'cx', 'dx', 'sp', 'bp', 'si', 'di'].flatMap((name) => [`r${name}`, `e${name}`]),
  ...Array.from({ length: 8 }, (_, index) => `r${index + 8}`),
  ...Array.from({ length: 31 }, (_, index) => `x${index}`),
  ...['fp', 'lr', 'sp', 'pc', 'cpsr', 'esr', 'far', 'afsr'],
])

const LONGEST_NAME = 4
const HEX_DIGITS = 16
const FAULT = /^Fault CR2: (0x[0-9a-f]{1,16}), Error code: (0x[0-9a-f]{1,16})(.*)$/iu
const BACKTRACE_CELL = /^\s*lr: *0x[0-9a-f]{1,16}\s+fp: *0x/iu

const kindOf = (text: string, at: number): number => KINDS[text.charCodeAt(at)] ?? 0

/** Where a name of two to four letters and digits begins that ends before `colon`; -1 where there is none. */
function nameBefore(text: string, colon: number, from: number): number {
  let start = -1
  const first = Math.max(from, colon - LONGEST_NAME)
  for (let at = colon - 1; at >= first && (kindOf(text, at) & WORD) !== 0; at--)
    if (at < colon - 1 && (kindOf(text, at) & LETTER) !== 0) start = at
  return start
}

/** Where the hexadecimal number behind a colon and blanks begins; -1 where there is none. */
function valueBehind(text: string, colon: number): number {
  let at = colon + 1
  while (text.charCodeAt(at) === 0x20) at++
  const isMarked = text.charCodeAt(at) === 0x30 && (text.charCodeAt(at + 1) | 0x20) === 0x78
  return isMarked && (kindOf(text, at + 2) & HEX) !== 0 ? at : -1
}

/** Reads `name: 0xvalue` wherever it stands in a line; answers how many were registers. */
function readCells(text: string, number: number, draft: PanicDraft): number {
  let found = 0
  let from = 0
  for (let colon = text.indexOf(':'); colon >= 0; colon = text.indexOf(':', colon + 1)) {
    const value = valueBehind(text, colon)
    const name = value < 0 ? -1 : nameBefore(text, colon, from)
    if (name < 0) continue
    let end = value + 3
    while (end < value + 2 + HEX_DIGITS && (kindOf(text, end) & HEX) !== 0) end++
    from = end
    const key = text.slice(name, colon).toLowerCase()
    if (!NAMES.has(key)) continue
    draft.register(key, text.slice(value, end), number)
    found++
  }
  return found
}

/** A row of registers. Frames of an arm64 backtrace look alike and are none. */
export const registerLine: LineReader = ({ text, number }, draft) => {
  if (!/^\s*[A-Za-z][A-Za-z0-9]{1,3}: *0x/u.test(text) || BACKTRACE_CELL.test(text)) return false
  const found = readCells(text, number, draft)
  if (found > 0) draft.isLongMessage = false
  return found > 0
}

/** `Fault CR2: …, Error code: …`, and the error code that stands alone on a line behind the rows. */
export const faultLine: LineReader = ({ text, number }, draft) => {
  const fault = FAULT.exec(text)
  const alone = fault === null ? /^Error code: (0x[0-9a-f]{1,16})/iu.exec(text) : null
  if (fault === null && alone === null) return false
  if (fault !== null) draft.register('fault cr2', fault[1]!, number)
  draft.register('error code', (fault?.[2] ?? alone?.[1])!, number)
  for (const [, name, value] of (fault?.[3] ?? '').matchAll(
    /(Fault CPU|PL|VF): (0x[0-9a-f]{1,8}|\d{1,8})/gu,
  )) {
    draft.register(name!.toLowerCase(), value!, number)
  }
  const hint = /(Kernel NX fault|SMEP\/User NX fault|SMAP fault)/u.exec(fault?.[3] ?? '')
  if (hint !== null && draft.trap !== null) draft.trap.hint = hint[1]!
  return true
}
