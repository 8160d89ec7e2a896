import { assert, type TimedEvent } from '../../sim/index.ts'
import { DeviceModel, type RegisterGroup, type ResetPhase } from '../DeviceModel.ts'
import { INTERRUPT_LATENCY_NS, InterruptLine, type InterruptSink } from '../InterruptLine.ts'
import { RegisterFile, type RegisterDefinition } from '../RegisterFile.ts'

/** Size of the register window of the first AIC. */
export const AIC_BYTES = 0x8000
export const AIC_MAX_INTERRUPTS = 1024

/** Event word: type in bits 31..16, number in bits 15..0 (as public drivers for aic,1 read it). */
export const AicEventType = { none: 0, interrupt: 1, ipi: 4 } as const
export const AicIpi = { other: 1, self: 2 } as const

const WORDS = AIC_MAX_INTERRUPTS / 32

type Name =
  | 'INFO' | 'CONFIG' | 'WHOAMI' | 'EVENT' | 'IPI_SEND' | 'IPI_ACK' | 'IPI_MASK_SET' | 'IPI_MASK_CLR'
  | 'TARGET_CPU' | 'SW_SET' | 'SW_CLR' | 'MASK_SET' | 'MASK_CLR' | 'HW_STATE'

/**
 * Apple's first interrupt controller (`aic,1`). Reading EVENT takes the lowest pending, unmasked interrupt
 * and
 * masks it; the handler unmasks when done. Lines are levels; a message is latched until its event is read.
 */
export class Aic extends DeviceModel {
  readonly inputs: readonly InterruptLine[]
  readonly registers: RegisterFile<Name>
  private readonly level = new Int32Array(WORDS)
  private readonly latched = new Int32Array(WORDS)
  private readonly software = new Int32Array(WORDS)
  private readonly masked = new Int32Array(WORDS).fill(-1)
  private ipiPending = 0
  private ipiMask = 0
  private sink: InterruptSink | null = null
  private readonly delivery: TimedEvent = {
    queueSlot: -1, eventName: 'AIC delivery', fire: () => this.deliver(),
  }

  constructor(name: string, readonly interruptCount: number) {
    super(name)
    assert(interruptCount > 0 && interruptCount <= AIC_MAX_INTERRUPTS, 'an AIC has 1 to 1024 interrupts')
    this.inputs = Array.from({ length: interruptCount }, (_, input) => {
      const line = new InterruptLine()
      line.connect((asserted) => this.lineChanged(input, asserted))
      return line
    })
    this.registers = new RegisterFile(name, AIC_BYTES, this.table())
  }

  /** Connects the processor. */
  connect(sink: InterruptSink): void {
    this.sink = sink
  }

  /** An edge on `input` that no line holds: a PCIe message. Latched until its event is read. */
  message(input: number): void {
    assert(input >= 0 && input < this.interruptCount, `${this.name} has no interrupt ${input}`)
    this.latched[input >> 5]! |= 1 << (input & 31)
    this.updateInterrupt()
  }

  override registerGroups(): readonly RegisterGroup[] {
    return [{ title: 'AIC', file: this.registers }]
  }

  override reset(phase: ResetPhase): void {
    if (phase !== 'hold') return
    this.registers.resetAll()
    this.masked.fill(-1)
    this.latched.fill(0)
    this.software.fill(0)
    this.ipiPending = 0
    this.ipiMask = 0
    this.clock.events.cancel(this.delivery)
  }

