// Every rule finds what it is for, at its place, and leaves what is right alone; reports are valid SARIF.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { chance, latin1Bytes, mutate } from '../../../test/support/mutate.ts'
import type { LintFinding } from '../../api/index.ts'
import { readKextPlist } from '../../importers/index.ts'
import { lintEntitlements, lintKext, lintMachine, lintOpenCore, lintReport, lintRules } from './lint.ts'
import { lintPage } from './lintPage.ts'
import { lineOf } from './locate.ts'
import { sarifOf } from './sarif.ts'

const root = join(import.meta.dirname, '../../..')
const template = JSON.parse(readFileSync(join(root, 'resources/machines/intel-desktop.json'), 'utf8')) as {
  devices: { id: string; part: string; parent?: string; slot?: string; options?: Record<string, unknown> }[]
}

const fired = new Set<string>()
const told = (findings: readonly LintFinding[]): string[] => findings.map(({ rule, where, line }) => {
  fired.add(rule)
  return `${rule} ${line ?? '-'} ${where}`
})

function machine(change: (file: typeof template) => void): string[] {
  const file = structuredClone(template)
  change(file)
  return told(lintMachine({ path: 'm.json', text: JSON.stringify(file, null, 2) })).map((text) =>
    text.replace(/ \d+ /u, ' '))
}

const dict = (inner: string): string => `<plist version="1.0">\n<dict>\n${inner}\n</dict>\n</plist>`
const text = (key: string, value: string): string => `<key>${key}</key><string>${value}</string>`
const number = (key: string, value: number): string => `<key>${key}</key><integer>${value}</integer>`
const IDS = `${text('CFBundleIdentifier', 'org.example.A')}\n${text('CFBundleVersion', '1.0')}\n`

function kext(inner: string, bundle: Parameters<typeof lintKext>[2] = null): string[] {
  const list = dict(inner)
  return told(lintKext({ path: 'Info.plist', text: list }, Buffer.from(list), bundle))
}

/** A kext of one personality. */
const one = (keys: string): string[] =>
  kext(`${IDS}<key>IOKitPersonalities</key>\n<dict>\n<key>A</key>\n<dict>\n${text('IOClass', 'A')}\n${keys}\n</dict></dict>`)
const at = (rule: string, line: number, key = ''): string => `${rule} ${line} IOKitPersonalities.A${key}`
const on = (providerClass: string): string => text('IOProviderClass', providerClass)

describe('machine files', () => {
  it('of the templates are without a finding', () => {
    expect(machine(() => {})).toEqual([])
  })

  it.each<[string, (file: typeof template) => void]>([
    ['WB101 format', (file) => Object.assign(file, { format: 'other/1' })],
    ['WB102 devices[1].id', ({ devices }) => Object.assign(devices[1]!, { id: devices[0]!.id })],
    ['WB103 devices[0].part', ({ devices }) => Object.assign(devices[0]!, { part: 'no.such' })],
    ['WB104 devices[1].parent', ({ devices }) => Object.assign(devices[1]!, { parent: 'nobody' })],
    ['WB106 devices[0].options.colour', ({ devices }) =>
      Object.assign(devices[0]!, { options: { colour: 'red' } })],
    ['WB107 memoryBytes', (file) => Object.assign(file, { memoryBytes: 1024 ** 3 + 1 })],
  ])('%s', (wanted, change) => {
    expect(machine(change)).toContain(wanted)
  })

  it('with a slot that is none', () => {
    const slotted = template.devices.findIndex(({ slot }) => slot !== undefined)
    expect(machine(({ devices }) => Object.assign(devices[slotted]!,
      { slot: 'zz' }))).toEqual([`WB105 devices[${slotted}].slot`])
  })

  it('that are no JSON, with the place of what is JSON', () => {
    expect(told(lintMachine({ path: 'm.json', text: '{' }))).toEqual(['WB101 - '])
    expect(lineOf('{\n "devices": [\n  { "id": "a" },\n  { "id": "b",\n    "slot": 3 } ] }',
      ['devices', 1, 'slot'])).toBe(5)
  })
})

