import { assert } from '../sim/index.ts'
import type { InterruptLine } from './InterruptLine.ts'
import { AddressSpace } from './memory/AddressSpace.ts'

/** Receives messages that devices write to an interrupt controller's window. */
export type MessageTarget = (address: number, data: number) => void

interface MessageWindow {
  readonly start: number
  readonly end: number
  readonly target: MessageTarget
}

/**
 * What a machine's devices are wired to: the processor's physical space, port space, interrupt inputs, and
 * the
 * way of bus masters to RAM and message windows.
 */
export class Fabric {
  /** Physical memory as the processor sees it. */
  readonly memory = new AddressSpace('memory')
  /** The 64 KiB of x86 ports; empty on Apple silicon. */
  readonly ports = new AddressSpace('ports')
  private readonly windows: MessageWindow[] = []

  /** `inputs` are the lines of the platform's interrupt controller: I/O APIC inputs or AIC interrupts. */
  constructor(readonly inputs: readonly InterruptLine[]) {}

  /** The line of one controller input. */
  input(number: number): InterruptLine {
    const line = this.inputs[number]
    assert(line !== undefined, `the interrupt controller has no input ${number}`)
    return line
  }

  /** Makes [start, start + sizeBytes) a place where device writes are messages and not memory. */
  addMessageWindow(start: number, sizeBytes: number, target: MessageTarget): void {
    this.windows.push({ start, end: start + sizeBytes, target })
  }

  /** A 32-bit write by a device: a message where a window claims the address, else a write to memory. */
  postWrite(address: number, data: number): void {
    const { windows } = this
    for (let i = 0; i < windows.length; i++) {
      const window = windows[i]!
      if (address >= window.start && address < window.end) return window.target(address, data)
    }
    this.memory.write32(address, data)
  }
}
