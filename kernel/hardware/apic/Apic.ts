import { assert, type TimedEvent } from '../../sim/index.ts'
import { DeviceModel, type ResetPhase } from '../DeviceModel.ts'
import { guestError } from '../HardwareLog.ts'
import { INTERRUPT_LATENCY_NS, InterruptLine, type InterruptSink } from '../InterruptLine.ts'
import type { AccessWidth, MmioDevice } from '../memory/MmioDevice.ts'
import { LocalVectors } from './LocalVectors.ts'

/** Where firmware places the first I/O APIC. */
export const IO_APIC_BASE = 0xfec00000
export const IO_APIC_BYTES = 0x1000
/** Messages to this range are interrupts for the processor (Intel SDM 3A, 11.11.1). */
export const MSI_WINDOW_BASE = 0xfee00000
export const MSI_WINDOW_BYTES = 0x100000

const Register = {
  select: 0x00, window: 0x10, eoi: 0x40,
  id: 0x00, version: 0x01, arbitration: 0x02, redirection: 0x10,
} as const

/** Bits of the low half of a redirection entry (82093AA 3.2.4). */
const Entry = {
  vector: 0xff, deliveryStatus: 1 << 12, polarity: 1 << 13, remoteIrr: 1 << 14,
  level: 1 << 15, masked: 1 << 16,
} as const
const READ_ONLY_BITS = Entry.deliveryStatus | Entry.remoteIrr
const ENTRY_RESET = Entry.masked

/**
 * An I/O APIC and the local APIC's vector state of the one virtual processor. Inputs are lines of the
 * machine;
 * messages (MSI) name their vector themselves. Delivery happens in a timed event, highest vector first.
 * The end-of-interrupt that osfmk's entry code writes is implied when the sink returns.
 */
export class Apic extends DeviceModel implements MmioDevice {
  readonly inputs: readonly InterruptLine[]
  private readonly low: Uint32Array
  private readonly high: Uint32Array
  private select = 0
  private id = 0
  private readonly vectors = new LocalVectors()
  /** Inputs whose level was delivered and not yet ended. */
  private inService = 0
  private sink: InterruptSink | null = null
  private readonly delivery: TimedEvent = {
    queueSlot: -1, eventName: 'APIC delivery', fire: () => this.deliver(),
  }

  constructor(name: string, readonly inputCount = 24) {
    super(name)
    assert(inputCount >= 1 && inputCount <= 240, 'an I/O APIC has 1 to 240 inputs')
    this.low = new Uint32Array(inputCount).fill(ENTRY_RESET)
    this.high = new Uint32Array(inputCount)
    this.inputs = Array.from({ length: inputCount }, (_, input) => {
      const line = new InterruptLine()
      line.connect((asserted) => this.lineChanged(input, asserted))
      return line
    })
  }

  /** Connects the processor. */
  connect(sink: InterruptSink): void {
    this.sink = sink
  }

  read(offset: number, widthBytes: AccessWidth): number {
    if (widthBytes !== 4) guestError(this.name, `${widthBytes}-byte read`)
    if (offset === Register.select) return this.select
    return offset === Register.window ? this.readIndirect(this.select) : 0
  }

  write(offset: number, widthBytes: AccessWidth, value: number): void {
    if (widthBytes !== 4) guestError(this.name, `${widthBytes}-byte write`)
    if (offset === Register.select) this.select = value & 0xff
    else if (offset === Register.window) this.writeIndirect(this.select, value)
    else if (offset === Register.eoi) this.endOfInterrupt(value & 0xff)
    else guestError(this.name, `write to reserved offset 0x${offset.toString(16)}`)
  }

  /** A message-signalled interrupt: bits 7..0 of the data are the vector. */
  message(_address: number, data: number): void {
    const vector = data & 0xff
    if (vector < 16) {
      guestError(this.name, `message with illegal vector ${vector}`)
      return
    }
    this.raise(vector)
  }

  override reset(phase: ResetPhase): void {
    if (phase !== 'hold') return
    this.low.fill(ENTRY_RESET)
    this.high.fill(0)
    this.select = 0
    this.id = 0
    this.vectors.clear()
    this.inService = 0
    this.clock.events.cancel(this.delivery)
  }

  /** The redirection table in plain form, for views and dumps. */
  redirections(): { input: number; vector: number; level: boolean; masked: boolean; asserted: boolean }[] {
    return this.inputs.map((line, input) => {
      const entry = this.low[input]!
      return {
        input, vector: entry & Entry.vector, level: (entry & Entry.level) !== 0,
        masked: (entry & Entry.masked) !== 0, asserted: line.asserted,
      }
    })
  }

  private readIndirect(register: number): number {
    if (register === Register.id || register === Register.arbitration) return (this.id << 24) >>> 0
    if (register === Register.version) return ((this.inputCount - 1) << 16) | 0x20
    const input = (register - Register.redirection) >> 1
    if (input < 0 || input >= this.inputCount) return 0
    return (register & 1) === 0 ? this.low[input]! : this.high[input]!
  }

  private writeIndirect(register: number, value: number): void {
    if (register === Register.id) {
      this.id = (value >>> 24) & 0xf
      return
    }
    const input = (register - Register.redirection) >> 1
    if (input < 0 || input >= this.inputCount) {
      guestError(this.name, `write to reserved register 0x${register.toString(16)}`)
      return
    }
    if ((register & 1) === 1) {
      this.high[input] = value
      return
    }
    let entry = (value & ~READ_ONLY_BITS) | (this.low[input]! & READ_ONLY_BITS)
    if ((entry & Entry.level) === 0 && (entry & Entry.remoteIrr) !== 0) {
      entry &= ~Entry.remoteIrr
      this.inService--
    }
    this.low[input] = entry
    if ((entry & Entry.level) !== 0) this.evaluateLevel(input)
  }

  private lineChanged(input: number, asserted: boolean): void {
    const entry = this.low[input]!
    if ((entry & Entry.level) !== 0) this.evaluateLevel(input)
    else if (asserted && (entry & Entry.masked) === 0) this.raise(entry & Entry.vector)
  }

  private evaluateLevel(input: number): void {
    const entry = this.low[input]!
    if ((entry & (Entry.masked | Entry.remoteIrr)) !== 0 || !this.inputs[input]!.asserted) return
    this.low[input] = entry | Entry.remoteIrr
    this.inService++
    this.raise(entry & Entry.vector)
  }

  private raise(vector: number): void {
    this.vectors.add(vector)
    if (this.delivery.queueSlot === -1) {
      this.clock.events.schedule(this.delivery, this.clock.nowNs + INTERRUPT_LATENCY_NS)
    }
  }

  private deliver(): void {
    for (let vector = this.vectors.takeHighest(); vector >= 0; vector = this.vectors.takeHighest()) {
      this.sink?.interrupt(vector)
      this.endOfInterrupt(vector)
    }
  }

  private endOfInterrupt(vector: number): void {
    for (let input = 0; this.inService > 0 && input < this.inputCount; input++) {
      const entry = this.low[input]!
      if ((entry & Entry.remoteIrr) === 0 || (entry & Entry.vector) !== vector) continue
      this.low[input] = entry & ~Entry.remoteIrr
      this.inService--
      this.evaluateLevel(input)
    }
  }
}
