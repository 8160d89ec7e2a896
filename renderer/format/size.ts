const UNITS = ['bytes', 'KB', 'MB', 'GB', 'TB'] as const
const FACTORS: Readonly<Record<string, number>> = { '': 0, b: 0, byte: 0, bytes: 0, k: 1, kb: 1, kib: 1, m: 2, mb: 2, mib: 2, g: 3, gb: 3, gib: 3, t: 4, tb: 4, tib: 4 }

/** Bytes in the largest binary unit that divides them, so that reading it back gives the same number. */
export function formatSize(bytes: number): string {
  let value = bytes
  let unit = 0
  while (value >= 1024 && value % 1024 === 0 && unit < UNITS.length - 1) {
    value /= 1024
    unit += 1
  }
  return `${value} ${UNITS[unit]}`
}

/** Bytes in binary units, exact where they divide evenly. */
export function formatBytes(bytes: number): string {
  let value = bytes
  let unit = 0
  while (value >= 1024 && unit < UNITS.length - 1) {
    value /= 1024
    unit += 1
  }
  return `${Number.isInteger(value) ? value : value.toFixed(1)} ${UNITS[unit]}`
}

/** `256 GB`, `512mb`, `4096`; null when it is none of these or no whole number of bytes. */
export function parseSize(text: string): number | null {
  const match = /^\s*(\d+(?:\.\d+)?)\s*([a-z]*)\s*$/iu.exec(text)
  const power = FACTORS[(match?.[2] ?? '?').toLowerCase()]
  if (match === null || power === undefined) return null
  const bytes = Number(match[1]) * 1024 ** power
  return Number.isSafeInteger(bytes) ? bytes : null
}
