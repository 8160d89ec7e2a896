// A small dump is matched anew: what agrees, what only the dump has, what only matching makes, and why.
import { expect, it } from 'vitest'
import { readRegistry } from '../../importers/index.ts'
import { Random } from '../../sim/index.ts'
import { explainDump } from '../explainDump.ts'
import { rematch } from './rematch.ts'

const text = (lines: readonly string[]): Uint8Array =>
  Uint8Array.from(lines.join('\n'), (char) => char.charCodeAt(0))
type Properties = Readonly<Record<string, string>>

let nextId = 0x100000101
/** Lines of one entry, as `ioreg -l -w0` prints them. */
function entry(depth: number, name: string, className: string, properties: Properties = {}): string[] {
  const indent = '  '.repeat(depth)
  const id = (nextId++).toString(16)
  const state = properties['IOClass'] === undefined ? 'registered' : '!registered'
  return [
    `${indent}+-o ${name}  <class ${className}, id 0x${id}, ${state}, matched, active, busy 0, retain 5>`,
    `${indent}    {`,
    ...Object.entries(properties).map(([key, value]) => `${indent}      "${key}" = ${value}`),
    `${indent}    }`, indent,
  ]
}

/** The properties of a driver that matching made. */
const driver = (ioClass: string, provider: string, more: Properties = {}): Properties => ({
  IOClass: `"${ioClass}"`, IOProviderClass: `"${provider}"`, CFBundleIdentifier: `"org.pear.${ioClass}"`,
  IOProbeScore: '0', IOMatchCategory: '"IODefaultMatchCategory"', ...more,
})

const pciNub = (ids: readonly [string, string], classCode: string): Record<string, string> => ({
  'vendor-id': `<${ids[0]}>`, 'device-id': `<${ids[1]}>`, 'class-code': `<${classCode}>`,
})

const dump = text([
  '+-o Root  <class IORegistryEntry, id 0x100000100, retain 9>', '    {', '    }', '',
  ...entry(1, 'PearBook1,1', 'IOPlatformExpertDevice'),
  ...entry(2, 'ETH0@1', 'IOPCIDevice', pciNub(['aa110000', '01000000'], '00000200')),
  ...entry(3, 'PearNet', 'PearNet', driver('PearNet', 'IOPCIDevice', {
    IOPCIMatch: '"0x000111aa"', IOProbeScore: '100',
  })),
  ...entry(2, 'ETH1@2', 'IOPCIDevice', pciNub(['aa110000', '02000000'], '00000200')),
  ...entry(3, 'PlumNet', 'PlumNet', driver('PlumNet', 'IOPCIDevice', {
    IOPCIMatch: '"0x000211aa 0x000111aa"',
  })),
  ...entry(2, 'ETH2@3', 'IOPCIDevice', pciNub(['aa110000', '02000000'], '00000200')),
  ...entry(2, 'GPU0@4', 'IOPCIDevice', pciNub(['bb110000', '09000000'], '00000300')),
  ...entry(3, 'PearGraphics', 'PearGraphics', driver('PearGraphics', 'IOPCIDevice', {
    IOPCIMatch: '"0x000811bb"',
  })),
  ...entry(2, 'AUD0@5', 'IOPCIDevice', pciNub(['cc110000', '09000000'], '00000403')),
])

it('says for each attachment on which side it is, and why', () => {
  const report = rematch(readRegistry(dump))
  const story = report.attachments.map(
    (one) => `${one.in}: ${one.IOClass} on ${one.providerPath}: ${one.reason?.code ?? ''}`,
  )
  expect(story).toEqual([
    'both: PearNet on Root/PearBook1,1/ETH0@1: ',
    'both: PlumNet on Root/PearBook1,1/ETH1@2: ',
    'ours: PlumNet on Root/PearBook1,1/ETH2@3: PROBE',
    'dump: PearGraphics on Root/PearBook1,1/GPU0@4: FAMILY',
  ])
  expect(report.attachments.at(-1)?.reason?.text)
    .toBe('IOPCIMatch wants "0x000811bb"; the provider has 0x000911bb (register 0x0), '
      + '0x00000000 (register 0x2c).')
  expect(report.unmatchedNubs.map((nub) => nub.providerPath))
    .toEqual(['Root/PearBook1,1', 'Root/PearBook1,1/AUD0@5'])
  expect(report.byProviderClass).toEqual({ IOPCIDevice: { both: 2, dump: 1, ours: 1 } })
  expect([report.agree, report.onlyDump, report.onlyOurs]).toEqual([2, 1, 1])
})

it('comes to an end on dumps that were mangled, circles among providers too', () => {
  const lines = String.fromCharCode(...dump).split('\n')
  const random = new Random(4)
  for (let round = 0; round < 150; round++) {
    const mangled = lines.flatMap((line) => {
      const chance = random.below(40)
      if (chance === 0) return []
      if (chance === 1) return [line, lines[random.below(lines.length)]!]
      if (chance === 2) return [`  ${line}`]
      return chance === 3 ? [line.replace(/0x1000001../u, '0x100000103')] : [line]
    })
    const registry = readRegistry(text(mangled))
    const report = rematch(registry)
    expect(report.agree + report.onlyDump + report.onlyOurs).toBe(report.attachments.length)
    const asked = report.attachments[0] ?? report.unmatchedNubs[0]
    if (asked !== undefined) explainDump(registry, { provider: asked.providerPath })
  }
})
