/** The bytes of a string with one character per byte. */
export function byteString(raw: string): Uint8Array {
  const bytes = new Uint8Array(raw.length)
  for (let i = 0; i < raw.length; i++) bytes[i] = raw.charCodeAt(i)
  return bytes
}
