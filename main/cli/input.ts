import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { UsageError } from './Command.ts'

/** Largest input that is read: a file, or what comes out of a compressed one. */
export const MAX_INPUT_BYTES = 512 * 1024 * 1024

/** Reads a file or, for `-`, standard input; unpacks gzip by content. */
export function readInput(path: string): Uint8Array {
  let bytes: Buffer
  try {
    bytes = readFileSync(path === '-' ? 0 : path)
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code
    const why = code === 'ENOENT' ? 'does not exist' : code === 'EISDIR' ? 'is a folder' : `cannot be read (${code ?? String(error)})`
    throw new UsageError(`${path} ${why}: give the path of a file, or - for standard input.`)
  }
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes
  try {
    return gunzipSync(bytes, { maxOutputLength: MAX_INPUT_BYTES })
  } catch (error) {
    const tooLarge = (error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE'
    throw new UsageError(tooLarge
      ? `${path} unpacks to more than ${MAX_INPUT_BYTES / 1024 / 1024} MB: that is more than is read.`
      : `${path} looks like gzip but cannot be unpacked (${(error as Error).message}): it may be cut off.`)
  }
}

/** `250ms`, `5s`, `2m`, `1h` in nanoseconds. */
export function parseDuration(text: string, option: string): number {
  const match = /^(\d+(?:\.\d+)?)(ns|us|ms|s|m|h)$/u.exec(text)
  const unit = { ns: 1, us: 1e3, ms: 1e6, s: 1e9, m: 60e9, h: 3600e9 }[match?.[2] ?? '']
  if (match === null || unit === undefined) {
    throw new UsageError(`${option} ${text}: a time is wanted, such as 250ms, 5s, 2m or 1h.`)
  }
  return Math.round(Number(match[1]) * unit)
}
