/** A line that opens something about a thread. */
export interface ThreadHeader {
  readonly kind: 'name' | 'frames' | 'registers' | 'instructions'
  /** Null where the report does not know the thread. */
  readonly index: number | null
  readonly isCrashed: boolean
  readonly name: string | null
  readonly queue: string | null
  /** Of registers: `X86 Thread State (64-bit)`. */
  readonly flavor: string | null
}

const QUEUE = 'Dispatch queue: '

/** `com.apple.CFSocket Dispatch queue: q`: name and queue, of which either may be missing. */
export function threadLabel(text: string): { name: string | null; queue: string | null } {
  const label = text.trim()
  const at = label.indexOf(QUEUE)
  if (at < 0) return { name: label === '' ? null : label, queue: null }
  const name = label.slice(0, at).trim()
  return { name: name === '' ? null : name, queue: label.slice(at + QUEUE.length).trim() }
}

const NONE = { isCrashed: false, name: null, queue: null, flavor: null }

/** Reads a thread's header in any of its spellings; null when the line is none. */
export function threadHeader(line: string): ThreadHeader | null {
  const match = /^(?:Thread (\d{1,6})|(Unknown thread))(?![\w])/iu.exec(line)
  if (match === null) return null
  const index = match[1] === undefined ? null : Number(match[1])
  const rest = line.slice(match[0].length)
  const state = /^ crashed with (.*?):?\s*$/iu.exec(rest)
  if (state !== null) return { ...NONE, kind: 'registers', index, flavor: state[1]! }
  if (index === null) return null
  if (/^ instruction stream/iu.test(rest)) return { ...NONE, kind: 'instructions', index }
  const name = /^ name: *(.*)$/iu.exec(rest)
  if (name !== null) return { ...NONE, kind: 'name', index, ...threadLabel(name[1]!) }
  const frames = /^( Crashed| Highlighted| Attributed)? ?:{0,2}(?:\s+(.*))?$/iu.exec(rest)
  if (frames === null || (frames[2] ?? '').length > 400) return null
  if (!rest.includes(':') && rest.trim() !== '' && frames[1] === undefined) return null
  const isCrashed = frames[1]?.trim().toLowerCase() === 'crashed'
  return { ...NONE, kind: 'frames', index, isCrashed, ...threadLabel(frames[2] ?? '') }
}