  private table(): Record<Name, RegisterDefinition> {
    const bits = (offset: number, rest: Partial<RegisterDefinition>): RegisterDefinition =>
      ({ offset, count: WORDS, access: 'rw', ...rest })
    return {
      INFO: {
        offset: 0x0004, access: 'ro', reset: this.interruptCount, fields: { NR_IRQ: { low: 0, width: 16 } },
      },
      CONFIG: { offset: 0x0010, reset: 0x1, fields: { ENABLE: { low: 0, width: 1 } } },
      WHOAMI: { offset: 0x2000, access: 'ro', reset: 0 },
      EVENT: { offset: 0x2004, access: 'ro', read: () => this.takeEvent(),
        fields: { NUMBER: { low: 0, width: 16 }, TYPE: { low: 16, width: 16 } } },
      IPI_SEND: { offset: 0x2008, access: 'wo', write: (value) => this.sendIpi(value) },
      IPI_ACK: { offset: 0x200c, access: 'wo', write: (value) => this.acknowledgeIpi(value) },
      IPI_MASK_SET: { offset: 0x2024, read: () => this.ipiMask, write: (value) => this.maskIpi(value, true) },
      IPI_MASK_CLR: {
        offset: 0x2028, read: () => this.ipiMask, write: (value) => this.maskIpi(value, false),
      },
      TARGET_CPU: { offset: 0x3000, count: AIC_MAX_INTERRUPTS, reset: 1 },
      SW_SET: bits(0x4000, {
        read: (word) => this.software[word]!, write: (value, _f, word) => this.setSoftware(word, value),
      }),
      SW_CLR: bits(0x4080, {
        read: (word) => this.software[word]!, write: (value, _f, word) => this.clearSoftware(word, value),
      }),
      MASK_SET: bits(0x4100, { reset: 0xffffffff, read: (word) => this.masked[word]!,
        write: (value, _former, word) => this.setMask(word, value) }),
      MASK_CLR: bits(0x4180, { reset: 0xffffffff, read: (word) => this.masked[word]!,
        write: (value, _former, word) => this.clearMask(word, value) }),
      HW_STATE: bits(0x4200, { access: 'ro', read: (word) => this.level[word]! | this.latched[word]! }),
    }
  }

  private takeEvent(): number {
    if ((this.ipiPending & ~this.ipiMask) !== 0) {
      const kind = (this.ipiPending & ~this.ipiMask & 1) !== 0 ? AicIpi.other : AicIpi.self
      this.ipiMask |= kind
      return (AicEventType.ipi << 16) | kind
    }
    for (let word = 0; word < WORDS; word++) {
      const bits = this.pending(word)
      if (bits === 0) continue
      const bit = 31 - Math.clz32(bits & -bits)
      this.masked[word]! |= 1 << bit
      this.latched[word]! &= ~(1 << bit)
      return (AicEventType.interrupt << 16) | (word * 32 + bit)
    }
    return 0
  }

  private pending(word: number): number {
    return (this.level[word]! | this.latched[word]! | this.software[word]!) & ~this.masked[word]!
  }

  private anyPending(): boolean {
    if ((this.ipiPending & ~this.ipiMask) !== 0) return true
    for (let word = 0; word < WORDS; word++) if (this.pending(word) !== 0) return true
    return false
  }

  private lineChanged(input: number, asserted: boolean): void {
    const bit = 1 << (input & 31)
    if (asserted) {
      this.level[input >> 5]! |= bit
      this.updateInterrupt()
    } else {
      this.level[input >> 5]! &= ~bit
    }
  }

  private setSoftware(word: number, value: number): void {
    this.software[word]! |= value
    this.updateInterrupt()
  }

  private clearSoftware(word: number, value: number): void {
    this.software[word]! &= ~value
  }

  private setMask(word: number, value: number): void {
    this.masked[word]! |= value
  }

  private clearMask(word: number, value: number): void {
    this.masked[word]! &= ~value
    this.updateInterrupt()
  }

  private sendIpi(value: number): void {
    if ((value & 0x80000000) !== 0) this.ipiPending |= AicIpi.self
    if ((value & 0x7fffffff) !== 0) this.ipiPending |= AicIpi.other
    this.updateInterrupt()
  }

  private acknowledgeIpi(value: number): void {
    if ((value & 0x80000000) !== 0) this.ipiPending &= ~AicIpi.self
    if ((value & 1) !== 0) this.ipiPending &= ~AicIpi.other
  }

  private maskIpi(value: number, on: boolean): void {
    const kinds = ((value & 1) !== 0 ? AicIpi.other : 0) | ((value & 0x80000000) !== 0 ? AicIpi.self : 0)
    this.ipiMask = on ? this.ipiMask | kinds : this.ipiMask & ~kinds
    this.updateInterrupt()
  }

  /** Derives the processor's interrupt line from state. */
  private updateInterrupt(): void {
    if (this.delivery.queueSlot !== -1 || !this.anyPending()) return
    this.clock.events.schedule(this.delivery, this.clock.nowNs + INTERRUPT_LATENCY_NS)
  }

  private deliver(): void {
    if (!this.anyPending()) return
    this.sink?.interrupt(0)
    this.updateInterrupt()
  }
}
