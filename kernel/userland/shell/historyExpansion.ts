import type { History } from './History.ts'

/** A line with its `!` references replaced, or the reference that names nothing. */
export type HistoryExpansion = { readonly line: string; readonly changed: boolean } | { readonly missing: string }

const REFERENCE = /^!(?:!|\$|-?[0-9]+|\?[^?]+\??|[A-Za-z_./][^\s;&|()<>]*)/

/** Replaces `!!`, `!$`, `!n`, `!-n`, `!text` and `!?text?` outside of single quotes. */
export function expandHistory(line: string, history: History): HistoryExpansion {
  let result = ''
  let quoted = false
  let changed = false
  for (let i = 0; i < line.length; i++) {
    const character = line[i]!
    const reference = character === '!' && !quoted ? REFERENCE.exec(line.slice(i)) : null
    if (character === "'") quoted = !quoted
    if (character === '\\' && !quoted) result += character + (line[++i] ?? '')
    else if (reference === null) result += character
    else {
      const found = referenced(reference[0], history)
      if (found === null) return { missing: reference[0].slice(1) }
      result += found
      changed = true
      i += reference[0].length - 1
    }
  }
  return { line: result, changed }
}

function referenced(reference: string, history: History): string | null {
  const { entries, firstNumber } = history
  const body = reference.slice(1)
  if (body === '!') return entries.at(-1) ?? null
  if (body === '$') return entries.at(-1)?.split(/\s+/).at(-1) ?? null
  if (/^-?[0-9]+$/.test(body)) {
    const number = Number(body)
    return (number < 0 ? entries.at(number) : entries[number - firstNumber]) ?? null
  }
  if (body.startsWith('?')) {
    const part = body.replace(/^\?|\?$/g, '')
    return entries.findLast((entry) => entry.includes(part)) ?? null
  }
  return entries.findLast((entry) => entry.startsWith(body)) ?? null
}
