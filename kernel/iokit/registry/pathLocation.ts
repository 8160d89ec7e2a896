/** Reads like strtouq(text, 16): blanks, sign-less digits with an optional 0x; the position after them. */
function readHex(text: string, start: number): { readonly value: bigint; readonly end: number } {
  const match = /^[ \t\n]*(?:0[xX](?=[0-9a-fA-F]))?([0-9a-fA-F]+)/.exec(text.slice(start))
  if (match === null) return { value: 0n, end: start }
  return { value: BigInt('0x' + match[1]!), end: start + match[0].length }
}

const charAt = (text: string, index: number): string => text[index] ?? ''

/**
 * Compares the location part of a path component, from `start` on, with an entry's location: hexadecimal numbers
 * separated by `,` or `:`, a missing part being 0. The position after the matched text, or null.
 * @xnu iokit/Kernel/IORegistryEntry.cpp matchPathLocation — faithful
 */
export function matchPathLocation(path: string, start: number, location: string | null): number | null {
  if (location === null) return null
  let pathIndex = start
  let locationIndex = 0
  let pathChar = charAt(path, pathIndex)
  let locationChar = charAt(location, 0)
  for (;;) {
    let wanted = 0n
    let found = 0n
    if (pathChar !== '') {
      const number = readHex(path, pathIndex)
      wanted = number.value
      pathChar = charAt(path, number.end)
      pathIndex = number.end + 1
    }
    if (locationChar !== '') {
      const number = readHex(location, locationIndex)
      found = number.value
      locationChar = charAt(location, number.end)
      locationIndex = number.end + 1
    }
    if (wanted !== found) return null
    if (pathChar === '' && locationChar === '') return pathIndex - 1
    if (pathChar !== ',' && pathChar !== ':') pathChar = ''
    if (pathChar !== '' && locationChar !== '' && pathChar !== locationChar) return null
  }
}
