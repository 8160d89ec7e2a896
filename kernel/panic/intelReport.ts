import { hex64, pointer, stableUuid } from './KernelAddresses.ts'
import { backtraceKextLines, loadedKextLines } from './kextBlock.ts'
import type { PlacedFrame, ReportContext, ReportInput } from './ReportContext.ts'

const TRAPS: Record<string, string> = {
  'page-fault': '14=page fault', 'general-protection': '13=general protection',
  'divide-error': '0=divide error', 'undefined-instruction': '6=invalid opcode',
}
const ERROR_CODES: Record<string, bigint> = { read: 0x0n, write: 0x2n, execute: 0x10n }
const MAX_FRAMES = 48

/** Neither compressor nor swap is simulated: nothing is ever in them. */
export const COMPRESSOR_INFO = 'Compressor Info: 0% of compressed pages limit (OK) '
  + 'and 0% of segments limit (OK) with 0 swapfiles and OK swap space'

/** How the first line begins. */
export function panicWord(context: ReportContext): string {
  return `panic(cpu 0 caller ${pointer(callerAddress(context))}):`
}

/** The panicked task behind its address. */
export function taskWords({ pid, taskName }: ReportInput): string {
  return `${pid === 0 ? 256 : 2} threads: pid ${pid}: ${taskName}`
}

/** First line and register block of a trap. Registers that the simulation does not have are zero. */
function trapLines(context: ReportContext): string[] {
  const { fault } = context.input
  const rip = faultingAddress(context)
  const stack = context.frames.at(-1)?.framePointer ?? 0n
  const row = (cells: [string, bigint][]): string =>
    cells.map(([name, value]) => `${`${name}:`.padEnd(4)} ${hex64(value)}`).join(', ')
  const trap = TRAPS[fault!.kind] ?? '14=page fault'
  const errorCode = ERROR_CODES[fault!.access] ?? 0n
  const cr2 = fault!.kind === 'page-fault' ? fault!.address : 0n
  return [
    `${panicWord(context)} Kernel trap at ${pointer(rip)}, type ${trap}, registers:`,
    row([['CR0', 0x8001003bn], ['CR2', cr2], ['CR3', 0x2n], ['CR4', 0x3626e0n]]),
    row([['RAX', 0n], ['RBX', 0n], ['RCX', 0n], ['RDX', 0n]]),
    row([['RSP', stack - 0x40n], ['RBP', stack], ['RSI', 0n], ['RDI', fault!.address & ~0xfffn]]),
    row([['R8', 0n], ['R9', 0n], ['R10', 0n], ['R11', 0n]]),
    row([['R12', 0n], ['R13', 0n], ['R14', 0n], ['R15', 0n]]),
    row([['RFL', 0x10246n], ['RIP', rip], ['CS', 0x8n], ['SS', 0x10n]]),
    `Fault CR2: ${hex64(cr2)}, Error code: ${hex64(errorCode)}, Fault CPU: 0x0, PL: 0, VF: 0`,
    '',
  ]
}

/** Address at which the fault happened: the innermost frame of the code itself. */
export function faultingAddress(context: ReportContext): bigint {
  return placedOwn(context)?.address ?? context.addresses.textExecBase
}

function placedOwn(context: ReportContext): ReportContext['frames'][number] | undefined {
  return context.frames[context.frames.length - context.input.frames.length]
}

/** `caller` of the panic line: who called panic. */
export function callerAddress(context: ReportContext): bigint {
  const isPanic = /^panic(_with_options_and_initiator)?$/u
  const index = context.frames.findIndex(({ frame }) => isPanic.test(frame.symbol))
  return context.frames[index + 1]?.address ?? context.addresses.textExecBase
}

/** What `keepsyms=1` adds to a frame. */
function symbolWords({ frame }: PlacedFrame): string {
  const image = frame.bundle === '__kernel__' ? 'mach_kernel' : frame.bundle
  return `${image} : ${frame.symbol} + ${pointer(0x1cn)}`
}

/** The report of an Intel machine, macOS 12 and later. */
export function intelReport(context: ReportContext): string {
  const { input, addresses } = context
  const { machine } = input
  const keepsSymbols = /(?:^| )keepsyms=1(?: |$)/u.test(machine.bootArgs)
  const frameLines = context.frames.slice(0, MAX_FRAMES).map((placed) =>
    `${pointer(placed.framePointer)} : ${pointer(placed.address)} ${keepsSymbols ? symbolWords(placed) : ''}`)
  const head = input.fault === null ? [`${panicWord(context)} ${input.message}`] : trapLines(context)
  return [
    ...head,
    `Panicked task ${pointer(context.taskAddress)}: ${taskWords(input)}`,
    `Backtrace (CPU 0), panicked thread: ${pointer(context.threadAddress)}, Frame : Return Address`,
    ...frameLines,
    ...context.frames.length > MAX_FRAMES ? ['\tBacktrace continues...'] : [],
    ...backtraceKextLines(context),
    '',
    `Process name corresponding to current thread (${pointer(context.threadAddress)}): ${input.taskName}`,
    ...machine.bootArgs === '' ? [] : [`Boot args: ${machine.bootArgs} `],
    '',
    'Mac OS version:', machine.osBuild, '',
    'Kernel version:', machine.kernelVersion,
    `Kernel UUID: ${stableUuid(machine.kernelVersion)}`,
    'roots installed: 0',
    `KernelCache slide: ${hex64(addresses.kernelCacheSlide)}`,
    `KernelCache base:  ${hex64(addresses.kernelCacheBase)}`,
    `Kernel slide:      ${hex64(addresses.kernelSlide)}`,
    `Kernel text base:  ${hex64(addresses.kernelTextBase)}`,
    `__HIB  text base: ${hex64(addresses.hibTextBase)}`,
    `System model name: ${machine.model}${machine.boardId === null ? '' : ` (${machine.boardId})`}`,
    'System shutdown begun: NO',
    'Panic diags file available: YES (0x0)',
    'Hibernation exit count: 0', '',
    `System uptime in nanoseconds: ${input.timeNs}`,
    'Last Sleep:           absolute           base_tsc          base_nano',
    `  Uptime  : ${hex64(BigInt(input.timeNs))}`,
    `  Sleep   : ${hex64(0n)} ${hex64(0n)} ${hex64(0n)}`,
    `  Wake    : ${hex64(0n)} ${hex64(0n)} ${hex64(0n)}`,
    COMPRESSOR_INFO, '',
    ...loadedKextLines(input, true),
    '',
  ].join('\n')
}
