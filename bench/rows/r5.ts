import { OSDictionary, OSNumber, OSSymbol } from '../../kernel/libkern/index.ts'
import { Simulation } from '../../kernel/sim/index.ts'
import { repeat, type Row } from '../Row.ts'

const KEYS = 32
const GETS = 5_000_000

export const r5: Row = {
  id: 'R5', title: `property table get, ${KEYS} interned keys, ${GETS / 1e6} M gets`, maxRatio: 1.2,
  ours: {
    name: 'OSDictionary.getObject',
    measure: () => new Simulation(1).enter(() => {
      const keys = Array.from({ length: KEYS }, (_, i) => OSSymbol.withCString(`property-${i}`))
      const table = OSDictionary.withCapacity(KEYS)
      for (const [i, key] of keys.entries()) table.setObject(key, OSNumber.withNumber(i, 32))
      return repeat(7, () => {
        let found = 0
        for (let i = 0; i < GETS; i++) if (table.getObject(keys[i & (KEYS - 1)]!) !== null) found++
        return String(found)
      })
    }),
  },
  peer: {
    name: 'bare Map.get, object keys',
    measure: () => {
      const keys = Array.from({ length: KEYS }, (_, i) => ({ name: `property-${i}` }))
      const table = new Map(keys.map((key, i) => [key, { value: i }]))
      return repeat(7, () => {
        let found = 0
        for (let i = 0; i < GETS; i++) if (table.get(keys[i & (KEYS - 1)]!) !== undefined) found++
        return String(found)
      })
    },
  },
}
