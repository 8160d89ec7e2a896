import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { PlistData, writeBinaryPlist, type PlistValue } from '../../kernel/formats/plist/index.ts'
import { makeTree, toIoregText, toJson, toPlain, toXml, type Plain } from './generate.ts'

/** Raised when the generator makes other trees, so that no cached file of older ones is measured. */
const GENERATION = 2
const folder = join(import.meta.dirname, '../../.cache/bench')
export const SIZES = { mb1: 190, mb10: 1_560, n2000: 2_000, mb50: 7_780, n20000: 20_000 } as const
export type SetName = keyof typeof SIZES

/** Where a cached file lies; peers in other languages read it there. */
export function cachedPath(name: string, make: () => string | Uint8Array): string {
  const path = join(folder, `${GENERATION}-${name}`)
  if (!existsSync(path)) {
    mkdirSync(folder, { recursive: true })
    writeFileSync(path, make())
  }
  return path
}

/** The made-up tree as JSON; made once, then read from the cache. */
export function jsonFile(set: SetName): Buffer {
  return readFileSync(cachedPath(`${set}.json`, () => toJson(makeTree(SIZES[set]))))
}

/** Where the made-up tree lies as `ioreg -l -w0` text. */
export function ioregPath(set: SetName): string {
  return cachedPath(`${set}.txt`, () => toIoregText(makeTree(SIZES[set])))
}

/** The made-up tree as `ioreg -l -w0` text. */
export function ioregFile(set: SetName): Buffer {
  return readFileSync(ioregPath(set))
}

/** The made-up tree as an XML property list. */
export function xmlPath(set: SetName): string {
  return cachedPath(`${set}.xml`, () => toXml(makeTree(SIZES[set])))
}

/** The made-up tree as a binary property list. */
export function binaryPath(set: SetName): string {
  return cachedPath(`${set}.bplist`, () => writeBinaryPlist(plistValue(toPlain(makeTree(SIZES[set])))))
}

/** The made-up tree as our writers take it. */
export function plistTree(set: SetName): PlistValue {
  return plistValue(toPlain(makeTree(SIZES[set])))
}

/** A made-up value as our writers take it. */
export function plistValue(value: Plain): PlistValue {
  if (value instanceof Uint8Array) return new PlistData(value)
  if (value instanceof Map) return new Map([...value].map(([key, item]) => [key, plistValue(item)]))
  return Array.isArray(value) ? value.map(plistValue) : value
}
