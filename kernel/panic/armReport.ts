import { hex64, pointer, stableUuid } from './KernelAddresses.ts'
import { COMPRESSOR_INFO, faultingAddress, panicWord, taskWords } from './intelReport.ts'
import { backtraceKextLines, loadedKextLines } from './kextBlock.ts'
import type { ReportContext } from './ReportContext.ts'

/** Ticks of the 24 MHz counter in a virtual time. */
const ticks = (timeNs: number): bigint => (BigInt(timeNs) * 24n) / 1000n

interface Abort {
  readonly message: string
  readonly esr: bigint
}

const UNDEFINED: Abort = { message: 'Undefined kernel instruction:', esr: 0x02000000n }
const ABORTS: Record<string, Abort> = {
  read: { message: 'Kernel data abort.', esr: 0x96000006n },
  write: { message: 'Kernel data abort.', esr: 0x96000046n },
  execute: { message: 'Kernel instruction fetch abort', esr: 0x86000006n },
}

/** First line and register block of an abort. Registers that the simulation does not have are zero. */
function abortLines(context: ReportContext): string[] {
  const fault = context.input.fault!
  const isUndefined = fault.kind === 'undefined-instruction'
  const { message, esr } = isUndefined ? UNDEFINED : ABORTS[fault.access] ?? ABORTS.read!
  const pc = faultingAddress(context)
  const own = context.frames.length - context.input.frames.length
  const lr = context.frames[own + 1]?.address ?? pc
  const fp = context.frames[own]?.framePointer ?? 0n
  const state = fp - 0x370n
  const value = (index: number): bigint => (index === 0 ? fault.address & ~0xfffn : 0n)
  const cell = (index: number): string => `${`x${index}:`.padEnd(4)} ${hex64(value(index))}`
  const rows = Array.from({ length: 7 }, (_, row) =>
    `\t  ${cell(row * 4)} ${cell(row * 4 + 1)}  ${cell(row * 4 + 2)}  ${cell(row * 4 + 3)}`)
  return [
    `${panicWord(context)} ${message} at pc ${hex64(pc)}, lr ${hex64(lr)} (saved state: ${pointer(state)})`,
    ...rows,
    `\t  x28: ${hex64(0n)} fp:  ${hex64(fp)}  lr:  ${hex64(lr)}  sp:  ${hex64(fp - 0x20n)}`,
    `\t  pc:  ${hex64(pc)} cpsr: 0x60401208         esr: ${pointer(esr)}`
      + `          far: ${hex64(fault.address)}`,
    '',
  ]
}

/** The report of an Apple-silicon machine. */
export function armReport(context: ReportContext): string {
  const { input, addresses } = context
  const { machine } = input
  const head = input.fault === null ? [`${panicWord(context)} ${input.message}`] : abortLines(context)
  const others = Array.from({ length: Math.max(0, machine.cpus - 1) }, (_, index) =>
    `CORE ${index + 1} is offline, skipping`)
  const hex32 = (value: number): string => `0x${value.toString(16).padStart(8, '0')}`
  const epoch = (label: string, ns: number): string =>
    `  ${label}: ${hex32(Math.floor(ns / 1e9))} ${hex32(Math.floor(ns / 1e3) % 1e6)}`
  const backtrace = pointer(context.frames[0]?.framePointer ?? 0n)
  return [
    ...head,
    'Debugger message: panic',
    'Memory ID: 0x6',
    'OS release type: User',
    `OS version: ${machine.osBuild}`,
    `Kernel version: ${machine.kernelVersion}`,
    `Fileset Kernelcache UUID: ${stableUuid(`kernelcache ${machine.osBuild}`).replaceAll('-', '')}`,
    `Kernel UUID: ${stableUuid(machine.kernelVersion)}`,
    'secure boot?: YES',
    'roots installed: 0',
    'Paniclog version: 14',
    `KernelCache slide: ${hex64(addresses.kernelCacheSlide)}`,
    `KernelCache base:  ${hex64(addresses.kernelCacheBase)}`,
    `Kernel slide:      ${hex64(addresses.kernelSlide)}`,
    `Kernel text base:  ${hex64(addresses.kernelTextBase)}`,
    `Kernel text exec slide: ${hex64(addresses.textExecSlide)}`,
    `Kernel text exec base:  ${hex64(addresses.textExecBase)}`,
    `mach_absolute_time: ${pointer(ticks(input.timeNs))}`,
    'Epoch Time:        sec       usec',
    epoch('Boot    ', 0), epoch('Sleep   ', 0), epoch('Wake    ', 0), epoch('Calendar', input.timeNs),
    '',
    'CORE 0 is the one that panicked. Check the full backtrace for details.',
    ...others,
    COMPRESSOR_INFO,
    `Panicked task ${pointer(context.taskAddress)}: 0 pages, ${taskWords(input)}`,
    `Panicked thread: ${pointer(context.threadAddress)}, backtrace: ${backtrace}, tid: ${input.threadId}`,
    ...context.frames.map(({ address, framePointer }, index) =>
      `\t\t  lr: ${hex64(address)}  fp: ${hex64(index === context.frames.length - 1 ? 0n : framePointer)}`),
    ...backtraceKextLines(context),
    '',
    ...loadedKextLines(input, false),
    '',
  ].join('\n')
}
