/** A generator of repeatable chance (Park and Miller): a whole number below the given one. */
export function chance(seed: number): (below: number) => number {
  let state = (seed % 2147483646) + 1
  return (below) => {
    state = (state * 48271) % 2147483647
    return state % below
  }
}

/** Bytes that upset readers of any kind. */
const COMMON = ['', '\0', '\n', '\r\n', '"', '<', '>', '{', '}', '(', ')', '[', ']', ':', '=', ' ', '\t',
  '9'.repeat(40), '-1', '0x', '\xff\xfe']

/** The text with a few pieces cut out, doubled, or put in at random places; one character per byte. */
export function mutate(text: string, pieces: readonly string[], next: (below: number) => number): string {
  const all = [...COMMON, ...pieces]
  let result = text
  for (let left = next(10); left >= 0; left--) {
    const at = next(result.length + 1)
    const length = next(3) === 0 ? next(200) : next(12)
    const piece = next(4) === 0 ? result.slice(at, at + length) : all[next(all.length)]!
    result = result.slice(0, at) + piece + result.slice(next(2) === 0 ? at : at + length)
  }
  return next(20) === 0 ? result.slice(0, next(result.length + 1)) : result
}

/** The bytes of a text of characters 0 to 255. */
export function latin1Bytes(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0) & 0xff)
}