describe('kexts', () => {
  it('that are right are without a finding', () => {
    const sample = readFileSync(join(root, 'test/samples/kexts/PearNet-Info.plist'))
    expect(lintKext({ path: 'a', text: sample.toString() }, sample, null)).toEqual([])
  })

  it.each<[string, string, string[]]>([
    ['an interface without its place', on('IOUSBInterface') + number('idVendor', 1) + number('idProduct', 2),
      [at('WB201', 10, '.IOProviderClass')]],
    ['an interface with its place', on('IOUSBInterface')
      + ['idVendor', 'idProduct', 'bInterfaceNumber', 'bConfigurationValue'].map((key) =>
        number(key, 1)).join(''), []],
    ['a score that is cut', on('IOUSBHostDevice') + number('idVendor', 1) + number('idProduct', 2)
      + number('IOProbeScore', 10000), [at('WB202', 10, '.IOProbeScore')]],
    ['numbers that are text', `${on('IOPCIDevice')}\n${text('IOProbeScore', '900')}`,
      [at('WB203', 11, '.IOProbeScore')]],
    ['numbers that are variables', `${on('IOPCIDevice')}\n${text('IOProbeScore', '$(SCORE)')}`, ['WB215 - ']],
    ['a driver on IOResources', on('IOResources'), [at('WB205', 10, '.IOProviderClass')]],
    ['a disk controller that is silent on tunnels', on('IOPCIDevice')
      + text('IOPCIClassMatch', '0x01060000&amp;0xffff0000'), [at('WB206', 7)]],
    ['no provider', '', [at('WB207', 7)]],
    ['a word that is none', on('IOPCIDevice') + text('IOPCIMatch', '10ec:8168'),
      [at('WB213', 10, '.IOPCIMatch')]],
    ['maker and device exchanged', on('IOPCIDevice') + text('IOPCIMatch', '0x10ec8168'),
      [at('WB213', 10, '.IOPCIMatch')]],
    ['a maker alone', on('IOUSBHostDevice') + number('idVendor', 1), [at('WB214', 10, '.IOProviderClass')]],
    ['a class with its subclass', on('IOUSBHostDevice') + number('bDeviceClass', 9)
      + number('bDeviceSubClass', 0), []],
    ['debugging left on', `${on('IOPCIDevice')}\n${number('IOKitDebug', 65535)}`,
      [at('WB217', 11, '.IOKitDebug')]],
  ])('%s', (_title, keys, wanted) => {
    expect(one(keys)).toEqual(wanted)
  })

  it.each<[string, string, string[]]>([
    ['no identifier, no version', '<key>CFBundleName</key><string>A</string>', ['WB209 - ', 'WB209 - ']],
    ['a version that is none', text('CFBundleIdentifier', 'a.b') + text('CFBundleVersion', '1.2.3.4'),
      ['WB208 3 CFBundleVersion']],
    ['a version older than it serves', `${IDS}${text('OSBundleCompatibleVersion', '2.0')}`,
      ['WB208 5 OSBundleCompatibleVersion']],
    ['code without libraries', `${IDS}${text('CFBundleExecutable', 'A')}`, ['WB210 5 CFBundleExecutable']],
    ['libraries of old kernels',
      `${IDS}<key>OSBundleLibraries</key>\n<dict>\n${text('com.apple.kernel.iokit', '8.0')}</dict>`,
      ['WB211 7 OSBundleLibraries.com.apple.kernel.iokit']],
    ['a word of its own', `${IDS}${text('OSBundleRequired', 'Always')}`, ['WB220 5 OSBundleRequired']],
    ['a fault in the text', `${IDS}${text('CFBundleName', 'A & B')}`, ['WB219 5 ']],
  ])('%s', (_title, inner, wanted) => {
    expect(kext(inner)).toEqual(wanted)
  })

  it('whose bundle lacks code or class', () => {
    const personality = `<key>IOKitPersonalities</key><dict><key>A</key><dict>${text('IOClass', 'A')}${on('IOPCIDevice')}</dict></dict>`
    const libraries = `<key>OSBundleLibraries</key><dict>${text('com.apple.kpi.iokit', '8.0')}</dict>`
    const code = IDS + text('CFBundleExecutable', 'A') + libraries + personality
    expect(kext(code, { hasExecutable: false, mentions: null })).toEqual(['WB212 5 CFBundleExecutable'])
    expect(kext(code, { hasExecutable: true, mentions: () =>
      false })).toEqual(['WB204 5 IOKitPersonalities.A.IOClass'])
    expect(kext(code, { hasExecutable: true, mentions: () => true })).toEqual([])
  })

  it('that say a thing twice', () => {
    const twin = (name: string): string =>
      `<key>${name}</key><dict>${text('IOClass', 'A')}${on('IOPCIDevice')}</dict>`
    expect(kext(`${IDS}<key>IOKitPersonalities</key>\n<dict>\n${twin('A')}\n${twin('B')}</dict>`)).toEqual(['WB216 8 IOKitPersonalities.B'])
  })

  it('that are dexts of somebody else', () => {
    const keys = on('IOUSBHostDevice') + number('idVendor', 1) + number('idProduct', 2)
      + text('IOUserServerName', 'com.other.A')
    expect(one(keys)).toEqual([at('WB218', 7), at('WB218', 10, '.IOUserServerName')])
  })
})

