/** Sign, prefix of the base, and what may be digits of it. */
const form = /^[ \t\n]*([-+]?)(0[xX]|0[bB]|0)?([0-9a-zA-Z]*)/

/**
 * C-style unsigned text as the kernel reads it: blanks, a sign, `0x`, `0b` or octal `0`; stops at the first
 * character that does not fit; 2^64 - 1 for what is greater, else negative numbers wrap.
 * @xnu iokit/Kernel/IOStringFuncs.c strtoul — faithful: for base 0
 */
export function strtoul(text: string): bigint {
  const { magnitude, isNegative } = read(text)
  if (magnitude > 0xffffffffffffffffn) return 0xffffffffffffffffn
  return isNegative ? BigInt.asUintN(64, -magnitude) : magnitude
}

/**
 * The signed sibling: held within 64 bits.
 * @xnu iokit/Kernel/IOStringFuncs.c strtol — faithful: for base 0
 */
export function strtol(text: string): bigint {
  const { magnitude, isNegative } = read(text)
  const limit = isNegative ? 0x8000000000000000n : 0x7fffffffffffffffn
  const held = magnitude > limit ? limit : magnitude
  return isNegative ? -held : held
}

/**
 * The value of up to nine decimal digits without a leading 0, which nearly all numbers are; -1 for other
 * text.
 */
export function plainDecimal(text: string): number {
  const { length } = text
  if (length === 0 || length > 9 || (length > 1 && text.charCodeAt(0) === 0x30)) return -1
  let value = 0
  for (let i = 0; i < length; i++) {
    const digit = text.charCodeAt(i) - 0x30
    if (digit < 0 || digit > 9) return -1
    value = value * 10 + digit
  }
  return value
}

function read(text: string): { magnitude: bigint; isNegative: boolean } {
  const [, sign, prefix, digits] = form.exec(text)!
  const base = prefix === undefined ? 10 : prefix === '0' ? 8 : prefix === '0x' || prefix === '0X' ? 16 : 2
  let magnitude = 0n
  for (const digit of digits!) {
    const value = Number.parseInt(digit, 36)
    if (value >= base) break
    magnitude = magnitude * BigInt(base) + BigInt(value)
    if (magnitude > 0xffffffffffffffffn) break
  }
  return { magnitude, isNegative: sign === '-' }
}
