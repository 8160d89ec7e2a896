// Goal: values of real registries are told in words a driver author would use, and nothing is claimed of other values.
import { describe, expect, it } from 'vitest'
import type { PropertyValue } from '../../../kernel/api/index.ts'
import { copyProperties, copyValue } from '../copyFormats.ts'
import { bridgeRanges, decodeProperty, explainValue, hexDump, memoryRanges } from './index.ts'

const bytesOf = (hex: string): Uint8Array =>
  Uint8Array.from(hex.match(/../gu) ?? [], (pair) => Number.parseInt(pair, 16))
const data = (hex: string): PropertyValue & { type: 'data' } => ({ type: 'data', bytes: bytesOf(hex) })
const number = (value: bigint, bits = 32): PropertyValue => ({ type: 'number', value, bits })

describe('numbers by their key', () => {
  it.each([
    ['UsbConnector', 3n, 'USB 3 Type A'],
    ['UsbConnector', 255n, 'internal'],
    ['Device Speed', 2n, 'high speed, 480 Mb/s'],
    ['USBSpeed', 3n, 'high speed, 480 Mb/s'],
    ['bDeviceClass', 9n, 'hub'],
    ['connector-type', 0x800n, 'HDMI'],
    ['PrimaryUsagePage', 12n, 'consumer'],
    ['PrimaryUsagePage', 0xff08n, 'vendor page 0xff08'],
    ['IOPCIExpressLinkStatus', 0x1041n, '2.5 GT/s, ×4'],
    ['bcdUSB', 0x210n, '2.10'],
    ['idVendor', 0x5acn, '0x05ac'],
    ['status', 0xe00002bcn, 'kIOReturnError (0xe00002bc): general error'],
    [
      'csr-active-config',
      0x67n,
      'allows untrusted kexts, unrestricted file system, task_for_pid, unrestricted DTrace, unrestricted NVRAM',
    ],
  ])('%s = %d is %s', (key, value, words) => {
    expect(decodeProperty(key, number(value))).toBe(words)
  })

  it('takes numbers that a dump extended by their sign for what they were', () => {
    expect(decodeProperty('locationID', number(0xfffffffffd100000n, 64))).toBe('0xfd100000')
    expect(decodeProperty('IOProbeScore', number(18446744073709551516n, 64))).toBe(
      '-100 · 0xffffffffffffff9c',
    )
  })

  it('says nothing of small numbers and unknown codes', () => {
    expect([decodeProperty('x', number(7n)), decodeProperty('UsbConnector', number(77n))]).toEqual([
      '',
      '0x4d',
    ])
  })
})

