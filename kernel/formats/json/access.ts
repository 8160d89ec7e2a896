import { isLooseObject, type LooseJson, type LooseObject } from './looseJson.ts'

/** The value as an object; null when it is none. */
export function asObject(value: LooseJson | undefined): LooseObject | null {
  return isLooseObject(value) ? value : null
}

/** The value as a list; empty when it is none. */
export function asList(value: LooseJson | undefined): readonly LooseJson[] {
  return Array.isArray(value) ? value : []
}

/** The value as text: strings as they are, numbers in decimal; null for all else and for the empty string. */
export function asText(value: LooseJson | undefined): string | null {
  if (typeof value === 'string') return value === '' ? null : value
  return typeof value === 'number' || typeof value === 'bigint' ? value.toString() : null
}

/** The value as a number that is exact; digits in a string count. */
export function asNumber(value: LooseJson | undefined): number | null {
  if (typeof value === 'number') return value
  if (typeof value === 'string' && /^-?\d{1,15}$/u.test(value)) return Number(value)
  return null
}

/** The value as an integer of any size. */
export function asBigInt(value: LooseJson | undefined): bigint | null {
  if (typeof value === 'bigint') return value
  if (typeof value === 'number' && Number.isSafeInteger(value)) return BigInt(value)
  if (typeof value === 'string' && /^(?:0x[0-9a-f]{1,16}|\d{1,20})$/iu.test(value)) return BigInt(value)
  return null
}
