import { DeviceModel, RegisterFile, type RegisterGroup, type ResetPhase } from '../../../hardware/index.ts'
import { HPET_BYTES, HPET_CONFIG_ENABLE, HPET_PERIOD_FS, HpetRegister } from '../registers.ts'

type Name = 'CAPABILITIES' | 'PERIOD' | 'CONFIG' | 'STATUS' | 'COUNTER'

const VENDOR_INTEL = 0x8086
const TIMERS = 8
const COUNTER_64_BIT = 1 << 13

/** The high precision event timer: its main counter. The comparators are fixed at zero timers armed. */
export class Hpet extends DeviceModel {
  readonly registers: RegisterFile<Name>
  /** Counter value when it was last started or written, and the time of that. */
  private base = 0
  private baseTimeNs = 0

  constructor(name: string) {
    super(name)
    this.registers = new RegisterFile<Name>(name, HPET_BYTES, {
      CAPABILITIES: { offset: HpetRegister.capabilities, access: 'ro',
        reset: (VENDOR_INTEL * 0x10000 + (((TIMERS - 1) << 8) | COUNTER_64_BIT | 1)) >>> 0 },
      PERIOD: { offset: HpetRegister.period, access: 'ro', reset: HPET_PERIOD_FS },
      CONFIG: { offset: HpetRegister.config, writable: 3,
        write: (value, former) => this.configure(value, former) },
      STATUS: { offset: HpetRegister.status, access: 'w1c' },
      COUNTER: { offset: HpetRegister.counter, width: 64, read: (_, half) => this.counterHalf(half) },
    })
  }

  override registerGroups(): readonly RegisterGroup[] {
    return [{ title: 'HPET', file: this.registers }]
  }

  override reset(phase: ResetPhase): void {
    if (phase !== 'hold') return
    this.registers.resetAll()
    this.base = 0
    this.baseTimeNs = this.clock.nowNs
  }

  /** The main counter now. */
  counter(): number {
    if ((this.registers.get('CONFIG') & HPET_CONFIG_ENABLE) === 0) return this.base
    return this.base + Math.floor(((this.clock.nowNs - this.baseTimeNs) * 1_000_000) / HPET_PERIOD_FS)
  }

  private configure(value: number, former: number): void {
    if (((value ^ former) & HPET_CONFIG_ENABLE) === 0) return
    const stopped = (value & HPET_CONFIG_ENABLE) === 0
    if (stopped) {
      this.base += Math.floor(((this.clock.nowNs - this.baseTimeNs) * 1_000_000) / HPET_PERIOD_FS)
    }
    this.baseTimeNs = this.clock.nowNs
  }

  private counterHalf(half: number): number {
    const value = this.counter()
    return half === 0 ? value % 4294967296 : Math.floor(value / 4294967296)
  }
}
