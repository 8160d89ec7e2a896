// Coverage: our sample's lists are joined, a dump stands for itself, what is removed comes back.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { CoverageService } from './CoverageService.ts'
import { KextSets } from './KextSets.ts'
import { resourcesFolder } from './resources.ts'

const sample = (path: string): Uint8Array =>
  new Uint8Array(readFileSync(join(resourcesFolder(), 'samples', path)))

describe('coverage in the kernel process', () => {
  it('opens the sample: two kexts claim the Ethernet controller, one device class works by itself', () => {
    const kexts = new KextSets()
    const calls = new CoverageService(kexts).functions()
    expect(calls.coverage()).toBeNull()
    calls.openCoverageSample()
    calls.openCoverageSample()
    expect(kexts.list().length).toBe(1)
    expect(calls.listDeviceSources().map(({ kind, devices }) => [kind, devices])).toEqual([
      ['list', 11],
      ['list', 5],
    ])
    const report = calls.coverage()
    expect(report?.conflicts.map(({ ids, byArrivalOrder }) => [ids, byArrivalOrder])).toEqual([
      ['10ec:8125', true],
    ])
    expect(report?.counts).toMatchObject({ kext: 2, native: 8, none: 3, notNeeded: 3 })
  })

  it('lets a dump put lists aside and a list a dump; everything can be put back', () => {
    const calls = new CoverageService(new KextSets()).functions()
    const list = calls.addDeviceFile('lspci.txt', sample('coverage/lumen-desk.lspci.txt'))
    calls.addDeviceFile('desk.ioreg.txt', sample('explainer/lumen-desk.ioreg.txt'))
    expect(calls.listDeviceSources().map(({ kind }) => kind)).toEqual(['dump'])
    expect(calls.coverage()?.usbPorts[0]).toMatchObject({ ports: 3, limit: 15, isOver: false })
    calls.restoreDeviceSource(list.id)
    expect(calls.listDeviceSources().map(({ id }) => id)).toEqual([list.id])
    calls.removeDeviceSource(list.id)
    expect(calls.coverage()).toBeNull()
    expect(() => calls.restoreDeviceSource(99)).toThrow('add its file again')
  })

  it('refuses what lists no device, and changes nothing', () => {
    const calls = new CoverageService(new KextSets()).functions()
    calls.addDeviceFile('lspci.txt', sample('coverage/lumen-desk.lspci.txt'))
    for (const bytes of [
      new TextEncoder().encode('dear diary'),
      new Uint8Array(0),
      Uint8Array.of(0x1f, 0x8b, 1),
    ]) {
      expect(() => calls.addDeviceFile('a.txt', bytes)).toThrow(/lists no device|cannot be unpacked/u)
    }
    expect(calls.listDeviceSources().length).toBe(1)
  })
})
