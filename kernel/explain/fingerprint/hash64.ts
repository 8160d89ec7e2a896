/** FNV's start and prime for 64 bits, as halves of 32; the prime is 2^40 + 0x1b3. */
const START_HIGH = 0xcbf2_9ce4
const START_LOW = 0x8422_2325
const PRIME_LOW = 0x1b3
const HALF = 0x1_0000_0000

/** FNV-1a of a text's UTF-16 units, low byte first, 16 hexadecimal digits. */
export function hash64(text: string): string {
  let high = START_HIGH
  let low = START_LOW
  const take = (byte: number): void => {
    const mixed = (low ^ byte) >>> 0
    const product = mixed * PRIME_LOW
    high = (high * PRIME_LOW + Math.floor(product / HALF) + ((mixed << 8) >>> 0)) % HALF
    low = product % HALF
  }
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i)
    take(unit & 0xff)
    take(unit >> 8)
  }
  return high.toString(16).padStart(8, '0') + low.toString(16).padStart(8, '0')
}
