/** Bytes as an unsigned number, the lowest first. */
export function littleEndian(bytes: Uint8Array): bigint {
  let value = 0n
  for (let index = bytes.length - 1; index >= 0; index -= 1) value = (value << 8n) | BigInt(bytes[index] ?? 0)
  return value
}

/** NUL-terminated printable strings, or null when the bytes are no text. */
export function asStrings(bytes: Uint8Array): string[] | null {
  if (bytes.length < 3 || bytes[bytes.length - 1] !== 0) return null
  const strings: string[] = []
  let text = ''
  for (const byte of bytes) {
    if (byte === 0) {
      if (text !== '') strings.push(text)
      text = ''
    } else if (byte < 0x20 || byte > 0x7e) return null
    else text += String.fromCharCode(byte)
  }
  return strings.length > 0 ? strings : null
}

/** One line per 16 bytes: offset, bytes in two groups of eight, and the printable ones as text. */
export function hexDump(bytes: Uint8Array, most = 4096): string[] {
  const lines: string[] = []
  const shown = bytes.subarray(0, most)
  const digits = Math.max(2, (shown.length - 1).toString(16).length)
  for (let offset = 0; offset < shown.length; offset += 16) {
    let hex = ''
    let text = ''
    shown.subarray(offset, offset + 16).forEach((byte, index) => {
      hex += `${index === 8 ? '  ' : index === 0 ? '' : ' '}${byte.toString(16).padStart(2, '0')}`
      text += byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '.'
    })
    lines.push(
      `${offset.toString(16).padStart(digits, '0')}  ${shown.length > 16 ? hex.padEnd(48) : hex}  ${text}`,
    )
  }
  if (bytes.length > most) lines.push(`… ${bytes.length - most} more bytes`)
  return lines
}
