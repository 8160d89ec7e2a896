import { describe, expect, it } from 'vitest'
import { Simulation } from '../../sim/index.ts'
import { CFDictionary, CFStringHash64, IOCFUnserializeBinary, type CFNumber } from './index.ts'

const inWorld = <T>(body: () => T): T => new Simulation(1).enter(body)

describe('CFString hashes', () => {
  it('are those of CoreFoundation', () => {
    expect(CFStringHash64('a')).toBe(0x426n)
    expect(CFStringHash64('IOClass')).toBe(0x342c912f592ac415n)
    expect(CFStringHash64('IOProviderClass')).toBe(0xb86e0fee65472ae8n)
    expect(CFStringHash64('CFBundleIdentifier')).toBe(0xb67270ad37b496f8n)
    expect(CFStringHash64('IOPlatformExpertDevice')).toBe(0x913eae5e6c2b54bbn)
  })
})

describe('CFDictionary', () => {
  const inserted = ['CFBundleIdentifier', 'IOClass', 'IOMatchCategory', 'IOProviderClass', 'IOProbeScore', 'IOPropertyMatch',
    'CFBundleIdentifierKernel']
  const keysOf = (keys: string[]): readonly string[] => inWorld(() => new CFDictionary(keys, keys).keys)

  it('prints keys in bucket order, which growing changes', () => {
    expect(keysOf(inserted)).toEqual(['IOProbeScore', 'CFBundleIdentifier', 'IOMatchCategory', 'IOClass', 'IOProviderClass',
      'IOPropertyMatch', 'CFBundleIdentifierKernel'])
    expect(keysOf(inserted.slice(0, 6))).toEqual(['IOClass', 'IOMatchCategory', 'IOProviderClass', 'IOProbeScore',
      'CFBundleIdentifier', 'IOPropertyMatch'])
  })

  it('finds values whatever the order', () => {
    inWorld(() => {
      const dictionary = new CFDictionary(inserted, inserted.map((key) => `${key}!`))
      for (const key of inserted) expect(dictionary.getValue(key)).toBe(`${key}!`)
      expect(dictionary.keys.map((key, i) => `${key}!` === dictionary.values[i])).not.toContain(false)
    })
  })
})

describe('IOCFUnserializeBinary', () => {
  const words = (...values: number[]): Uint8Array => new Uint8Array(new Uint32Array(values).buffer)

  it('reads 32-bit numbers with their sign, so that 0xfd100000 becomes a large unsigned 64-bit value', () => {
    inWorld(() => {
      const number = IOCFUnserializeBinary(words(0xd3, 0x84000020, 0xfd100000, 0)) as CFNumber
      expect(number.unsigned()).toBe(18446744073660268544n)
    })
  })

  it('gives null for cut-off, foreign and endless input', () => {
    inWorld(() => {
      expect(IOCFUnserializeBinary(words(0xd3, 0x89000064))).toBeNull()
      expect(IOCFUnserializeBinary(words(0xd4, 0x8b000001))).toBeNull()
      expect(IOCFUnserializeBinary(words(0xd3, 0x8c000007))).toBeNull()
      expect(IOCFUnserializeBinary(words(0xd3, ...Array.from({ length: 1000 }, () => 0x82000001)))).toBeNull()
    })
  })
})
