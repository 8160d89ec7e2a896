import { IORegistryEntry } from '../../kernel/iokit/index.ts'
import { OSDictionary, OSNumber, OSSymbol, type OSObject } from '../../kernel/libkern/index.ts'
import { Simulation } from '../../kernel/sim/index.ts'
import { repeat, type Row } from '../Row.ts'

const KEYS = 32
const CALLS = 2_000_000

export const r6: Row = {
  id: 'R6', title: `property set, ${KEYS} interned keys, ${CALLS / 1e6} M sets`, maxRatio: 2,
  ours: {
    name: 'IORegistryEntry.setProperty',
    measure: () => new Simulation(1).enter(() => {
      const keys = Array.from({ length: KEYS }, (_, i) => OSSymbol.withCString(`property-${i}`))
      const values = keys.map((_, i) => OSNumber.withNumber(i, 32))
      const entry = new IORegistryEntry()
      entry.init(OSDictionary.withCapacity(KEYS))
      return repeat(7, () => {
        for (let i = 0; i < CALLS; i++) {
          entry.setProperty(keys[i & (KEYS - 1)]!, values[(i + (i >> 5)) & (KEYS - 1)]!)
        }
        return String((entry.getProperty(keys[7]!) as OSNumber).numberValue())
      })
    }),
  },
  peer: {
    name: 'bare Map.set, object keys',
    measure: () => {
      const keys = Array.from({ length: KEYS }, (_, i) => ({ name: `property-${i}` }))
      const values = keys.map((_, i) => ({ value: i }))
      const table = new Map<object, { value: number }>()
      return repeat(7, () => {
        for (let i = 0; i < CALLS; i++) table.set(keys[i & (KEYS - 1)]!, values[(i + (i >> 5)) & (KEYS - 1)]!)
        return String(table.get(keys[7]!)!.value)
      })
    },
  },
}

const PAIRS = 10_000_000
const OBJECTS = 64

/** What a count must cost: two writes of a field, and the test that a released object is still there. */
class Counted {
  count = 1
  take(): void {
    this.count++
  }
  drop(): void {
    if (--this.count === 0) throw new Error('gone')
  }
}

export const r7: Row = {
  id: 'R7', title: `retain and release, ${PAIRS / 1e6} M pairs`, maxRatio: 3,
  ours: {
    name: 'OSObject.retain, release',
    measure: () => new Simulation(1).enter(() => {
      const objects: OSObject[] = Array.from({ length: OBJECTS }, (_, i) => OSNumber.withNumber(i, 32))
      return repeat(7, () => {
        for (let i = 0; i < PAIRS; i++) {
          const object = objects[i & (OBJECTS - 1)]!
          object.retain()
          object.release()
        }
        return String(objects.reduce((sum, object) => sum + object.getRetainCount(), 0))
      })
    }),
  },
  peer: {
    name: 'a field up and down',
    measure: () => {
      const objects = Array.from({ length: OBJECTS }, () => new Counted())
      return repeat(7, () => {
        for (let i = 0; i < PAIRS; i++) {
          const object = objects[i & (OBJECTS - 1)]!
          object.take()
          object.drop()
        }
        return String(objects.reduce((sum, { count }) => sum + count, 0))
      })
    },
  },
}
