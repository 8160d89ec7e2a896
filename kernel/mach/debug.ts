import { kernelState, scheduler, type Frame, type Thread } from '../sim/index.ts'
import { currentFrames } from './frames.ts'

export { currentFrames, popFrame, pushFrame, withFrame, withFrameBlocking } from './frames.ts'
export { IOLog, kprintf } from './msgbuf.ts'

export type FaultKind = 'page-fault' | 'general-protection' | 'divide-error' | 'undefined-instruction'
export type FaultAccess = 'read' | 'write' | 'execute'

/** What the processor reported, where a panic began as a trap. */
export interface Fault {
  readonly kind: FaultKind
  /** Faulting address as a report prints it. */
  readonly address: bigint
  readonly access: FaultAccess
}

export interface PanicOptions {
  readonly fault?: Fault
  /** `File.cpp:line` of the statement; printed after ` @`. */
  readonly location?: string
}

/** A simulated kernel fault: the machine stops and a report is written. A product feature, never our own bug. */
export class KernelPanic extends Error {
  override readonly name = 'KernelPanic'
  readonly fault: Fault | null
  /** The simulated call stack when it happened, innermost first. */
  readonly frames: readonly Frame[]
  /** The thread that ran, or null at interrupt level and before the first thread. */
  readonly thread: Thread | null
  readonly inInterrupt: boolean
  readonly timeNs: number

  constructor(message: string, fault: Fault | null) {
    super(message)
    this.fault = fault
    this.frames = currentFrames()
    const { current, inInterrupt, nowNs } = scheduler()
    this.thread = inInterrupt ? null : current
    this.inInterrupt = inInterrupt
    this.timeNs = nowNs
  }
}

const state = kernelState(() => ({ first: null as KernelPanic | null }))

/**
 * Stops the simulated machine with this text. Any context.
 * @xnu osfmk/kern/debug.c panic — simplified: it throws; who runs the world catches it and writes the report
 */
export function panic(message: string, options: PanicOptions = {}): never {
  const text = options.location === undefined ? message : `${message} @${options.location}`
  const made = new KernelPanic(text, options.fault ?? null)
  state().first ??= made
  throw made
}

/**
 * What running out of the host's stack means to the machine: a thread overflowed its kernel stack, which is a
 * double fault. Null for every other error.
 */
export function stackOverflow(error: unknown): KernelPanic | null {
  if (!(error instanceof RangeError) || !/call stack/iu.test(error.message)) return null
  const made = new KernelPanic('Double fault: a thread overflowed its kernel stack', null)
  state().first ??= made
  return made
}

/** The first panic of this world, also when a driver's own `catch` swallowed it; null while all is well. */
export function firstPanic(): KernelPanic | null {
  return state().first
}

/** Raises a processor fault in the running code, as a trap handler would. */
export function kernelTrap(fault: Fault): never {
  panic(`Kernel trap: ${fault.kind} at 0x${fault.address.toString(16).padStart(16, '0')}`, { fault })
}
