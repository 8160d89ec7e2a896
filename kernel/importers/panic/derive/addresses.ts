/** A hexadecimal number as printed; null for anything else. */
export function hexValue64(text: string | null | undefined): bigint | null {
  return text !== null && text !== undefined && /^0x[0-9a-f]{1,16}$/iu.test(text) ? BigInt(text) : null
}

/** As the kernel prints pointers of 64 bits. */
export const hex64 = (value: bigint): string =>
  `0x${BigInt.asUintN(64, value).toString(16).padStart(16, '0')}`

/** An arm64 kernel address without the bits that sign it; addresses of user space stay. */
export function withoutSignature(address: bigint): bigint {
  return (address & (1n << 55n)) === 0n ? address : address | 0xffff_8000_0000_0000n
}

const POISONS: readonly (readonly [RegExp, string])[] = [
  [/deadbeef/u, 'the pattern 0xdeadbeef, which marks freed memory'],
  [
    /^(?:41){4,8}$|^(?:4141)/u,
    'a run of 0x41 (the letter A), which test programs and exploits fill memory with',
  ],
  [/^(?:aa){6,8}$/u, 'a run of 0xaa, a fill pattern'],
  [/^(?:5a){6,8}$|^(?:a5){6,8}$|^(?:ff){8}$/u, 'a fill pattern'],
  [/baddcafe|badc0de|feedface|cafebabe/u, 'a marker word'],
]

/** What an address tells by itself; null when it looks like any other. */
export function addressPattern(
  address: bigint,
  arch: 'x86_64' | 'i386' | 'arm64' | 'ppc' | null,
): string | null {
  if (address < 0x1000n)
    return address === 0n ? 'null' : `null plus 0x${address.toString(16)}: a member of a missing object`
  const digits = BigInt.asUintN(64, address).toString(16)
  const poison = POISONS.find(([pattern]) => pattern.test(digits))
  if (poison !== undefined) return poison[1]
  if (address < 0x10000n) return `close to null (0x${digits}): a far member of a missing object`
  const top = address >> 47n
  if (arch === 'x86_64' && top !== 0n && top !== 0x1ffffn)
    return 'non-canonical: no address of this processor'
  return null
}
