import { civilFromDays, daysFromCivil, type CivilDate } from '../../../formats/index.ts'
import { DeviceModel, type AccessWidth, type MmioDevice } from '../../../hardware/index.ts'
import { RTC_B_24_HOURS, RTC_B_SET, RTC_D_VALID, RtcRegister } from '../registers.ts'

/** Seconds from 1970 at which every virtual machine is switched on: 24 November 2023, 09:00 UTC. */
export const POWER_ON_SECONDS = 1_700_816_400

/** The CMOS clock and its 128 bytes of battery-backed memory, by index and data port. Times are BCD. */
export class CmosRtc extends DeviceModel implements MmioDevice {
  private index = 0
  private readonly cells = new Uint8Array(128)
  /** What software has added to the time by setting the clock. */
  private offsetSeconds = 0

  constructor(name: string) {
    super(name)
    this.cells[RtcRegister.a] = 0x26
    this.cells[RtcRegister.b] = RTC_B_24_HOURS
    this.cells[RtcRegister.d] = RTC_D_VALID
  }

  read(offset: number, _widthBytes: AccessWidth): number {
    return offset === 0 ? 0xff : this.cell(this.index)
  }

  write(offset: number, _widthBytes: AccessWidth, value: number): void {
    if (offset === 0) this.index = value & 0x7f
    else this.store(this.index, value & 0xff)
  }

  /** Seconds from 1970 that the clock shows now. */
  nowSeconds(): number {
    return POWER_ON_SECONDS + this.offsetSeconds + Math.floor(this.clock.nowNs / 1_000_000_000)
  }

  private cell(index: number): number {
    if (index > RtcRegister.year && index !== RtcRegister.century) return this.cells[index]!
    if ((this.cells[RtcRegister.b]! & RTC_B_SET) !== 0) return this.cells[index]!
    const date = clockTime(this.nowSeconds())
    switch (index) {
      case RtcRegister.seconds: return bcd(date.second)
      case RtcRegister.minutes: return bcd(date.minute)
      case RtcRegister.hours: return bcd(date.hour)
      case RtcRegister.dayOfWeek: return date.dayOfWeek + 1
      case RtcRegister.dayOfMonth: return bcd(date.day)
      case RtcRegister.month: return bcd(date.month)
      case RtcRegister.year: return bcd(date.year % 100)
      case RtcRegister.century: return bcd(Math.floor(date.year / 100))
      default: return this.cells[index]!
    }
  }

  private store(index: number, value: number): void {
    const setting = (this.cells[RtcRegister.b]! & RTC_B_SET) !== 0
    if (index === RtcRegister.b && (value & RTC_B_SET) !== 0 && !setting) this.freeze()
    this.cells[index] = value
    if (index === RtcRegister.b && (value & RTC_B_SET) === 0 && setting) this.thaw()
  }

  /** SET was written: the time registers hold what they show. */
  private freeze(): void {
    for (const index of TIME_REGISTERS) this.cells[index] = this.cell(index)
  }

  /** SET was cleared: the time runs on from what the registers hold. */
  private thaw(): void {
    const value = (index: number): number => (this.cells[index]! >> 4) * 10 + (this.cells[index]! & 15)
    const year = value(RtcRegister.century) * 100 + value(RtcRegister.year)
    const days = daysFromCivil(year, value(RtcRegister.month), value(RtcRegister.dayOfMonth))
    const wanted = ((days * 24 + value(RtcRegister.hours)) * 60 + value(RtcRegister.minutes)) * 60
      + value(RtcRegister.seconds)
    this.offsetSeconds += wanted - this.nowSeconds()
  }
}

const TIME_REGISTERS = [
  RtcRegister.seconds, RtcRegister.minutes, RtcRegister.hours, RtcRegister.dayOfWeek, RtcRegister.dayOfMonth,
  RtcRegister.month, RtcRegister.year, RtcRegister.century,
]

function bcd(value: number): number {
  return (Math.floor(value / 10) << 4) | value % 10
}

interface ClockTime extends CivilDate {
  readonly hour: number
  readonly minute: number
  readonly second: number
  readonly dayOfWeek: number
}

/** Date and time of a number of seconds from 1970. */
function clockTime(seconds: number): ClockTime {
  const days = Math.floor(seconds / 86_400)
  const rest = seconds - days * 86_400
  return {
    ...civilFromDays(days),
    hour: Math.floor(rest / 3600),
    minute: Math.floor(rest / 60) % 60,
    second: rest % 60,
    dayOfWeek: (days + 4) % 7,
  }
}
