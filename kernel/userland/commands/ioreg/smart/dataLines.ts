import { dataStrings, hexText } from '../dataStrings.ts'

const MAX_PER_ROW = 32

/** Data as strings, as up to eight bytes of digits, or as rows of offset, digits and characters. */
export function dataLines(bytes: Uint8Array, width: number, depth: number): readonly string[] {
  const strings = dataStrings(bytes, true)
  if (strings !== null) return [`<${strings}>`]
  if (bytes.length <= 8) return [`<${hexText(bytes)}>`]
  const perRow = bytesPerRow(width, depth)
  const lines = ['']
  for (let at = 0; at < bytes.length; at += perRow) lines.push(dumpRow(bytes, at, perRow))
  return lines
}

/**
 * As ioreg counts, in unsigned numbers: too little room wraps round to the maximum. Never 0, which would not
 * end.
 */
function bytesPerRow(width: number, depth: number): number {
  const room = ((width - 20 - 2 * depth) >>> 0) >>> 2
  return Math.max(1, Math.min(room, MAX_PER_ROW))
}

function dumpRow(bytes: Uint8Array, at: number, perRow: number): string {
  let digits = ''
  let characters = ''
  for (let i = at; i < at + perRow; i++) {
    const byte = bytes[i]
    digits += byte === undefined ? '   ' : ` ${byte.toString(16).toUpperCase().padStart(2, '0')}`
    if (byte !== undefined) characters += byte >= 0x20 && byte <= 0x7e ? String.fromCharCode(byte) : '.'
  }
  return `    ${at.toString(16).toUpperCase().padStart(8, '0')}:${digits} ${characters}`
}