describe('OpenCore’s kexts', () => {
  const fields = (path: string, more = ''): string =>
    `<dict>${text('BundlePath', path)}${text('ExecutablePath', '')}${text('PlistPath', 'Contents/Info.plist')}${more}</dict>\n`
  const record = (bundle: string, inner = ''): ReturnType<typeof readKextPlist> =>
    readKextPlist(Buffer.from(dict(text('CFBundleIdentifier', bundle) + text('CFBundleVersion', '1.2')
      + inner)))
  const needs = (name: string, version: string): string =>
    `<key>OSBundleLibraries</key><dict>${text(name, version)}</dict>`
  const claims = `<key>IOKitPersonalities</key><dict><key>A</key><dict>${on('IOPCIDevice')}${text('IOPCIMatch', '0x816810ec')}</dict></dict>`

  function set(entries: string, bundles: Record<string, ReturnType<typeof readKextPlist>>,
    has = true): string[] {
    const config = dict(`<key>Kernel</key><dict><key>Add</key>\n<array>\n${entries}</array></dict>`)
    const folder = { bundles: new Map(Object.entries(bundles)), has: () => has }
    return told(lintOpenCore({ path: 'config.plist', text: config }, Buffer.from(config), folder))
  }
  const [a, b] = ['A.kext', 'B.kext']

  it.each<[string, string, Record<string, ReturnType<typeof readKextPlist>>, string[]]>([
    ['all right', fields(a) + fields(b),
      { [a]: record('x.A', text('OSBundleCompatibleVersion', '1.0')),
        [b]: record('x.B', needs('x.A', '1.1')) }, []],
    ['a library after its user', fields(b) + fields(a),
      { [a]: record('x.A', text('OSBundleCompatibleVersion', '1.0')),
        [b]: record('x.B', needs('x.A', '1.1')) }, ['WB301 5 Kernel.Add[0]']],
    ['a kext that is in no entry', fields(a), { [a]: record('x.A'), [b]: record('x.B') },
      ['WB303 3 Kernel.Add']],
    ['a library that is nowhere', fields(a), { [a]: record('x.A', needs('x.Gone', '1.0')) },
      ['WB304 5 Kernel.Add[0]']],
    ['a library of another version', fields(a) + fields(b),
      { [a]: record('x.A', text('OSBundleCompatibleVersion', '1.1')),
        [b]: record('x.B', needs('x.A', '1.0')) }, ['WB305 6 Kernel.Add[1]']],
    ['code without a path', fields(a), { [a]: record('x.A', text('CFBundleExecutable', 'A')) },
      ['WB306 5 Kernel.Add[0].ExecutablePath']],
    ['one identifier twice', fields(a) + fields(b), { [a]: record('x.A'), [b]: record('x.A') },
      ['WB308 6 Kernel.Add[1]']],
    ['one device twice', fields(a) + fields(b), { [a]: record('x.A', claims), [b]: record('x.B', claims) },
      ['WB310 6 Kernel.Add[1]']],
    ['one device, in turn', fields(a, text('MaxKernel', '19.9.9')) + fields(b, text('MinKernel', '20.0.0')),
      { [a]: record('x.A', claims), [b]: record('x.B', claims) }, []],
    ['a version of macOS', fields(a, text('MinKernel', 'Big Sur')), { [a]: record('x.A') },
      ['WB311 5 Kernel.Add[0].MinKernel']],
    ['a path out of the folder', fields('../A.kext'), {}, ['WB309 5 Kernel.Add[0].BundlePath']],
    ['a plug-in without its kext', fields('A.kext/Contents/PlugIns/B.kext'), {}, ['WB312 5 Kernel.Add[0]']],
  ])('%s', (_title, entries, bundles, wanted) => {
    expect(set(entries, bundles)).toEqual(wanted)
  })

  it('that are not there, or have no property list', () => {
    expect(set(fields(a), {}, false)).toEqual(['WB302 5 Kernel.Add[0].BundlePath'])
    expect(set(`<dict>${text('BundlePath', a)}</dict>`,
      { [a]: record('x.A') })).toEqual(['WB307 5 Kernel.Add[0].PlistPath'])
  })
})

