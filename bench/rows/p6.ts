import {
  OSSerialize, osNumber, toOSDictionary, type OSDictionary, type PlainValue,
} from '../../kernel/libkern/index.ts'
import { Simulation } from '../../kernel/sim/index.ts'
import { SIZES } from '../data/files.ts'
import { makeTree, type Entry, type Plain } from '../data/generate.ts'
import { repeat, type Measurement, type Row } from '../Row.ts'
import { jsonParse } from './plist.ts'

/** What xnu's own serialisers cost per tree in units of JSON.parse, measured once: the goal is 0.8 of it. */
const XNU_XML = 2.05
const XNU_BINARY = 0.97

function kernelValue(value: Plain): PlainValue {
  if (typeof value === 'number' || typeof value === 'bigint') return osNumber(value, 64)
  if (value instanceof Map) return new Map([...value].map(([key, item]) => [key, kernelValue(item)]))
  return Array.isArray(value) ? value.map(kernelValue) : value
}

function tables(entry: Entry, into: OSDictionary[]): OSDictionary[] {
  const pairs = new Map([...entry.properties].map(([key, value]) => [key, kernelValue(value)]))
  pairs.set('IORegistryEntryName', entry.name)
  pairs.set('IOObjectClass', entry.className)
  pairs.set('IORegistryEntryID', osNumber(entry.id, 64))
  into.push(toOSDictionary(pairs))
  for (const child of entry.children) tables(child, into)
  return into
}

/** The property tables of mb10's entries written one by one, as the registry is read. */
function writing(make: () => OSSerialize): Measurement {
  return new Simulation(1).enter(() => {
    const all = tables(makeTree(SIZES.mb10), [])
    return repeat(15, () => {
      let sizeBytes = 0
      for (const table of all) {
        const serializer = make()
        if (!table.serialize(serializer)) throw new Error('refused')
        sizeBytes += serializer.getBytesNoCopy().length
        serializer.release()
      }
      if (sizeBytes < all.length * 800) throw new Error(`only ${sizeBytes} bytes`)
      return null
    }, 3)
  })
}

function perEntry(id: string, form: string, maxRatio: number, make: () => OSSerialize): Row {
  return {
    id, title: `OSSerialize ${form} of ${SIZES.mb10} entries, one by one`, maxRatio,
    ours: { name: 'OSSerialize', measure: () => writing(make) }, peer: jsonParse('mb10'),
  }
}

export const p6 = perEntry('P6', 'XML', 0.8 * XNU_XML, () => OSSerialize.withCapacity(4096))
export const p6b = perEntry('P6B', 'indexed binary', 0.8 * XNU_BINARY,
  () => OSSerialize.binaryWithCapacity(4096, undefined, true))
