import { createHash } from 'node:crypto'
import { PlistData } from '../../kernel/formats/plist/index.ts'

/**
 * Number of values and hash of a tree in one written form, keys sorted. `loose`: as a reader sees it that has
 * no types for data and wide integers and keeps blanks around base64.
 */
export function plistDigest(tree: unknown, loose = false): string {
  const hash = createHash('sha1')
  let count = 0
  const add = (value: unknown): void => {
    count++
    if (value instanceof PlistData) {
      const bytes = Buffer.from(value.bytes)
      hash.update(loose ? `"${bytes.toString('base64')}"` : `<${bytes.toString('hex')}>`)
    } else if (typeof value === 'string') hash.update(`"${loose ? value.trim() : value}"`)
    else if (Array.isArray(value)) {
      hash.update('(')
      value.forEach(add)
      hash.update(')')
    } else if (value instanceof Map) addPairs([...value] as [string, unknown][])
    else if (typeof value === 'object' && value !== null) addPairs(Object.entries(value))
    else hash.update(`${loose && typeof value === 'bigint' ? Number(value) : String(value)};`)
  }
  const addPairs = (pairs: [string, unknown][]): void => {
    hash.update('{')
    for (const [key, value] of pairs.toSorted(([a], [b]) => (a < b ? -1 : 1))) {
      hash.update(`${key}=`)
      add(value)
    }
    hash.update('}')
  }
  add(tree)
  return `${count} values, ${hash.digest('hex')}`
}
