import { formatPrintf } from '../../libsystem/printf.ts'

/** Text that came from outside: it counts as a number where it looks like one. */
export class InputText {
  private numeric: boolean | null = null

  constructor(readonly text: string) {}

  get isNumeric(): boolean {
    return (this.numeric ??= NUMERIC.test(this.text))
  }
}

/** A value; undefined is a variable that was never set. */
export type Value = string | number | InputText | undefined

const NUMERIC = /^\s*[-+]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?\s*$/
const NUMBER_PREFIX = /^\s*([-+]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?)/

/** The number a value stands for: its longest numeric beginning, else 0. */
export function toNumber(value: Value): number {
  if (typeof value === 'number') return value
  if (value === undefined) return 0
  const match = NUMBER_PREFIX.exec(typeof value === 'string' ? value : value.text)
  return match === null ? 0 : Number(match[1])
}

/** The text of a value; numbers that are no integers go through `format` (CONVFMT or OFMT). */
export function toText(value: Value, format: string): string {
  if (typeof value === 'string') return value
  if (value === undefined) return ''
  if (typeof value !== 'number') return value.text
  if (Number.isInteger(value)) {
    return Math.abs(value) < 1e16 ? String(value === 0 ? 0 : value) : formatPrintf('%.30g', () => value).text
  }
  return formatPrintf(format, () => value).text
}

/** Whether a value counts as true. */
export function isTrue(value: Value): boolean {
  if (typeof value === 'number') return value !== 0
  if (typeof value === 'string') return value !== ''
  if (value === undefined) return false
  return value.isNumeric ? toNumber(value) !== 0 : value.text !== ''
}

function countsAsNumber(value: Value): boolean {
  return typeof value === 'number' || value === undefined || (value instanceof InputText && value.isNumeric)
}

/** Below, at or above zero as left stands to right: numbers by size, else by code point. */
export function compareValues(left: Value, right: Value, format: string): number {
  if (countsAsNumber(left) && countsAsNumber(right)) return toNumber(left) - toNumber(right)
  const [a, b] = [toText(left, format), toText(right, format)]
  return a === b ? 0 : a < b ? -1 : 1
}
