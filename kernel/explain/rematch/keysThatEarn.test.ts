// The printed score of a driver tells which of the keys that it shows were asked for.
import { expect, it } from 'vitest'
import { ImportedDictionary } from '../../importers/index.ts'
import { doubtfulKeys, keysThatEarn } from './keysThatEarn.ts'

/** Points as the HID family gives them, in small. */
function points(keys: ReadonlySet<string>): number {
  const vendor = keys.has('VendorID') ? 5000 + (keys.has('ProductID') ? 1000 : 0) : 0
  const place = keys.has('Transport') ? 1000 + (keys.has('LocationID') ? 2000 : 0) : 0
  return vendor + place + (keys.has('DeviceUsagePairs') ? 1200 : 0)
}

const shown = new ImportedDictionary(['LocationID', 'IOClass'], [1, 'PearKeys'])
const keys = ['VendorID', 'ProductID', 'Transport', 'LocationID', 'DeviceUsagePairs']
const asked = (printed: number): string[] => [...keysThatEarn(keys, printed, points) ?? ['none']].toSorted()

it('finds the fewest keys that earn the score', () => {
  expect(asked(1200)).toEqual(['DeviceUsagePairs'])
  expect(asked(7200)).toEqual(['DeviceUsagePairs', 'ProductID', 'VendorID'])
  expect(asked(1000)).toEqual(['Transport'])
  expect(asked(0)).toEqual([])
})

it('takes those that come nearest below, when the personality had points of its own', () => {
  expect(asked(1201)).toEqual(['DeviceUsagePairs'])
  expect(asked(-5)).toEqual(['none'])
})

it('doubts keys that are named like properties, vendor and product first', () => {
  expect(doubtfulKeys(shown, ['IOClass', 'LocationID', 'VendorID'])).toEqual(['LocationID'])
  const both = new ImportedDictionary(['Transport', 'VendorID'], ['USB', 1])
  expect(doubtfulKeys(both, ['Transport', 'VendorID'])).toEqual(['VendorID', 'Transport'])
})
