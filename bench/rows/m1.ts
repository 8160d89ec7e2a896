import { IORegistryEntry } from '../../kernel/iokit/index.ts'
import {
  OSData, OSDictionary, OSNumber, OSString, OSSymbol, type OSObject,
} from '../../kernel/libkern/index.ts'
import { Simulation } from '../../kernel/sim/index.ts'
import type { Measurement, Row } from '../Row.ts'

const OBJECTS = 1_000_000
const PROPERTIES = 27
const BUDGET_MB = 200

const usedMb = (): number => {
  globalThis.gc!()
  const { heapUsed, external } = process.memoryUsage()
  return (heapUsed + external) / 1048576
}

/**
 * Entries as a registry has them: per entry one table of 27 properties, 12 numbers, 11 strings and 4 data.
 * Counted are the objects derived from OSObject: entry, table and values; the symbols of the keys are
 * shared.
 */
function build(): { kept: OSObject[]; objects: number } {
  const keys = Array.from({ length: PROPERTIES }, (_, i) => OSSymbol.withCString(`property-${i}`))
  const kept: OSObject[] = []
  let objects = 0
  while (objects < OBJECTS) {
    const entry = new IORegistryEntry()
    const table = OSDictionary.withCapacity(PROPERTIES)
    for (const [i, key] of keys.entries()) {
      const value = i < 12 ? OSNumber.withNumber(objects + i, 64)
        : i < 23 ? OSString.withCString(`value ${i} of ${objects}`)
          : OSData.withBytes(Uint8Array.of(i, 2, 3, 4))
      table.adopt(key, value)
    }
    entry.init(table)
    table.release()
    kept.push(entry)
    objects += PROPERTIES + 2
  }
  return { kept, objects }
}

function measure(): Measurement {
  return new Simulation(1).enter(() => {
    const before = usedMb()
    const { kept, objects } = build()
    const ms = usedMb() - before
    if (kept.length * (PROPERTIES + 2) !== objects) throw new Error('miscounted')
    return { ms, minMs: ms, maxMs: ms, check: null }
  })
}

export const m1: Row = {
  id: 'M1', maxRatio: 1,
  title: `${OBJECTS / 1e6} M live objects (registry entries with ${PROPERTIES} properties each)`,
  unit: 'MB',
  ours: { name: 'live heap', measure },
  peer: {
    name: 'the budget', measure: () => ({ ms: BUDGET_MB, minMs: BUDGET_MB, maxMs: BUDGET_MB, check: null }),
  },
}
