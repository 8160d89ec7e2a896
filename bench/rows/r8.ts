import { OSArray, OSSerialize, toOSDictionary } from '../../kernel/libkern/index.ts'
import { Simulation } from '../../kernel/sim/index.ts'
import { repeat, type Measurement, type Row } from '../Row.ts'
import { matching } from './r1.ts'

const ENTRIES = 500

/**
 * One serialisation of a tree of `count` entries, as the registry's own have them; strings and numbers
 * differ.
 */
function serialising(count: number, isBinary: boolean): Measurement {
  return new Simulation(1).enter(() => {
    const tree = OSArray.withCapacity(count)
    for (let i = 0; i < count; i++) {
      tree.adopt(toOSDictionary({
        IOObjectClass: `Class${i % 17}`, IORegistryEntryName: `entry${i}`, IORegistryEntryID: i + 0x100000100,
        flags: i % 2 === 0, list: [i, `item-${i}`, { nested: i * 3 }], data: Uint8Array.of(i, i >> 8, 3, 4),
      }))
    }
    return repeat(9, () => {
      const serializer = isBinary ? OSSerialize.binaryWithCapacity(4096) : OSSerialize.withCapacity(4096)
      if (!tree.serialize(serializer)) throw new Error('refused')
      if (serializer.getBytes().length < count * 100) throw new Error('too short')
      serializer.release()
      return null
    })
  })
}

function linearity(id: string, title: string, measure: (scale: number) => Measurement): Row {
  return {
    id, title: `linearity: ${title}`, maxRatio: 12,
    ours: { name: 'ten times as much', measure: () => measure(10) },
    peer: { name: 'the same, once', measure: () => measure(1) },
  }
}

export const r8 = linearity('R8', `OSSerialize XML of ${ENTRIES} entries`,
  (scale) => serialising(ENTRIES * scale, false))
export const r8b = linearity('R8B', `OSSerialize binary of ${ENTRIES} entries`,
  (scale) => serialising(ENTRIES * scale, true))
export const r8m = linearity('R8M', 'catalogue match of 400 nubs', (scale) => matching(400 * scale, 1_000))
