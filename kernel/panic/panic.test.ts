import { describe, expect, it } from 'vitest'
import { compactKextName, expandKextName } from '../abi/index.ts'
import { readPanic } from '../importers/index.ts'
import { reportPanic, type ReportInput } from './index.ts'

const kext = (bundleIdentifier: string, at: number, dependencies: string[] = []): ReportInput['loadedKexts'][number] => ({
  bundleIdentifier, version: '1.0.0', loadAddress: 0xffffff7f97000000n + BigInt(at) * 0x10000n, sizeBytes: 0x3000, dependencies, loadedAtNs: at * 1e6,
})

const input = (platform: 'acpi' | 'device-tree', fault: ReportInput['fault']): ReportInput => ({
  message: 'Something is wrong @Driver.cpp:12', fault, threadId: 7, taskName: 'kernel_task', pid: 0, timeNs: 1_234_567_890, step: 99,
  digest: '0123456789abcdef', seed: 42,
  frames: [
    { bundle: 'org.example.Broken', symbol: 'Broken::interruptOccurred', offset: 0x45c },
    { bundle: '__kernel__', symbol: 'IOWorkLoop::threadMain()', offset: 0 },
  ],
  loadedKexts: [kext('com.apple.iokit.IOStorageFamily', 0), kext('org.example.Broken', 3, ['com.apple.iokit.IOStorageFamily'])],
  lastStartedKext: kext('org.example.Broken', 3),
  machine: {
    platform, model: 'iMac19,1', boardId: 'Mac-AA95B1DDAB278B95', osVersion: '14.6.1', osBuild: '23G93', soc: null, cpus: 2, bootArgs: 'keepsyms=1',
    kernelVersion: platform === 'acpi' ? 'Darwin Kernel Version 23.6.0: x; root:xnu-1~1/RELEASE_X86_64' : 'Darwin Kernel Version 23.6.0: x; root:xnu-1~1/RELEASE_ARM64_T8103',
  },
})

const pageFault = { kind: 'page-fault', address: 0x18n, access: 'read' }

describe('panic reports', () => {
  for (const platform of ['acpi', 'device-tree'] as const) {
    it(`of ${platform} machines are understood to the last line by the reader, and name the driver`, () => {
      const record = reportPanic(input(platform, pageFault))
      const read = readPanic(new TextEncoder().encode(record.text)).facts
      expect(read.problems).toEqual([])
      expect(read.coverage.linesUnderstood).toBe(read.coverage.linesTotal)
      expect(read.backtraceKexts.map(({ id, dependencies }) => [id, dependencies.map((library) => library.id)])).toEqual([['org.example.Broken', ['com.apple.iokit.IOStorageFamily']]])
      expect(read.backtrace.map(({ address }) => BigInt(address))).toEqual(record.backtrace.map(({ address }) => BigInt(address)))
      expect(read.loadedKexts.map(({ id }) => id)).toEqual(['org.example.Broken', 'com.apple.iokit.IOStorageFamily'])
      expect(read.panickedTask).toMatchObject({ name: 'kernel_task', pid: 0 })
      expect(record.backtraceKexts).toEqual(['org.example.Broken'])
    })
  }

  it('show a near-null read as the platform does', () => {
    const intel = readPanic(new TextEncoder().encode(reportPanic(input('acpi', pageFault)).text)).facts
    expect(intel).toMatchObject({ layout: 'x86-12-text', trap: { type: 14, name: 'page fault', hint: null, line: 1 }, registers: { cr2: '0x0000000000000018' }, uptimeNs: '1234567890' })
    const arm = readPanic(new TextEncoder().encode(reportPanic(input('device-tree', pageFault)).text)).facts
    expect(arm).toMatchObject({ layout: 'arm64-text', registers: { far: '0x0000000000000018', esr: '0x96000006' }, panicLogVersion: '14' })
    expect(arm.message).toMatch(/^Kernel data abort\. at pc 0x/u)
  })

  it('keep the message of a panic that was called, and are the same each time', () => {
    const first = reportPanic(input('acpi', null))
    expect(first.title).toBe('Something is wrong @Driver.cpp:12')
    expect(reportPanic(input('acpi', null))).toEqual(first)
  })
})

describe('kext names in Intel reports', () => {
  it('shrink and grow back', () => {
    const names: [string, string][] = [
      ['com.apple.driver.AppleIntelLpssI2CController', '>!A!ILpssI2C!C'], ['com.apple.iokit.IOStorageFamily', '|IO!S!F'],
      ['com.apple.driver.usb.AppleUSBXHCIPCI', '>usb.!UXHCIPCI'], ['com.apple.filesystems.hfs.kext', '@filesystems.hfs.kext'],
      ['as.vit9696.AppleALC', 'as.vit9696.!AALC'],
    ]
    expect(names.map(([long]) => compactKextName(long))).toEqual(names.map(([, short]) => short))
    expect(names.map(([, short]) => expandKextName(short))).toEqual(names.map(([long]) => long))
  })
})

describe('the panic reader', () => {
  it('survives whatever is cut from or put into a report', () => {
    const text = reportPanic(input('acpi', pageFault)).text
    for (let i = 0; i < text.length; i += 37) {
      expect(readPanic(new TextEncoder().encode(text.slice(i))).facts.coverage.linesTotal).toBeGreaterThan(0)
      readPanic(new TextEncoder().encode(`${text.slice(0, i)}\xff${'('.repeat(i % 50)}${text.slice(i + 5)}`))
    }
    expect(readPanic(new Uint8Array(0)).facts.problems.length).toBe(1)
  })
})