describe('entitlements', () => {
  it('are told at their keys', () => {
    const list = readFileSync(join(root, 'test/samples/lint/plum.entitlements'))
    const dext = readKextPlist(Buffer.from(dict(`${IDS}${text('CFBundlePackageType', 'DEXT')}<key>IOKitPersonalities</key>`
      + `<dict><key>A</key><dict>${on('IOPCIDevice')}</dict></dict>`)))
    expect(told(lintEntitlements({ path: 'a', text: list.toString() }, list, [dext]))).toEqual([
      'WB401 4 com.apple.developer.driverkit.family.networking',
      'WB402 9 com.apple.developer.driverkit.transport.usb[0].idVendor',
      'WB403 13 com.apple.private.driverkit.driver-access', 'WB404 - ',
    ])
  })
})

describe('the rules', () => {
  it('have numbers of their own, and each was seen to find something above', () => {
    const ids = lintRules.map(({ id }) => id)
    expect(ids).toEqual([...new Set(ids)].toSorted())
    expect(ids.filter((id) => !fired.has(id))).toEqual([])
  })

  it('are explained in docs/lint.md', async () => {
    await expect(lintPage()).toMatchFileSnapshot(join(root, 'docs/lint.md'))
  })

  it('come to an end on mutated files (seed 5)', () => {
    const next = chance(5)
    const config = readFileSync(join(root, 'test/samples/lint/EFI/OC/config.plist')).toString('latin1')
    for (let round = 0; round < 200; round++) {
      const bytes = latin1Bytes(mutate(config, ['<dict>', '</dict>', '<key>', '<array/>', '</array>'], next))
      const file = { path: 'a', text: Buffer.from(bytes).toString('latin1') }
      const all = [...lintOpenCore(file, bytes, null), ...lintKext(file, bytes, null), ...lintMachine(file)]
      expect(all.length).toBeLessThan(5000)
    }
  })
})

describe('SARIF', () => {
  it('has what version 2.1.0 requires: rules by index, levels, relative addresses, lines from 1', () => {
    const found = lintReport([
      { rule: 'WB203', severity: 'error', path: 'My Kexts/a.plist', where: 'x.y', line: 3, message: 'M.',
        fix: 'F.' },
      { rule: 'WB215', severity: 'info', path: 'b', where: '', line: null, message: 'M.', fix: 'F.' },
    ], 2)
    const sarif = sarifOf(found, '1.0') as {
      $schema: string; version: string
      runs: { tool: { driver: { name: string; rules: { id: string }[] } }; results: { ruleId: string; ruleIndex: number }[] }[]
    }
    expect([sarif.version, sarif.$schema, sarif.runs.length]).toEqual(['2.1.0',
      'https://json.schemastore.org/sarif-2.1.0.json', 1])
    const { tool: { driver }, results } = sarif.runs[0]!
    expect(driver.name).toBe('workbench lint')
    expect(results.map(({ ruleId, ruleIndex }) => driver.rules[ruleIndex]?.id === ruleId)).toEqual([true,
      true])
    expect(results).toMatchObject([
      {
        level: 'error', message: { text: 'M. F.' }, locations: [{
          physicalLocation: { artifactLocation: { uri: 'My%20Kexts/a.plist' }, region: { startLine: 3 } },
          logicalLocations: [{ fullyQualifiedName: 'x.y' }],
        }],
      },
      { level: 'note', locations: [{ physicalLocation: { artifactLocation: { uri: 'b' } } }] },
    ])
    expect(JSON.stringify(results[1])).not.toContain('region')
  })
})
