import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { readDeviceList, readKextPlist } from '../../kernel/importers/index.ts'
import { chance, latin1Bytes, mutate } from './mutate.ts'

/** A reader of foreign files, what it is fed with, and what its kind of file is made of. */
interface ReaderTarget {
  readonly name: string
  /** Folder and files below test/samples. */
  readonly samples: readonly string[]
  readonly pieces: readonly string[]
  read(bytes: Uint8Array): unknown
}

const readers: readonly ReaderTarget[] = [
  {
    name: 'readKextPlist', samples: ['kexts/PearNet-Info.plist', 'kexts/PlumTemplate-Info.plist'],
    pieces: ['<dict>', '</dict>', '<key>', '</key>', '<integer>', '<![CDATA[', '&#0;', '#if', 'bplist00'],
    read: readKextPlist,
  },
  {
    name: 'readDeviceList',
    samples: [
      'lspci-nnvv.txt', 'lspci-x.txt', 'lspci-mm.txt', 'lspci-tree.txt', 'lsusb-v.txt', 'lsusb-t.txt',
      'profile.txt',
      'profile.xml', 'profile.json', 'pnp.json',
    ].map((name) => `devices/pear-${name}`),
    pieces: ['00:1f.3 ', '-[0000:00]-', '+-', '\\-', 'Bus 001 Device 002: ID ', '|__ Port 1: Dev ',
      'USB:\n\n    x:\n', '[8086:15b8]'],
    read: readDeviceList,
  },
]

/** Longest time that one small input may take; what takes longer grows without bound. */
const MAX_MS = 2_000

const texts = new Map<string, string>()

function sampleText(name: string): string {
  let text = texts.get(name)
  if (text === undefined) {
    text = readFileSync(join(import.meta.dirname, '../samples', name)).toString('latin1')
    texts.set(name, text)
  }
  return text
}

/** Feeds mutated samples to every reader of foreign files; throws when one throws or takes too long. */
export function fuzzReaders(seed: number, steps: number): void {
  const next = chance(seed)
  for (let step = 0; step < steps; step++) {
    const target = readers[next(readers.length)]!
    const bytes = latin1Bytes(mutate(sampleText(target.samples[next(target.samples.length)]!), target.pieces,
      next))
    const began = performance.now()
    try {
      target.read(bytes)
    } catch (error) {
      throw new Error(`${target.name}, step ${step}: it threw`, { cause: error })
    }
    if (performance.now() - began > MAX_MS) throw new Error(`${target.name}, step ${step}: over ${MAX_MS} ms`)
  }
}
