import { expect, it } from 'vitest'
import { civilFromDays, daysFromCivil, type CivilDate } from './calendar.ts'

/** First and last days of all months of 800 years, counted one month after the other. */
function* monthEnds(firstDay: number): Generator<{ days: number; date: CivilDate }> {
  let days = firstDay
  for (let year = 1600; year < 2400; year++) {
    const isLeap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0)
    for (const [index, length] of [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31].entries()) {
      for (const day of [1, length]) yield { days: days + day - 1, date: { year, month: index + 1, day } }
      days += length
    }
  }
}

it('agrees with counting month after month, leap years and centuries included', () => {
  const all = [...monthEnds(-135_140)]
  expect(all.map(({ days }) => civilFromDays(days))).toEqual(all.map(({ date }) => date))
  expect(all.map(({ date }) => daysFromCivil(date.year, date.month, date.day))).toEqual(all.map(({ days }) => days))
})

it('counts from 1970, and before the year 0 as after it', () => {
  expect([daysFromCivil(1970, 1, 1), daysFromCivil(2001, 1, 1)]).toEqual([0, 11_323])
  expect(civilFromDays(daysFromCivil(-4, 2, 29))).toEqual({ year: -4, month: 2, day: 29 })
})
