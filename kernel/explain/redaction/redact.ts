import type { FoundSecret, RedactionPreview, SecretKind } from '../../api/index.ts'
import { findSecrets, type SecretPlace } from './findSecrets.ts'

/** A text without its secrets, and what became of each. */
export interface RedactedText {
  readonly text: string
  readonly secrets: readonly FoundSecret[]
}

const MAX_CHANGES = 400
const MAX_SHOWN = 300
/** Values shorter than this are replaced where their label stands only, or half the text would go. */
const FREE_LENGTH = 6

/**
 * Replaces serial numbers, UUIDs, hardware addresses, names and e-mail addresses. Equal values get equal stand-ins of
 * the same form and, where the form has one, the same length, so that the copy can still be read and compared.
 */
export function redact(text: string, kinds: readonly SecretKind[], isRegistry: boolean): RedactedText {
  const places = findSecrets(text, isRegistry).filter(({ kind }) => kinds.includes(kind))
  if (places.length === 0) return { text, secrets: [] }
  const stand = standIns(places)
  const counts = new Map<string, { count: number; at: number }>()
  const result = text.replace(pattern(places), (value: string, ...rest: unknown[]) => {
    const at = rest.find((part) => typeof part === 'number') as number
    const known = counts.get(value)
    if (known === undefined) counts.set(value, { count: 1, at })
    else known.count++
    return stand.get(value) ?? value
  })
  const lineOf = lineCounter(text)
  const secrets = places
    .map(({ kind, value, why }) => {
      const { count, at } = counts.get(value) ?? { count: 0, at: 0 }
      return { kind, value, replacement: stand.get(value) ?? '', count, line: lineOf(at), why }
    })
    .filter(({ count }) => count > 0)
  return { text: result, secrets }
}

/** What `redact` would do, line by line, for somebody to look at before the copy leaves. */
export function previewRedaction(
  name: string,
  text: string,
  kinds: readonly SecretKind[],
  isRegistry: boolean,
): RedactionPreview {
  const { text: after, secrets } = redact(text, kinds, isRegistry)
  const before = text.split('\n')
  const now = after.split('\n')
  const changes: { line: number; before: string; after: string }[] = []
  let changedLines = 0
  for (let i = 0; i < before.length; i++) {
    if (before[i] === now[i]) continue
    changedLines++
    if (changes.length < MAX_CHANGES) changes.push({ line: i + 1, ...around(before[i] ?? '', now[i] ?? '') })
  }
  return { name, secrets, changes, changedLines }
}

/** Both lines from shortly before the first difference. */
function around(before: string, after: string): { before: string; after: string } {
  let first = 0
  while (first < before.length && before[first] === after[first]) first++
  const from = Math.max(0, first - 60)
  const cut = (line: string): string =>
    `${from > 0 ? '…' : ''}${line.slice(from, from + MAX_SHOWN)}${line.length > from + MAX_SHOWN ? '…' : ''}`
  return { before: cut(before), after: cut(after) }
}

/** One expression for all values, longest first; short ones only as whole words. */
function pattern(places: readonly SecretPlace[]): RegExp {
  const parts = places
    .map(({ value }) => value)
    .sort((a, b) => b.length - a.length)
    .map((value) => {
      const escaped = value.replace(/[.*+?^${}()|[\]\\]/gu, '\\$&')
      return value.length < FREE_LENGTH
        ? `(?<![\\w.-])${escaped}(?![\\w.-])`
        : `(?<![A-Za-z0-9])${escaped}(?![A-Za-z0-9])`
    })
  return new RegExp(parts.join('|'), 'gu')
}

function standIns(places: readonly SecretPlace[]): Map<string, string> {
  const result = new Map<string, string>()
  const numbers: Partial<Record<SecretKind, number>> = {}
  for (const { kind, value } of places) {
    const number = (numbers[kind] ?? 0) + 1
    numbers[kind] = number
    result.set(value, standIn(kind, value, number))
  }
  return result
}

function standIn(kind: SecretKind, value: string, number: number): string {
  switch (kind) {
    case 'serial': {
      const digits = String(number)
      return `${'X'.repeat(Math.max(1, value.length - digits.length))}${digits}`
    }
    case 'uuid':
      return fill(value, number, 16)
    case 'mac':
      return fill(value, number, 16)
    case 'user':
      return `user${number}`
    case 'host':
      return value.endsWith('.local') ? `host${number}.local` : `host${number}`
    case 'email':
      return `person${number}@example.com`
  }
}

/** Zeros in the form of `value`, with the number in the last digits. */
function fill(value: string, number: number, radix: number): string {
  const digits = number.toString(radix)
  const zeros = value.replace(/[0-9A-Fa-f]/gu, '0')
  let at = digits.length - 1
  let result = ''
  for (let i = zeros.length - 1; i >= 0; i--) {
    const isDigit = zeros[i] === '0'
    result = (isDigit && at >= 0 ? (digits[at--] ?? '0') : (zeros[i] ?? '')) + result
  }
  return result
}

/** Line numbers of positions that are asked in any order. */
function lineCounter(text: string): (at: number) => number {
  const starts = [0]
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1)
  return (at) => {
    let low = 0
    let high = starts.length
    while (high - low > 1) {
      const middle = (low + high) >> 1
      if ((starts[middle] ?? 0) <= at) low = middle
      else high = middle
    }
    return low + 1
  }
}
