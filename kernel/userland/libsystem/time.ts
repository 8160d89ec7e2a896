import { civilFromDays, daysFromCivil } from '../../formats/index.ts'
import { scheduler } from '../../sim/index.ts'
import { userland } from './userlandState.ts'

const SECONDS_PER_DAY = 86_400
const DAYS_LONG = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday']
const MONTHS_LONG = [
  'January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October', 'November',
  'December',
]

/** A point of the calendar in UTC, the machine's time zone. */
export interface CalendarTime {
  readonly year: number
  /** 1 to 12. */
  readonly month: number
  readonly day: number
  readonly hour: number
  readonly minute: number
  readonly second: number
  /** 0 is Sunday. */
  readonly weekday: number
  /** 1 to 366. */
  readonly yearday: number
}

/** Seconds since 1970 at the virtual time `nowNs`. */
export function wallClockSeconds(nowNs = scheduler().nowNs): number {
  return userland().bootEpochSeconds + Math.floor(nowNs / 1e9)
}

/** Breaks seconds since 1970 down into the civil calendar. */
export function calendarTime(epochSeconds: number): CalendarTime {
  const days = Math.floor(epochSeconds / SECONDS_PER_DAY)
  const seconds = epochSeconds - days * SECONDS_PER_DAY
  const { year, month, day } = civilFromDays(days)
  return {
    year,
    month,
    day,
    hour: Math.floor(seconds / 3600),
    minute: Math.floor(seconds / 60) % 60,
    second: seconds % 60,
    weekday: (((days + 4) % 7) + 7) % 7,
    yearday: days - daysFromCivil(year, 1, 1) + 1,
  }
}

/** strftime(3) for the conversions that have a meaning in the C locale; others are kept as they are. */
export function formatTime(format: string, epochSeconds: number): string {
  const time = calendarTime(epochSeconds)
  return format.replace(/%(.)/gs, (whole, letter: string) => conversion(letter, time, epochSeconds) ?? whole)
}

function two(value: number): string {
  return String(value).padStart(2, '0')
}

function conversion(letter: string, time: CalendarTime, epochSeconds: number): string | null {
  const sub = (format: string): string => formatTime(format, epochSeconds)
  const hour12 = time.hour % 12 === 0 ? 12 : time.hour % 12
  switch (letter) {
    case 'a': return DAYS_LONG[time.weekday]!.slice(0, 3)
    case 'A': return DAYS_LONG[time.weekday]!
    case 'b': case 'h': return MONTHS_LONG[time.month - 1]!.slice(0, 3)
    case 'B': return MONTHS_LONG[time.month - 1]!
    case 'c': return sub('%a %b %e %H:%M:%S %Y')
    case 'C': return two(Math.floor(time.year / 100))
    case 'd': return two(time.day)
    case 'D': case 'x': return sub('%m/%d/%y')
    case 'e': return String(time.day).padStart(2, ' ')
    case 'F': return sub('%Y-%m-%d')
    case 'H': return two(time.hour)
    case 'I': return two(hour12)
    case 'j': return String(time.yearday).padStart(3, '0')
    case 'k': return String(time.hour).padStart(2, ' ')
    case 'l': return String(hour12).padStart(2, ' ')
    case 'm': return two(time.month)
    case 'M': return two(time.minute)
    case 'n': return '\n'
    case 'p': return time.hour < 12 ? 'AM' : 'PM'
    case 'r': return sub('%I:%M:%S %p')
    case 'R': return sub('%H:%M')
    case 's': return String(epochSeconds)
    case 'S': return two(time.second)
    case 't': return '\t'
    case 'T': case 'X': return sub('%H:%M:%S')
    case 'u': return String(time.weekday === 0 ? 7 : time.weekday)
    case 'w': return String(time.weekday)
    case 'y': return two(time.year % 100)
    case 'Y': return String(time.year)
    case 'z': return '+0000'
    case 'Z': return 'UTC'
    case '%': return '%'
    default: return null
  }
}
