const secondsPerDay = 86400
/** Days from 1970-01-01 to 2001-01-01. */
const epochDays = 11323

/** Days from 1970-01-01 to a date of the Gregorian calendar. */
function daysFromCivil(year: number, month: number, day: number): number {
  const y = month <= 2 ? year - 1 : year
  const era = Math.floor(y / 400)
  const yearOfEra = y - era * 400
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1
  return era * 146097 + yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear - 719468
}

/** `2001-01-01T00:00:00Z` as seconds since 2001; null if it is not of that form. */
export function parsePlistDate(text: string): number | null {
  const parts = /^\s*(-?\d{1,9})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)Z\s*$/.exec(text)
  if (parts === null) return null
  const [year, month, day, hour, minute, second] = parts.slice(1).map(Number) as [
    number, number, number, number, number, number,
  ]
  if (month < 1 || month > 12 || day < 1 || day > 31 || hour > 24 || minute > 59 || second > 60) return null
  const days = daysFromCivil(year, month, day) - epochDays
  return days * secondsPerDay + hour * 3600 + minute * 60 + second
}

/** Seconds since 2001 as `2001-01-01T00:00:00Z`; parts of seconds are dropped. */
export function formatPlistDate(secondsSince2001: number): string {
  const seconds = Number.isFinite(secondsSince2001) ? Math.floor(secondsSince2001) : 0
  const days = Math.floor(seconds / secondsPerDay)
  const rest = seconds - days * secondsPerDay
  const { year, month, day } = civilFromDays(days + epochDays)
  const sign = year < 0 ? '-' : ''
  const date = `${sign}${String(Math.abs(year)).padStart(4, '0')}-${two(month)}-${two(day)}`
  return `${date}T${two(Math.floor(rest / 3600))}:${two(Math.floor(rest / 60) % 60)}:${two(rest % 60)}Z`
}

function two(value: number): string {
  return value < 10 ? `0${value}` : String(value)
}

function civilFromDays(days: number): { year: number; month: number; day: number } {
  const shifted = days + 719468
  const era = Math.floor(shifted / 146097)
  const dayOfEra = shifted - era * 146097
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36524) - Math.floor(dayOfEra / 146096)) / 365,
  )
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100))
  const monthFromMarch = Math.floor((5 * dayOfYear + 2) / 153)
  const day = dayOfYear - Math.floor((153 * monthFromMarch + 2) / 5) + 1
  const month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
  return { year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day }
}
