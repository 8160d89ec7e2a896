/** 1 for hexadecimal digits; anything else, and every character above 0xff, is not one. */
export const HEX_DIGIT: Uint8Array = tableOf('0123456789abcdefABCDEF')

/** Characters with which a value, or the end of an empty one, can begin inside an array or set. */
export const VALUE_START: Uint8Array = tableOf('"<({[0123456789-YNX,)]')

function tableOf(characters: string): Uint8Array {
  const table = new Uint8Array(256)
  for (let i = 0; i < characters.length; i++) table[characters.charCodeAt(i)] = 1
  return table
}
