import type { KextValue } from '../../api/index.ts'
import { decodeUtf8Lossless, parsePlist, parsePlistLeniently } from '../../formats/index.ts'
import { toKextValue } from './plistTable.ts'

/** The dictionary at the top of any property list, as far as it can be read; empty when there is none. Total. */
export function readPlistTable(bytes: Uint8Array): ReadonlyMap<string, KextValue> {
  const strict = parsePlist(bytes)
  const isBinary = bytes[0] === 0x62 && bytes[1] === 0x70
  const value = strict.ok ? strict.value
    : isBinary ? undefined : parsePlistLeniently(decodeUtf8Lossless(bytes), 'property list').value
  return value instanceof Map ? toKextValue(value) as ReadonlyMap<string, KextValue> : new Map()
}
