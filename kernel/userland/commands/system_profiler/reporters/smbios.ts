/** Type 0 of SMBIOS (7.1): the number of the version string is the byte at offset 5. */
const TYPE_BIOS = 0
const TYPE_END = 127
const VERSION_OFFSET = 5

/** The firmware version in a set of SMBIOS structures, or null. */
export function smbiosBiosVersion(table: Uint8Array): string | null {
  for (let at = 0; at + 4 <= table.length;) {
    const type = table[at]!
    const length = table[at + 1]!
    if (type === TYPE_END || length < 4) return null
    const { strings, end } = stringsAt(table, at + length)
    if (type === TYPE_BIOS && length > VERSION_OFFSET) return strings[table[at + VERSION_OFFSET]! - 1] ?? null
    at = end
  }
  return null
}

/** The strings behind a structure's formatted area, and where the next structure begins. */
function stringsAt(table: Uint8Array, start: number): { strings: string[]; end: number } {
  const strings: string[] = []
  let at = start
  while (at < table.length && table[at] !== 0) {
    const end = table.indexOf(0, at)
    if (end < 0) return { strings, end: table.length }
    strings.push(String.fromCharCode(...table.subarray(at, end)))
    at = end + 1
  }
  return { strings, end: strings.length === 0 ? at + 2 : at + 1 }
}
