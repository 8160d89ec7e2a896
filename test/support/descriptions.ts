import type { ReadFile, MachineDescription, MachineStatus, PanicRecord } from '../../kernel/api/index.ts'

/** A small machine description for tests that never power it on. */
export function sampleDescription(name = 'sample'): MachineDescription {
  return {
    format: 'workbench-machine/1', name, title: 'Sample', source: '', platform: 'acpi', model: 'iMac19,1', osVersion: '14.6.1', osBuild: '23G93',
    kernelVersion: 'Darwin Kernel Version 23.6.0', cpu: { brand: 'CPU', clusters: [{ name: 'P', cores: 2, threadsPerCore: 1, clockHz: 3e9 }] },
    memoryBytes: 2 ** 30, bootArgs: '', nvram: {}, serialNumber: 'WB0', devices: [],
  }
}

export function samplePanic(title = 'It broke'): PanicRecord {
  return {
    title, text: `panic(cpu 0 caller 0x1): ${title}\n`, timeNs: 5e9, step: 1000, digest: '00112233aabbccdd', osVersion: '14.6.1 (23G93)',
    model: 'iMac19,1', backtraceKexts: ['org.example.Broken'], backtrace: [],
  }
}

export function sampleStatus(): MachineStatus {
  return {
    session: null, power: 'running', name: 'sample', title: 'Sample', model: 'iMac19,1', seed: 1, timeNs: 123, speed: 1, entries: 3, busy: 0, kexts: 1,
    devicesWithoutDriver: 0,
    digest: 'ff', steps: 9,
  }
}

/** A panic as read from its text. */
export function sampleRead(change: Partial<ReadFile> = {}): ReadFile {
  return {
    kind: 'panic', title: 'It broke', subtitle: 'panic(cpu 0 caller 0x1): It broke', model: 'iMac19,1', osVersion: '15.4', className: 'own-check',
    kexts: ['org.example.Broken'], group: 'g1', fingerprint: 'f1', algorithm: 'panic/1', happenedAt: null, words: 'It broke in org.example.Broken',
    record: '{"kind":"kernel-panic"}', linesTotal: 1, linesUnderstood: 1, ...change,
  }
}
