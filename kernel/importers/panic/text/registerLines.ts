import type { LineReader } from './PanicDraft.ts'

const NAMES = new Set([
  ...['cr0', 'cr2', 'cr3', 'cr4', 'rfl', 'rip', 'eip', 'efl', 'cs', 'ss', 'ds', 'es', 'fs', 'gs'],
  ...['ax', 'bx', 'cx', 'dx', 'sp', 'bp', 'si', 'di'].flatMap((name) => [`r${name}`, `e${name}`]),
  ...Array.from({ length: 8 }, (_, index) => `r${index + 8}`),
  ...Array.from({ length: 31 }, (_, index) => `x${index}`),
  ...['fp', 'lr', 'sp', 'pc', 'cpsr', 'esr', 'far', 'afsr'],
])

const CELL = /([A-Za-z][A-Za-z0-9]{1,3}): *(0x[0-9a-f]{1,16})/giu
const FAULT = /^Fault CR2: (0x[0-9a-f]{1,16}), Error code: (0x[0-9a-f]{1,16})(.*)$/iu
const BACKTRACE_CELL = /^\s*lr: *0x[0-9a-f]{1,16}\s+fp: *0x/iu

/** A row of registers. Frames of an arm64 backtrace look alike and are none. */
export const registerLine: LineReader = ({ text, number }, draft) => {
  if (!/^\s*[A-Za-z][A-Za-z0-9]{1,3}: *0x/u.test(text) || BACKTRACE_CELL.test(text)) return false
  let found = 0
  for (const [, name, value] of text.matchAll(CELL)) {
    const key = name!.toLowerCase()
    if (!NAMES.has(key)) continue
    draft.register(key, value!, number)
    found++
  }
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