describe('data', () => {
  it.each([
    ['IOMACAddress', '0010dbff1070', '00:10:db:ff:10:70'],
    ['timebase-frequency', '00366e01', '24 MHz'],
    ['uuid', '000102030405060708090a0b0c0d0e0f', '00010203-0405-0607-0809-0A0B0C0D0E0F'],
    ['connector-type', '00040000', 'DisplayPort'],
  ])('%s <%s> is %s', (key, hex, words) => {
    expect(decodeProperty(key, data(hex))).toBe(words)
  })

  it('of a bridge is its windows, empty ones left out', () => {
    const window = '0000008200000000000020900000008200000000000020900000000000001000'
    const empty = '000000c20000000000000000000000c200000000000000000000000000000000'
    expect(bridgeRanges(bytesOf(window + empty))).toEqual([
      { key: 'Window 0', text: 'mem 32', decoded: '0x90200000 · 1 MB' },
    ])
    expect(bridgeRanges(bytesOf(window.slice(2)))).toEqual([])
  })

  it('of a device tree is pairs of address and size', () => {
    expect(memoryRanges(bytesOf('0000101a020000000040000000000000'))).toEqual([
      { key: 'Range 0', text: '0x21a100000', decoded: '16 KB' },
    ])
    expect(memoryRanges(bytesOf('ffffffffffffffffffffffffffffffff'))).toEqual([])
  })

  it('of a display is its EDID, with a word on the checksum', () => {
    const timing = '283c80a070b023403020360006442100001a'
    const name = '000000fc0057424e2044495350320a202020'
    const spare = '000000100000000000000000000000000000'
    const head = '00ffffffffffff005c85341201000000051e0104a5342078'
    const plain = `${head}${'00'.repeat(54 - head.length / 2)}${timing}${name}${spare}${spare}00`
    const sum = bytesOf(plain).reduce((total, byte) => (total + byte) & 0xff, 0)
    const edid = `${plain}${((256 - sum) & 0xff).toString(16).padStart(2, '0')}`
    expect(decodeProperty('IODisplayEDID', data(edid))).toBe(
      'WDE 1234 · WBN DISP2 · 1920 × 1200 at 60 Hz · 52 × 32 cm · 2020',
    )
    const facts = new Map(explainValue('IODisplayEDID', data(edid)).map(({ label, text }) => [label, text]))
    expect([facts.get('Best mode'), facts.get('Checksum')]).toEqual(['1920 × 1200 at 60 Hz', 'fits'])
    const broken = explainValue('EDID', data(`${edid.slice(0, 40)}ff${edid.slice(42)}`))
    expect(broken.at(-1)?.text).toContain('does not fit')
  })

  it('is dumped with offsets and its printable characters', () => {
    expect(hexDump(bytesOf('414243000102ff7e'))).toEqual(['00  41 42 43 00 01 02 ff 7e  ABC....~'])
    expect(hexDump(new Uint8Array(5000)).at(-1)).toBe('… 904 more bytes')
  })

  it('is told as number, text and meaning', () => {
    expect(explainValue('vendor-id', data('86800000'))).toEqual([
      { label: 'Little endian', text: '32902 (0x8086)' },
      { label: 'Means', text: '0x8086 · Intel' },
    ])
    expect(explainValue('compatible', data('706369383038362c3130303000706e7000'))[0]).toEqual({
      label: '2 strings',
      text: 'pci8086,1000\npnp',
    })
  })
})

it('tells the power state of a device', () => {
  const entries = [
    { key: 'CurrentPowerState', value: number(2n) },
    { key: 'MaxPowerState', value: number(3n) },
  ]
  expect(decodeProperty('IOPowerManagement', { type: 'dictionary', entries })).toBe('power state 2 of 3')
})

describe('the clipboard', () => {
  const value: PropertyValue = {
    type: 'dictionary',
    entries: [
      {
        key: 'a&b',
        value: {
          type: 'array',
          values: [data('01ff'), { type: 'boolean', value: true }, { type: 'array', values: [] }],
        },
      },
      { key: 'n', value: number(18446744073709551615n, 64) },
    ],
  }

  it('takes a value as property list, JSON, hexadecimal and text', () => {
    expect(copyValue('plist', { key: 'k<', value })).toBe(
      [
        '<key>k&lt;</key>',
        '<dict>',
        '\t<key>a&amp;b</key>',
        '\t<array>',
        '\t\t<data>Af8=</data>',
        '\t\t<true/>',
        '\t\t<array/>',
        '\t</array>',
        '\t<key>n</key>',
        '\t<integer>18446744073709551615</integer>',
        '</dict>',
      ].join('\n'),
    )
    expect(JSON.parse(copyValue('json', { key: 'k', value }))).toEqual({
      'a&b': ['01ff', true, []],
      n: '18446744073709551615',
    })
    expect(copyValue('hex', { key: 'k', value: number(BigInt(-1), 32) })).toBe('0xffffffff')
    expect(copyValue('text', { key: 'k', value: data('706369310070636932 00'.replace(' ', '')) })).toBe(
      'pci1\npci2',
    )
    expect(copyValue('ioreg', { key: 'k', value: data('00') })).toBe('"k" = <00>')
  })

  it('takes all properties as one document', () => {
    expect(copyProperties('plist', [{ key: 'x', value: { type: 'string', value: 'y' } }])).toMatch(
      /<plist version="1\.0">\n<dict>\n\t<key>x<\/key>\n\t<string>y<\/string>\n<\/dict>\n<\/plist>\n$/u,
    )
  })
})
