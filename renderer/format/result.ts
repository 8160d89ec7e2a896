import * as codes from '../../kernel/abi/IOReturn.ts'
import { stringFromReturn } from '../../kernel/abi/IOReturnText.ts'

const names = new Map<number, string>()
for (const [name, value] of Object.entries(codes)) {
  if (/^kIOReturn[A-Z]/u.test(name) && typeof value === 'number') names.set(value >>> 0, name)
}

/** What a result means, in any notation (`0xe00002bc`, `-536870212`): its name and words; null when it is none. */
export function describeResult(text: string): string | null {
  const value = Number(text)
  if (!Number.isInteger(value) || value < -0x80000000 || value > 0xffffffff) return null
  const code = value >>> 0
  const name = names.get(code)
  if (name === undefined || code === 0) return null
  const hex = `0x${code.toString(16)}`
  const words = stringFromReturn(code)
  return words.startsWith('0x') ? `${name} (${hex})` : `${name} (${hex}): ${words}`
}
