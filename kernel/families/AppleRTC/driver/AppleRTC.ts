import { IOService } from '../../../iokit/service/index.ts'
import { defineMetaClass, type OSMetaClass } from '../../../libkern/index.ts'
import { IOLog, inb, outb } from '../../../mach/index.ts'
import { wait, type KernelThread } from '../../../sim/index.ts'

/** MC146818A: index and data port, and the registers of the date. */
const PORT_INDEX = 0x70
const PORT_DATA = 0x71
const Register = { seconds: 0x00, minutes: 0x02, hours: 0x04, day: 0x07, month: 0x08, year: 0x09, d: 0x0d,
  century: 0x32 } as const
const VALID_RAM_AND_TIME = 1 << 7

/** A clock that keeps time while the machine is off. */
export class IORTC extends IOService {
  static override readonly metaClass: OSMetaClass =
    defineMetaClass('IORTC', IORTC, IOService, { abstract: true })
}

/** A date as the clock chip shows it. */
export interface ClockDate {
  readonly year: number
  readonly month: number
  readonly day: number
  readonly hours: number
  readonly minutes: number
  readonly seconds: number
}

/** Drives the CMOS clock. */
export class AppleRTC extends IORTC {
  static override readonly metaClass: OSMetaClass = defineMetaClass('AppleRTC', AppleRTC, IORTC)

  /** Matching thread. Publishes the resource that the rest of the system waits for. */
  override *start(provider: IOService): KernelThread<boolean> {
    if (!(yield* wait(super.start(provider)))) return false
    if ((read(Register.d) & VALID_RAM_AND_TIME) === 0) IOLog('AppleRTC: the battery is empty\n')
    const { year, month, day, hours, minutes, seconds } = this.readDate()
    const joined = (values: number[], mark: string): string =>
      values.map((value) => String(value).padStart(2, '0')).join(mark)
    IOLog(`AppleRTC: ${joined([year, month, day], '-')} ${joined([hours, minutes, seconds], ':')} UTC\n`)
    this.registerService()
    IOService.publishResource('IORTC')
    return true
  }

  /** The date now. Any thread. */
  readDate(): ClockDate {
    return {
      year: readBcd(Register.century) * 100 + readBcd(Register.year),
      month: readBcd(Register.month), day: readBcd(Register.day),
      hours: readBcd(Register.hours), minutes: readBcd(Register.minutes), seconds: readBcd(Register.seconds),
    }
  }
}

function read(register: number): number {
  outb(PORT_INDEX, register)
  return inb(PORT_DATA)
}

function readBcd(register: number): number {
  const value = read(register)
  return (value >> 4) * 10 + (value & 15)
}
