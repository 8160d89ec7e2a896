import { expect, test } from 'vitest'
import { Simulation } from '../../../sim/index.ts'
import { HPET_CONFIG_ENABLE, HpetRegister, RTC_B_24_HOURS, RTC_B_SET, RtcRegister } from '../registers.ts'
import { CmosRtc } from './CmosRtc.ts'
import { Hpet } from './Hpet.ts'

/** Goal: the CMOS clock shows the date of power-on plus virtual time, and runs on from what software sets. */
test('the CMOS clock keeps and takes time', () => {
  const simulation = new Simulation(1)
  simulation.enter(() => {
    const rtc = new CmosRtc('rtc')
    const get = (index: number): string => {
      rtc.write(0, 1, index)
      return rtc.read(1, 1).toString(16)
    }
    const set = (index: number, value: number): void => {
      rtc.write(0, 1, index)
      rtc.write(1, 1, value)
    }
    simulation.scheduler.run(65_000_000_000, 10)
    expect([RtcRegister.century, RtcRegister.year, RtcRegister.month, RtcRegister.dayOfMonth,
      RtcRegister.hours,
      RtcRegister.minutes, RtcRegister.seconds, RtcRegister.dayOfWeek].map(get))
      .toEqual(['20', '23', '11', '24', '9', '1', '5', '6'])
    set(RtcRegister.b, RTC_B_24_HOURS | RTC_B_SET)
    set(RtcRegister.hours, 0x23)
    set(RtcRegister.b, RTC_B_24_HOURS)
    simulation.scheduler.run(simulation.scheduler.nowNs + 3_600_000_000_000, 10)
    expect([RtcRegister.dayOfMonth, RtcRegister.hours, RtcRegister.minutes].map(get)).toEqual(['25', '0',
      '1'])
  })
})

/** Goal: the HPET's main counter counts its own period while enabled and stands still otherwise. */
test('the main counter runs while it is enabled', () => {
  const simulation = new Simulation(1)
  simulation.enter(() => {
    const hpet = new Hpet('hpet')
    hpet.reset('hold')
    simulation.scheduler.run(1_000_000, 10)
    expect(hpet.counter()).toBe(0)
    hpet.registers.write(HpetRegister.config, 4, HPET_CONFIG_ENABLE)
    simulation.scheduler.run(1_001_000_000, 10)
    expect(hpet.counter()).toBe(14_318_179)
    hpet.registers.write(HpetRegister.config, 4, 0)
    simulation.scheduler.run(2_000_000_000, 10)
    expect(hpet.counter()).toBe(14_318_179)
  })
})
