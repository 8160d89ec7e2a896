/** How one key is compared. */
export interface KeyOrder {
  readonly numeric: boolean
  readonly general: boolean
  readonly human: boolean
  readonly reverse: boolean
  readonly fold: boolean
  readonly blanks: boolean
  readonly dictionary: boolean
}

/** `-k F[.C][flags][,F[.C][flags]]`: positions count from 1; 0 stands for "to the end". */
export interface SortKey {
  readonly startField: number
  readonly startCharacter: number
  readonly endField: number
  readonly endCharacter: number
  readonly order: KeyOrder
}

export const NO_ORDER: KeyOrder = {
  numeric: false, general: false, human: false, reverse: false, fold: false, blanks: false, dictionary: false,
}

/** Adds the flags of a key or of the command line to an order. */
export function withFlags(order: KeyOrder, flags: string): KeyOrder {
  return {
    numeric: order.numeric || flags.includes('n'),
    general: order.general || flags.includes('g'),
    human: order.human || flags.includes('h'),
    reverse: order.reverse || flags.includes('r'),
    fold: order.fold || flags.includes('f'),
    blanks: order.blanks || flags.includes('b'),
    dictionary: order.dictionary || flags.includes('d'),
  }
}

/** Reads a key specification; null when it is none. */
export function parseKey(text: string, inherited: KeyOrder): SortKey | null {
  const match = /^([0-9]+)(?:\.([0-9]+))?([bdfghnr]*)(?:,([0-9]+)(?:\.([0-9]+))?([bdfghnr]*))?$/.exec(text)
  if (match === null || match[1] === '0') return null
  const flags = (match[3] ?? '') + (match[6] ?? '')
  return {
    startField: Number(match[1]),
    startCharacter: Number(match[2] ?? 1),
    endField: Number(match[4] ?? 0),
    endCharacter: Number(match[5] ?? 0),
    order: flags === '' ? inherited : withFlags(NO_ORDER, flags),
  }
}

/** Where each field of a line starts and ends. Without separator a field takes the blanks before it. */
function fieldBounds(line: string, separator: string | null): [number, number][] {
  const bounds: [number, number][] = []
  if (separator !== null) {
    let start = 0
    for (let at = line.indexOf(separator); at >= 0; at = line.indexOf(separator, start)) {
      bounds.push([start, at])
      start = at + separator.length
    }
    bounds.push([start, line.length])
    return bounds
  }
  for (const match of line.matchAll(/[ \t]*[^ \t]+/g)) bounds.push([match.index, match.index + match[0].length])
  return bounds
}

/** The part of a line that a key looks at. */
export function keyText(line: string, key: SortKey, separator: string | null): string {
  const bounds = fieldBounds(line, separator)
  const startBounds = bounds[key.startField - 1]
  if (startBounds === undefined) return ''
  let start = startBounds[0]
  if (key.order.blanks) start = skipBlanks(line, start)
  start += key.startCharacter - 1
  if (key.endField === 0) return line.slice(start)
  const endBounds = bounds[key.endField - 1]
  if (endBounds === undefined) return line.slice(start)
  const from = key.order.blanks ? skipBlanks(line, endBounds[0]) : endBounds[0]
  const end = key.endCharacter === 0 ? endBounds[1] : Math.min(from + key.endCharacter, endBounds[1])
  return line.slice(start, Math.max(start, end))
}

function skipBlanks(line: string, start: number): number {
  let at = start
  while (line[at] === ' ' || line[at] === '\t') at++
  return at
}

/** A key's value in the form it is compared in. */
export function prepare(text: string, order: KeyOrder): string | number {
  if (order.numeric || order.general || order.human) return numberOf(text, order)
  let value = order.blanks ? text.trimStart() : text
  if (order.dictionary) value = value.replace(/[^A-Za-z0-9 \t]/g, '')
  return order.fold ? value.toUpperCase() : value
}

const HUMAN = ' KMGTPE'

function numberOf(text: string, order: KeyOrder): number {
  const pattern = order.general ? /^[ \t]*([-+]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?)/ : /^[ \t]*(-?[0-9,]*\.?[0-9]+|-?[0-9,]+)([KMGTPE]?)/
  const match = pattern.exec(text)
  if (match === null) return 0
  const value = Number(match[1]!.replaceAll(',', ''))
  return order.human ? value * 1024 ** Math.max(0, HUMAN.indexOf(match[2] || ' ')) : value
}

/** Compares two prepared values; text by code point, which is the order of UTF-8 bytes. */
export function compareValues(left: string | number, right: string | number): number {
  if (typeof left === 'number') return left - (right as number)
  return left === right ? 0 : left < (right as string) ? -1 : 1
}
