import { describe, expect, it } from 'vitest'
import type { PropertyValue } from '../../kernel/api/index.ts'
import { decodeProperty, pciRanges } from './decode/index.ts'
import { fullValue } from './propertyValue.ts'
import { formatSize, parseSize } from './size.ts'
import { formatDigest, formatDuration, formatStoredAt, formatVirtualTime } from './time.ts'

const bytesOf = (hex: string): Uint8Array =>
  Uint8Array.from(hex.match(/../gu) ?? [], (pair) => Number.parseInt(pair, 16))
const data = (hex: string): PropertyValue => ({ type: 'data', bytes: bytesOf(hex) })

describe('time', () => {
  it('groups virtual time by thousands', () => {
    expect([0, 2_418_313_999, 1_234_000_000_000].map(formatVirtualTime)).toEqual(['0.000 000 s', '2.418 313 s', '1 234.000 000 s'])
  })

  it('chooses a fitting unit for durations', () => {
    expect([31, 4200, 4_213_000, 1_500_000_000].map(formatDuration)).toEqual(['31 ns', '4.20 µs', '4.21 ms', '1.50 s'])
  })

  it('tells the age of a stored record', () => {
    const now = new Date('2026-01-10T12:00:00Z')
    const ages = ['2026-01-10T11:59:40Z', '2026-01-10T11:00:00Z', '2026-01-09T11:00:00Z', '2025-11-01T00:00:00Z', 'never']
    expect(ages.map((iso) => formatStoredAt(iso, now))).toEqual(['just now', '1 hour ago', 'yesterday', '2025-11-01', 'never'])
  })

  it('sets digests in fours', () => {
    expect(formatDigest('9f3ac41e77d01b52')).toBe('9f3a c41e 77d0 1b52')
  })
})

describe('sizes', () => {
  it('reads back what it writes', () => {
    for (const bytes of [0, 1, 512, 4096, 12288, 256 * 2 ** 30, 2 ** 40 + 1]) expect(parseSize(formatSize(bytes))).toBe(bytes)
  })

  it('refuses what is no size', () => {
    expect(['', 'GB', '12 parsecs', '-4', '0.3 bytes'].map(parseSize)).toEqual([null, null, null, null, null])
  })
})

describe('decodeProperty', () => {
  it('reads short data as a little-endian number', () => {
    expect(decodeProperty('device-id', data('68810000'))).toBe('0x8168')
    expect(decodeProperty('x', data('68810000'))).toBe('0x8168 · 33128')
    expect(decodeProperty('vendor-id', data('ec100000'))).toBe('0x10ec · Realtek')
  })

  it('names a PCI class', () => {
    expect(decodeProperty('class-code', data('00000200'))).toBe('0x020000 · Ethernet controller')
  })

  it('reads NUL-terminated strings', () => {
    expect(decodeProperty('compatible', data('706369313065632c3831363800504e503041303800'))).toBe('pci10ec,8168, PNP0A08')
  })

  it('reads the address ranges of a PCI device', () => {
    const bar = '1000038200000000000040a10000000000400000'
    const bar64 = '180003c30100000000000080000000000000a000'
    expect(pciRanges(bytesOf(`${bar}${bar64}`))).toEqual([
      { key: 'BAR 0', text: '+0x10 mem 32', decoded: '0xa1400000 · 16 KB' },
      { key: 'BAR 2', text: '+0x18 mem 64, prefetchable', decoded: '0x180000000 · 10 MB' },
    ])
  })

  it('reads codes of four letters, places of PCI devices and classes', () => {
    expect(decodeProperty('x', { type: 'number', value: 0x6e766d65n, bits: 32 })).toBe("'nvme'")
    expect(decodeProperty('pcidebug', { type: 'string', value: '0:29:0(3:3)' }))
      .toBe('bus 0 · device 29 · function 0 · buses 3 to 3 behind it')
  })

  it('shows numbers in hexadecimal when that tells more', () => {
    expect([5n, 28689n].map((value) => decodeProperty('x', { type: 'number', value, bits: 32 }))).toEqual(['', '0x7011'])
  })
})

it('writes values as ioreg does', () => {
  const value: PropertyValue = { type: 'dictionary', entries: [{ key: 'a', value: { type: 'array', values: [data('01ff'), { type: 'boolean', value: true }] } }] }
  expect(fullValue(value)).toBe('{"a"=(<01ff>,Yes)}')
})
