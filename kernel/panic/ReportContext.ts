import type { Frame } from '../sim/index.ts'
import { Random } from '../sim/index.ts'
import { frameAddress, kernelAddresses, type KernelAddresses } from './KernelAddresses.ts'

/** A kext as a report lists it. */
export interface ReportKext {
  readonly bundleIdentifier: string
  readonly version: string
  readonly loadAddress: bigint
  readonly sizeBytes: number
  /** Bundle identifiers it is linked against. */
  readonly dependencies: readonly string[]
  /** Virtual time of loading; 0 for the boot kernel collection. */
  readonly loadedAtNs: number
}

/** What the machine knows when it stops. */
export interface ReportInput {
  readonly message: string
  /** Innermost first. */
  readonly frames: readonly Frame[]
  readonly fault: { readonly kind: string; readonly address: bigint; readonly access: string } | null
  readonly threadId: number
  readonly taskName: string
  readonly pid: number
  readonly loadedKexts: readonly ReportKext[]
  readonly lastStartedKext: ReportKext | null
  readonly timeNs: number
  readonly step: number
  readonly digest: string
  readonly seed: number
  readonly machine: {
    readonly platform: 'acpi' | 'device-tree'
    readonly model: string
    readonly boardId: string | null
    readonly osVersion: string
    readonly osBuild: string
    readonly kernelVersion: string
    readonly soc: string | null
    readonly cpus: number
    readonly bootArgs: string
  }
}

/** A frame with its address. */
export interface PlacedFrame {
  readonly frame: Frame
  readonly address: bigint
  readonly framePointer: bigint
}

/** Input with everything placed in the address space of this boot. */
export interface ReportContext {
  readonly input: ReportInput
  readonly addresses: KernelAddresses
  readonly frames: readonly PlacedFrame[]
  /** Kexts with a frame in the backtrace, in the order of their innermost frame. */
  readonly backtraceKexts: readonly ReportKext[]
  readonly taskAddress: bigint
  readonly threadAddress: bigint
}

const kernelFrame = (symbol: string): Frame => ({ bundle: '__kernel__', symbol, offset: 0 })

const TO_DEBUGGER = ['handle_debugger_trap', 'DebuggerTrapWithState', 'panic_trap_to_debugger']
/** Who calls the debugger, and the way there from a trap; innermost first. */
const MACHINERY = {
  'acpi': { entry: 'panic', trap: ['panic_trap', 'kernel_trap', 'return_from_trap'] },
  'device-tree': {
    entry: 'panic_with_options_and_initiator',
    trap: ['panic_with_thread_kernel_state', 'handle_kernel_abort', 'sleh_synchronous', 'fleh_synchronous'],
  },
} as const

/** The kernel's own frames between the fault (or the call of panic) and the report. */
function panicMachinery(input: ReportInput): Frame[] {
  const { entry, trap } = MACHINERY[input.machine.platform]
  return [...TO_DEBUGGER, entry, ...(input.fault === null ? [] : trap)].map(kernelFrame)
}

/** Places all frames and finds the kexts that own them. */
export function placeReport(input: ReportInput): ReportContext {
  const addresses = kernelAddresses(input.machine.platform, input.seed)
  const byName = new Map(input.loadedKexts.map((kext) => [kext.bundleIdentifier, kext]))
  const random = new Random(input.seed ^ input.threadId)
  const isIntel = input.machine.platform === 'acpi'
  const heap = isIntel ? 0xffff_ff90_5000_0000n : 0xfffe_0020_0000_0000n | 0xffff_fe00_0000_0000n
  const stack = isIntel ? 0xffff_ffac_c280_3000n : 0xffff_fe60_0c4c_2000n
  let framePointer = stack + BigInt(random.below(64) * 16)
  const frames = [...panicMachinery(input), ...input.frames].map((frame): PlacedFrame => {
    framePointer += BigInt(0x20 + (frame.symbol.length % 8) * 0x10)
    const loadAddress = byName.get(frame.bundle)?.loadAddress ?? null
    return { frame, address: frameAddress(frame, loadAddress, addresses), framePointer }
  })
  const owners = new Set(input.frames.map(({ bundle }) => bundle))
  return {
    input, addresses, frames,
    backtraceKexts: [...owners].flatMap((bundle) => byName.get(bundle) ?? []),
    taskAddress: heap + BigInt(0x8980 + input.pid * 0x700),
    threadAddress: heap + BigInt(0x722598 + input.threadId * 0x9a0),
  }
}
