import { addressOf, hexOf, type RegistersDraft } from '../CrashDraft.ts'

const PAIR = /(?:^|\s)([a-z][a-z0-9]{0,6}): (0x[0-9a-f]{1,32})/giu
const ALSO: Record<string, string> = { 'error code': 'err', 'trap number': 'trap', 'logical cpu': 'cpu' }

/** Reads the registers of a line; false when there are none. */
export function registerLine(line: string, registers: RegistersDraft): boolean {
  if (line.length > 400) return false
  let found = false
  let last: { name: string; end: number } | null = null
  for (const match of line.matchAll(PAIR)) {
    const value = addressOf(match[2]!)
    if (value === null) continue
    const name = match[1]!.toLowerCase()
    registers.values[name] = hexOf(value)
    last = { name, end: match.index + match[0].length }
    found = true
  }
  const note = last === null ? '' : line.slice(last.end).trim()
  if (last !== null && note !== '') registers.notes[last.name] = note
  return found
}

/** `Error Code:`, `Trap Number:` and `Logical CPU:`, which stand below the registers of Intel reports. */
export function extraRegister(label: string, value: string, registers: RegistersDraft): boolean {
  const name = ALSO[label]
  if (name === undefined) return false
  const number = /^(?:0x[0-9a-f]{1,16}|\d{1,10})/iu.exec(value)?.[0]
  if (number === undefined) return false
  registers.values[name] = hexOf(BigInt(number))
  const note = value.slice(number.length).trim()
  if (note !== '') registers.notes[name] = note
  return true
}
