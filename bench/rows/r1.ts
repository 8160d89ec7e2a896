import { pciMatcher } from '../../kernel/families/IOPCIFamily/driver/pciMatching.ts'
import { gIOCatalogue, IOService, type FamilyMatcher } from '../../kernel/iokit/index.ts'
import { defineMetaClass, OSArray, registerClasses, toOSDictionary, type OSMetaClass, type PlainValue } from '../../kernel/libkern/index.ts'
import { Simulation } from '../../kernel/sim/index.ts'
import { jsonFile } from '../data/files.ts'
import { repeat, type Row } from '../Row.ts'

const NUBS = 2_000
const PERSONALITIES = 1_000

class BenchPCIDevice extends IOService {
  static override readonly metaClass: OSMetaClass = defineMetaClass('BenchPCIDevice', BenchPCIDevice, IOService)
  readonly addsMatchScore = false
  words = [0, 0, 0]
  override getFamilyMatcher(): FamilyMatcher {
    return pciMatcher
  }
  savedConfigRead32(offset: number): number {
    return offset === 0 ? this.words[0]! : offset === 8 ? this.words[1]! : this.words[2]!
  }
}
class BenchUSBDevice extends IOService {
  static override readonly metaClass: OSMetaClass = defineMetaClass('BenchUSBDevice', BenchUSBDevice, IOService)
}
class BenchNamedDevice extends IOService {
  static override readonly metaClass: OSMetaClass = defineMetaClass('BenchNamedDevice', BenchNamedDevice, IOService)
}
class BenchMedia extends IOService {
  static override readonly metaClass: OSMetaClass = defineMetaClass('BenchMedia', BenchMedia, IOService)
}
const classes = [BenchPCIDevice, BenchUSBDevice, BenchNamedDevice, BenchMedia]
const hex = (value: number): string => `0x${value.toString(16).padStart(8, '0')}`

/** 40 % PCI, 30 % USB by vendor and product, 20 % by name, 10 % media: as a big kernel collection has them. */
function personality(index: number): { [key: string]: PlainValue } {
  const common = { IOClass: `Driver${index}`, IOProbeScore: (index * 7919) % 5000 }
  const kind = index % 10
  if (kind < 4) {
    return { ...common, IOProviderClass: 'BenchPCIDevice', ...(kind === 3
      ? { IOPCIClassMatch: `${hex(((index % 50) << 24) >>> 0)}&0xff000000` } : { IOPCIMatch: `${hex(((index % 300) << 16) | 0x8086)} ${hex(((index % 77) << 16) | 0x10de)}` }) }
  }
  if (kind < 7) return { ...common, IOProviderClass: 'BenchUSBDevice', IOPropertyMatch: { idVendor: index % 40, idProduct: index % 90 } }
  if (kind < 9) return { ...common, IOProviderClass: 'BenchNamedDevice', IONameMatch: [`name-${index % 60}`, `other-${index % 35}`] }
  return { ...common, IOProviderClass: 'BenchMedia', IOPropertyMatch: { 'Content Hint': `content-${index % 9}` } }
}

function nub(index: number): IOService {
  const kind = index % 10
  const Made = classes[kind < 4 ? 0 : kind < 7 ? 1 : kind < 9 ? 2 : 3]!
  const service: IOService = new Made()
  service.init()
  if (service instanceof BenchPCIDevice) {
    service.words = [(((index % 320) << 16) | (index % 3 === 0 ? 0x10de : 0x8086)) >>> 0, ((index % 60) << 24) >>> 0, 0]
  } else if (kind < 7) {
    service.setProperty('idVendor', index % 40)
    service.setProperty('idProduct', index % 90)
  } else if (kind < 9) service.setName(`name-${index % 80}`)
  else service.setProperty('Content Hint', `content-${index % 12}`)
  return service
}

export const r1: Row = {
  id: 'R1', title: `catalogue match, ${NUBS} nubs x ${PERSONALITIES} personalities, ordered candidates`, maxRatio: 1,
  ours: {
    name: 'IOCatalogue.findCandidates',
    measure: () => new Simulation(1).enter(() => {
      registerClasses('bench', classes.map(({ metaClass }) => metaClass))
      const table = OSArray.withCapacity(PERSONALITIES)
      for (let i = 0; i < PERSONALITIES; i++) table.adopt(toOSDictionary(personality(i)))
      gIOCatalogue().addDrivers(table, false)
      const nubs = Array.from({ length: NUBS }, (_, index) => nub(index))
      const catalogue = gIOCatalogue()
      let found = 0
      const measured = repeat(9, () => {
        found = 0
        for (const service of nubs) found += catalogue.findCandidates(service).length
        return null
      })
      process.stderr.write(`R1: ${found} candidates\n`)
      return measured
    }),
  },
  peer: {
    name: 'JSON.parse(mb10)',
    measure: () => {
      const text = jsonFile('mb10').toString('utf8')
      return repeat(9, () => {
        JSON.parse(text)
        return null
      })
    },
  },
}
