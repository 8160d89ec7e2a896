const OFFSET = 0xcbf29ce484222325n
const PRIME = 0x100000001b3n

/** FNV-1a of a text's UTF-16 units, 16 hexadecimal digits. */
export function hash64(text: string): string {
  let hash = OFFSET
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i)
    hash = BigInt.asUintN(64, (hash ^ BigInt(unit & 0xff)) * PRIME)
    hash = BigInt.asUintN(64, (hash ^ BigInt(unit >> 8)) * PRIME)
  }
  return hash.toString(16).padStart(16, '0')
}
