import { expect, it } from 'vitest'
import { findProvider } from './findProvider.ts'

const entries = [
  { id: 0x1000002b7, path: 'Root/MacBookPro12,1/AppleACPIPlatformExpert/PCI0@0/AppleACPIPCI/XHC1@14' },
  { id: 0x1000002b8, path: 'Root/MacBookPro12,1/AppleACPIPlatformExpert/PCI0@0/AppleACPIPCI/RP01@1C/ARPT@0' },
  { id: 0, path: 'Root/MacBookPro12,1/AppleACPIPlatformExpert/PCI0@0/AppleACPIPCI/RP02@1C,1/ARPT@0' },
]
const ids = (wanted: string): number[] => findProvider(entries, wanted).map(({ id }) => id)

it('finds an entry by id, by path as printed or as the kernel writes it, and by the end of a path', () => {
  expect(ids('0x1000002b7')).toEqual([0x1000002b7])
  expect(ids('4294967991')).toEqual([0x1000002b7])
  expect(ids('IOService:/AppleACPIPlatformExpert/PCI0@0/AppleACPIPCI/XHC1@14')).toEqual([0x1000002b7])
  expect(ids('XHC1@14')).toEqual([0x1000002b7])
  expect(ids('RP01@1C/ARPT@0')).toEqual([0x1000002b8])
})

it('takes names without locations where nothing else fits, and gives all that could be meant', () => {
  expect(ids('XHC1')).toEqual([0x1000002b7])
  expect(ids('RP01/ARPT')).toEqual([0x1000002b8])
  expect(ids('ARPT')).toEqual([0x1000002b8, 0])
  expect(ids('0')).toEqual([])
  expect(ids('HC1')).toEqual([])
})
