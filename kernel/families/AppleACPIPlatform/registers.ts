/** High precision event timer (IA-PC HPET specification 1.0a, 2.3). */
export const HPET_BASE = 0xfed00000
export const HPET_BYTES = 0x400
export const HpetRegister =
  { capabilities: 0x00, period: 0x04, config: 0x10, status: 0x20, counter: 0xf0 } as const
export const HPET_CONFIG_ENABLE = 1 << 0
/** Femtoseconds per tick of the 14.31818 MHz oscillator. */
export const HPET_PERIOD_FS = 69_841_279

/** CMOS clock (MC146818A). */
export const RTC_PORT = 0x70
export const RTC_PORT_BYTES = 2
export const RtcRegister = {
  seconds: 0x00, minutes: 0x02, hours: 0x04, dayOfWeek: 0x06, dayOfMonth: 0x07, month: 0x08, year: 0x09,
  a: 0x0a, b: 0x0b, d: 0x0d, century: 0x32,
} as const
export const RTC_B_24_HOURS = 1 << 1
export const RTC_B_SET = 1 << 7
export const RTC_D_VALID = 1 << 7
