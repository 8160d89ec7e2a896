import type { PanicRecord, PerformanceSample, ProfileReport, StoredReport } from '../../../kernel/api/index.ts'
import { machine } from './machines.ts'

const FRAMES: readonly (readonly [string, string, number])[] = [
  ['mach_kernel', 'handle_debugger_trap', 0x41d], ['mach_kernel', 'kernel_trap', 0x4f2], ['mach_kernel', 'return_from_trap', 0xc1],
  ['com.lumenlab.driver.LumenCapture', 'LumenCapture::filterInterrupt(IOFilterInterruptEventSource *)', 0x3b],
  ['mach_kernel', 'IOFilterInterruptEventSource::normalInterruptOccurred(void *, IOService *, int)', 0x62],
  ['com.apple.iokit.IOPCIFamily', 'IOPCIMessagedInterruptController::handleInterrupt(void *, IOService *, int)', 0x9e],
  ['mach_kernel', 'IOCPUInterruptController::handleInterrupt(void *, IOService *, int)', 0x86], ['mach_kernel', 'PE_incoming_interrupt', 0x91],
  ['mach_kernel', 'interrupt', 0x175], ['mach_kernel', 'hndl_allintrs', 0x11d], ['mach_kernel', 'machine_idle', 0x161],
  ['mach_kernel', 'processor_idle', 0x1bc], ['mach_kernel', 'call_continuation', 0x2e],
]

export function makePanic(title: string, timeNs: number): PanicRecord {
  const backtrace = FRAMES.map(([bundle, symbol, offset], index) => ({ address: `0xffffff80153${(index * 7919).toString(16).padStart(5, '0')}`, bundle, symbol, offset }))
  return {
    title, timeNs, step: 81_512, digest: '9f3ac41e77d01b52', osVersion: '15.4 (24E248)', model: 'iMac19,1', backtrace,
    text: `panic(cpu 2 caller 0xffffff80153a9f6d): Kernel trap at 0xffffff7f9c1a24fb, type 14=page fault, registers:\n${'CR0: 0x0000000080010033, CR2: 0x0000000000000068\n'.repeat(4)}\nBacktrace (CPU 2), Frame : Return Address\n${backtrace.map((frame) => `0xffffffa0c8d3bb50 : ${frame.address}`).join('\n')}\n`,
    backtraceKexts: ['com.lumenlab.driver.LumenCapture', 'com.apple.iokit.IOPCIFamily'],
  }
}

export function makeReports(): StoredReport[] {
  const titles = ['Page fault in LumenCapture', 'Page fault in LumenCapture', 'General protection in NorthwindNIC', 'Sleep transition timed out, phase 0x14', 'DMA outside mapping, dart-apcie1', 'Double free in IOBufferMemoryDescriptor']
  return titles.map((title, index) => {
    const panic = makePanic(title, 2_418_313_000 + index * 731_000_000)
    return {
      id: 100 - index, title, machine: index < 2 ? 'Intel Desktop 2019' : 'MacBook Pro, M-class', model: panic.model, osVersion: panic.osVersion, timeNs: panic.timeNs,
      storedAt: new Date(Date.now() - index * index * 7_000_000).toISOString(), kexts: index === 3 ? [] : panic.backtraceKexts, unread: index === 0 || index === 2,
      kind: 'machine-panic', name: 'fake', subtitle: '', className: '', happenedAt: null, tags: [], hasNotes: false, group: title, groupedBy: 'title', mergedFrom: null, sizeBytes: panic.text.length,
      notes: '', record: null, run: { panic, description: machine, seed: 42, journalRecords: 12 + index },
    }
  })
}

export function makeSamples(count: number): PerformanceSample[] {
  return Array.from({ length: count }, (_unused, index) => makeSample(index))
}

