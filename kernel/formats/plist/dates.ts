import { civilFromDays, daysFromCivil } from '../calendar.ts'

const secondsPerDay = 86400
/** Days from 1970-01-01 to 2001-01-01. */
const epochDays = 11323

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
