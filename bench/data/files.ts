import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { makeTree, toIoregText, toJson } from './generate.ts'

const folder = join(import.meta.dirname, '../../.cache/bench')
const SIZES = { mb1: 190, mb10: 1_560, mb50: 7_780 } as const
export type SetName = keyof typeof SIZES

function cached(name: string, make: () => string): Buffer {
  const path = join(folder, name)
  if (!existsSync(path)) {
    mkdirSync(folder, { recursive: true })
    writeFileSync(path, make())
  }
  return readFileSync(path)
}

/** The made-up tree as JSON; made once, then read from the cache. */
export function jsonFile(set: SetName): Buffer {
  return cached(`${set}.json`, () => toJson(makeTree(SIZES[set])))
}

/** The made-up tree as `ioreg -l -w0` text. */
export function ioregFile(set: SetName): Buffer {
  return cached(`${set}.txt`, () => toIoregText(makeTree(SIZES[set])))
}