/** Smooth, made-up load; the same for the same index. */
export function makeSample(index: number): PerformanceSample {
  const wave = Math.sin(index / 9) + Math.sin(index / 23) + 2
  const names = [['IONVMeController', 'IONVMeController', 'com.apple.iokit.IONVMeFamily', 2.8], ['LumenCapture', 'LumenCapture', 'com.lumenlab.driver.LumenCapture', 5.2], ['AppleACPIPlatformExpert', 'AppleACPIPlatformExpert', 'com.apple.driver.AppleACPIPlatform', 1.1], ['IOBlockStorageDriver', 'IOBlockStorageDriver', 'com.apple.iokit.IOStorageFamily', 0.6], ['IOMediaBSDClient', 'IOMediaBSDClient', 'com.apple.iokit.IOStorageFamily', 0.2], ['IOPCI2PCIBridge', 'IOPCI2PCIBridge', 'com.apple.iokit.IOPCIFamily', 0.1]] as const
  return {
    timeNs: (index + 1) * 20_000_000, spanNs: 20_000_000, interruptsPerSecond: Math.round(900 * wave + (index * 7919) % 400), eventsPerSecond: Math.round(5200 * wave + 900), busyServices: index < 20 ? 20 - index : index % 40 === 0 ? 1 : 0,
    dispatchesPerSecond: Math.round(2000 * wave), userNs: Math.round(300_000 * wave), systemNs: Math.round(1_400_000 * wave),
    threads: [{ pid: 0, name: 'IOWorkLoop', user: 'root', threads: 9, cpuNs: Math.round(100_000 * wave) }, { pid: 301, name: '-zsh', user: 'me', threads: 1, cpuNs: Math.round(300_000 * wave) }],
    vectors: [{ id: 0x100000146, name: 'SSD0', controller: 'AppleAPICInterruptController', vector: 16, interrupts: Math.round(18 * wave) }],
    drivers: names.map(([name, className, bundle, share], row) => ({ id: 0x100000146 + row * 70, name, className, bundle, cpuNs: Math.round(share * 100_000 * wave), interrupts: row < 2 ? Math.round(9 * wave) : 0 })),
  }
}

export const profileTypes = [
  ['SPHardwareDataType', 'Hardware', 'Hardware'], ['SPPCIDataType', 'PCI', 'Hardware'], ['SPNVMeDataType', 'NVMExpress', 'Hardware'], ['SPStorageDataType', 'Storage', 'Hardware'],
  ['SPSoftwareDataType', 'Software', 'Software'], ['SPExtensionsDataType', 'Extensions', 'Software'],
].map(([dataType, title, group]) => ({ dataType: String(dataType), title: String(title), group: String(group) }))

export function makeProfile(dataType: string): ProfileReport {
  const title = profileTypes.find((type) => type.dataType === dataType)?.title ?? dataType
  const fact = (label: string, value: string): { label: string; value: string } => ({ label, value })
  if (dataType === 'SPHardwareDataType') return { dataType, title, items: [{ name: 'Hardware Overview', facts: [fact('Model Name', 'iMac'), fact('Model Identifier', 'iMac19,1'), fact('Processor Name', '6-Core Intel Core i5'), fact('Processor Speed', '3.7 GHz'), fact('Number of Processors', '1'), fact('Total Number of Cores', '6'), fact('Memory', '16 GB'), fact('Serial Number (system)', 'WB0000000001')], items: [] }] }
  const cards = ['ethernet', 'NVMe Controller', 'Display Controller', 'LumenCapture'].map((name, index) => ({
    name, entryId: 0x100000100 + index * 63, items: [], facts: [fact('Type', ['Ethernet Controller', 'NVM Express Controller', 'Display Controller', 'Multimedia Device'][index] ?? ''), fact('Driver Installed', index === 0 ? 'No' : 'Yes'), fact('MSI', 'Yes'), fact('Bus', 'PCI'), fact('Slot', `Slot-${index + 1}`), fact('Vendor ID', '0x10ec'), fact('Device ID', '0x8168'), fact('Revision ID', '0x0015'), fact('Link Width', 'x4'), fact('Link Speed', '8.0 GT/s')],
  }))
  return { dataType, title, items: cards }
}
