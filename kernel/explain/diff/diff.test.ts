// Two registries, machines or reports are compared by what they hold: what moved is found again, nothing is told twice.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { chance, latin1Bytes, mutate } from '../../../test/support/mutate.ts'
import { machineSchema, type DiffReport, type PanicFacts } from '../../api/index.ts'
import { readIoregText, readPanic } from '../../importers/index.ts'
import { diffMachines } from './diffMachines.ts'
import { diffRegistries } from './diffRegistries.ts'
import { diffPanics } from './diffReports.ts'

const root = join(import.meta.dirname, '../../..')
const dump = readFileSync(join(root, 'test/samples/matching/pearbook.txt'), 'utf8')
const compare = (a: string, b: string, all = false): DiffReport =>
  diffRegistries(readIoregText(a), readIoregText(b), { all })
const told = ({ added, removed, changed, driverChanged }: DiffReport): object => ({
  added: added.map(({ path }) => path.split('/').at(-1)),
  removed: removed.map(({ path }) => path.split('/').at(-1)),
  changed: changed.map(({ path, values }) =>
    `${path.split('/').at(-1)}: ${values.map(({ key, before, after }) =>
    `${key} ${before} -> ${after}`).join('; ')}`),
  driverChanged: driverChanged.map(({ before, after }) =>
    `${before?.ioClass ?? 'none'} -> ${after?.ioClass ?? 'none'}`),
})
const NOTHING = { added: [], removed: [], changed: [], driverChanged: [] }

const entry = (header: string, properties: readonly string[], children = ''): string =>
  `+-o ${header}\n${children === '' ? ' ' : '|'} {\n${properties.map((one) => `${children === '' ? ' ' : '|'}   ${one}\n`).join('')}`
  + `${children === '' ? ' ' : '|'} }\n${children === '' ? ' ' : '|'} \n${children.replaceAll(/^(?=.)/gmu, '  ')}`
const head = (name: string, className: string): string =>
  `${name}  <class ${className}, id 0x100000200, registered, matched, active, busy 0 (1 ms), retain 5>`
const driver = (ioClass: string): string => entry(head(ioClass, ioClass), [
  `"IOClass" = "${ioClass}"`, '"IOProviderClass" = "IOPCIDevice"', `"CFBundleIdentifier" = "x.${ioClass}"`,
].map((line) => line)).replaceAll('0x100000200', '0x100000300')

describe('registries', () => {
  it('that are one have no difference', () => {
    expect(told(compare(dump, dump))).toEqual(NOTHING)
  })

  it('are told by entry, value and driver', () => {
    const before = entry(head('ETH0@1', 'IOPCIDevice'), ['"vendor-id" = <aa110000>', '"HIDIdleTime" = 3'],
      driver('Pear'))
    const after = entry(head('ETH0@1', 'IOPCIDevice'), ['"vendor-id" = <bb110000>', '"HIDIdleTime" = 4'],
      driver('Plum'))
    expect(told(compare(before, after))).toEqual({
      added: ['Plum'], removed: ['Pear'], changed: ['ETH0@1: vendor-id <aa110000> -> <bb110000>'],
      driverChanged: ['Pear -> Plum'],
    })
    expect((told(compare(before, after, true)) as { changed: string[] }).changed).toEqual([
      'ETH0@1: vendor-id <aa110000> -> <bb110000>; HIDIdleTime 3 -> 4',
    ])
  })

  it('find again what has another name, place or class', () => {
    const at = (label: string, className = 'IOPCIDevice'): string => entry(head(label, className), [])
    expect(told(compare(at('ETH0@1'), at('LAN0@1')))).toMatchObject({ added: [],
      changed: ['ETH0@1: name ETH0 -> LAN0'] })
    expect(told(compare(at('ETH0@1'), at('ETH0@2')))).toMatchObject({ added: [],
      changed: ['ETH0@1: location 1 -> 2'] })
    expect(told(compare(at('ETH0@1'), at('ETH0@1', 'Other')))).toMatchObject({ added: [],
      changed: ['ETH0@1: class IOPCIDevice -> Other'] })
    expect(told(compare(at('ETH0@1'), at('SATA@2')))).toMatchObject({ added: ['SATA@2'], removed: ['ETH0@1'],
      changed: [] })
  })

  it('show the way to each difference and nothing else', () => {
    const { tree } = compare(dump, dump.replaceAll('+-o USB0@5', '+-o USB1@6'))
    expect(tree.filter(({ mark }) => mark === '~').map(({ text }) =>
      text)).toEqual(['USB1@6 <IOUSBHostInterface>'])
    expect(tree.every(({ depth }, at) => depth <= (tree[at - 1]?.depth ?? -1) + 1)).toBe(true)
  })

  it('mirror each other, and come to an end, however mangled (seed 11)', () => {
    const next = chance(11)
    for (let round = 0; round < 60; round++) {
      const other = Buffer.from(latin1Bytes(mutate(dump, ['+-o ', '| ', '@1', '<class '],
        next))).toString('latin1')
      const [there, back] = [compare(dump, other), compare(other, dump)]
      expect([there.added.length, there.removed.length]).toEqual([back.removed.length, back.added.length])
      expect(there.changed.length).toBe(back.changed.length)
    }
  })
})

describe('machines', () => {
  it('are compared field by field, and device by device', () => {
    const read = (): unknown =>
      JSON.parse(readFileSync(join(root, 'resources/machines/intel-desktop.json'), 'utf8'))
    const [before, after] = [machineSchema.parse(read()), machineSchema.parse(read())]
    expect(told(diffMachines(before, after))).toEqual(NOTHING)
    const [first, ...rest] = after.devices
    const moved = { ...after, bootArgs: '-v', devices: [...rest, { ...first!, id: 'another' }] }
    expect(told(diffMachines(before, moved))).toEqual({
      added: ['another'], removed: [first!.id],
      changed: [`${before.name}: bootArgs ${before.bootArgs} -> -v`], driverChanged: [],
    })
  })
})

describe('panics', () => {
  it('are compared by system, words and kexts', () => {
    const panic = (version: string): PanicFacts =>
      readPanic(Buffer.from(`panic(cpu 0 caller 0xffffff8000100000): "out of pears"
Backtrace (CPU 0), Frame : Return Address
0xffffff8000200000 : 0xffffff8000300000

BSD process name corresponding to current thread: kernel_task

Mac OS version:
22A100

loaded kexts:
org.example.Pear	${version}
`)).facts
    expect(told(diffPanics(panic('1.0'), panic('1.0')))).toEqual(NOTHING)
    expect(diffPanics(panic('1.0'), panic('1.1')).driverChanged).toEqual([{
      path: 'org.example.Pear', category: null,
      before: { ioClass: null, bundle: 'org.example.Pear', version: '1.0' },
      after: { ioClass: null, bundle: 'org.example.Pear', version: '1.1' },
    }])
  })
})
