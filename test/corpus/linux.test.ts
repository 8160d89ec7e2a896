// Every device of the lists of real computers is there, with its numbers, at its place.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { coverageOfList } from '../../kernel/explain/index.ts'
import { readDeviceList } from '../../kernel/importers/index.ts'
import { readKexts } from '../../main/cli/kexts/readKexts.ts'
import { CORPUS_ABSENT, corpusFolder } from './corpusFolder.ts'

interface ListTruth {
  readonly devices?: readonly (readonly [address: string, classCode: string, ids: string])[]
  readonly usb_devices?: readonly (readonly [bus: string, device: string, ids: string])[]
}

const folder = corpusFolder()
const truths = folder === null ? []
  : Object.entries(JSON.parse(readFileSync(join(folder, 'truth/linux.json'), 'utf8')) as Record<string, ListTruth>)
const hex = (value: number | null): string => (value === null ? '?' : value.toString(16).padStart(4, '0'))
const read = (name: string): NonNullable<ReturnType<typeof readDeviceList>> =>
  readDeviceList(readFileSync(join(folder!, 'linux', name)))!

describe('device lists of real computers', () => {
  test('are at hand, or it is said that they are not', () => {
    if (folder === null) console.log(CORPUS_ABSENT)
    else expect(truths.length).toBeGreaterThan(10)
  })

  test.each(truths.filter(([, { devices }]) => devices !== undefined))('%s', (name, { devices }) => {
    const list = read(name)
    expect(list.pci.map((one) => [one.address, hex(one.classCode), `${hex(one.vendorId)}:${hex(one.deviceId)}`]))
      .toEqual(devices)
    expect([list.linesUnderstood, list.problems]).toEqual([list.linesTotal, []])
  })

  test.each(truths.filter(([, truth]) => truth.usb_devices !== undefined))('%s', (name, { usb_devices: wanted }) => {
    const list = read(name)
    expect(list.usb.map((one) => [...one.address!.split(':'), `${hex(one.vendorId)}:${hex(one.productId)}`])).toEqual(wanted)
    expect([list.linesUnderstood, list.problems]).toEqual([list.linesTotal, []])
  })

  test('the tree of a Mac has every function at the place where its list has it', () => {
    if (folder === null) return
    const places = (name: string): string[] => read(name).pci.map((one) => one.address ?? '').toSorted()
    expect(places('macpro5_1-lspci-tree.txt')).toEqual(places('macpro5_1-lspci-nnvv.txt'))
  })
})

describe('coverage of real computers', () => {
  const kexts = folder === null ? [] : readKexts([join(folder, 'kexts')]).kexts.map(({ record }) => record)
  const lists = truths.filter(([name]) => !name.includes('tree'))

  test.each(lists)('every device of %s is told once, with a reason', (name) => {
    const list = read(name)
    const { devices } = coverageOfList(list, kexts)
    expect(devices.map(({ address }) => address)).toEqual([...list.pci, ...list.usb].map(({ address }) => address))
    expect(devices.filter(({ reason }) => reason === '')).toEqual([])
  })

  test('a Realtek network card gets the Realtek kext by its number', () => {
    if (folder === null) return
    const { devices } = coverageOfList(read('lspci-nvidia-1.txt'), kexts)
    const card = devices.find(({ ids }) => ids === '10ec:8168')
    expect([card?.verdict, card?.driver?.bundle]).toEqual(['kext', 'com.insanelymac.RealtekRTL8111'])
  })
})
