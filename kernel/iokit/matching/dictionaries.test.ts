import { describe, expect, it } from 'vitest'
import { OSString, OSSymbol, type OSDictionary } from '../../libkern/index.ts'
import { Simulation } from '../../sim/index.ts'
import { IOService } from '../index.ts'

function inWorld(body: () => void): void {
  new Simulation(1).enter(body)
}

type Maker = (table: OSDictionary | null) => OSDictionary

describe('xnu A1 IOServiceMatchingSharedPtrTests', () => {
  it('without a table each makes one, held once; given a table each answers that one', () => inWorld(() => {
    const name = OSSymbol.withCString('name')
    const value = OSSymbol.withCString('value')
    const makers: Maker[] = [
      (table) => IOService.serviceMatching('name', table), (table) => IOService.serviceMatching(name, table),
      (table) => IOService.nameMatching('name', table), (table) => IOService.nameMatching(name, table),
      (table) => IOService.resourceMatching('name', table), (table) => IOService.resourceMatching(name, table),
      (table) => IOService.propertyMatching(name, value, table),
      (table) => IOService.registryEntryIDMatching(12, table),
    ]
    for (const make of makers) {
      const table = make(null)
      expect(table.getRetainCount()).toBe(1)
      table.retain()
      expect([make(table), table.getRetainCount()]).toEqual([table, 2])
    }
  }))
})

describe('xnu A1 OSCollectionTest resourceMatching', () => {
  it('holds only strings: symbols for text, else the string itself', () => inWorld(() => {
    const name = OSString.withCString('hello')
    const [plain, own] = [IOService.resourceMatching('hello'), IOService.resourceMatching(name)]
    expect([...plain.values()].every((value) => value instanceof OSSymbol)).toBe(true)
    expect([own.getObject('IOResourceMatch'), own.getObject('IOProviderClass')])
      .toEqual([name, OSSymbol.withCString('IOResources')])
    expect(plain.isEqualTo(own)).toBe(true)
  }))
})
