import { pciMatcher } from '../../kernel/families/IOPCIFamily/driver/pciMatching.ts'
import { gIOCatalogue, IOService, type FamilyMatcher } from '../../kernel/iokit/index.ts'
import {
  defineMetaClass, OSArray, registerClasses, toOSDictionary, type OSMetaClass, type PlainValue,
} from '../../kernel/libkern/index.ts'

export class BenchPCIDevice extends IOService {
  static override readonly metaClass: OSMetaClass =
    defineMetaClass('BenchPCIDevice', BenchPCIDevice, IOService)
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
  static override readonly metaClass: OSMetaClass =
    defineMetaClass('BenchUSBDevice', BenchUSBDevice, IOService)
}
class BenchNamedDevice extends IOService {
  static override readonly metaClass: OSMetaClass =
    defineMetaClass('BenchNamedDevice', BenchNamedDevice, IOService)
}
class BenchMedia extends IOService {
  static override readonly metaClass: OSMetaClass = defineMetaClass('BenchMedia', BenchMedia, IOService)
}
/** Drives anything that a personality names it for. */
export class BenchMatchedDriver extends IOService {
  static override readonly metaClass: OSMetaClass =
    defineMetaClass('BenchMatchedDriver', BenchMatchedDriver, IOService)
}
const nubClasses = [BenchPCIDevice, BenchUSBDevice, BenchNamedDevice, BenchMedia]
const hex = (value: number): string => `0x${value.toString(16).padStart(8, '0')}`

/** Makes the classes known. Once per world. */
export function registerBenchClasses(): void {
  registerClasses('bench', [...nubClasses, BenchMatchedDriver].map(({ metaClass }) => metaClass))
}

/**
 * 40 % PCI, 30 % USB by vendor and product, 20 % by name, 10 % media: as a big kernel collection has them.
 * From `foreignFrom` on they name devices that no nub is: other vendors' drivers, as installed ones mostly
 * are.
 */
function personality(index: number, ioClass: string, isForeign: boolean): { [key: string]: PlainValue } {
  const IOProbeScore = (index * 7919) % 5000
  const common = { IOClass: ioClass, IOProbeScore, IOMatchCategory: `category-${index}` }
  const kind = index % 10
  const far = isForeign ? 1000 : 0
  if (kind < 4) {
    const [intel, nvidia] = [((index % 300) + far) << 16, ((index % 77) + far) << 16]
    const match = `${hex(intel | 0x8086)} ${hex(nvidia | 0x10de)}`
    const byClass = `${hex(((index % 50) << 24) >>> 0)}&0xff000000`
    const key = kind === 3 && !isForeign ? { IOPCIClassMatch: byClass } : { IOPCIMatch: match }
    return { ...common, IOProviderClass: 'BenchPCIDevice', ...key }
  }
  if (kind < 7) {
    return {
      ...common, IOProviderClass: 'BenchUSBDevice',
      IOPropertyMatch: { idVendor: (index % 40) + far, idProduct: index % 90 },
    }
  }
  if (kind < 9) {
    const names = [`name-${(index % 60) + far}`, `other-${(index % 35) + far}`]
    return { ...common, IOProviderClass: 'BenchNamedDevice', IONameMatch: names }
  }
  return {
    ...common, IOProviderClass: 'BenchMedia',
    IOPropertyMatch: { 'Content Hint': `content-${(index % 9) + far}` },
  }
}

/** Fills the catalogue; those beyond `ownCount` are for devices that are not there. */
export function addPersonalities(count: number, ownCount = count, ioClass: string | null = null): void {
  const table = OSArray.withCapacity(count)
  for (let i = 0; i < count; i++) {
    table.adopt(toOSDictionary(personality(i, ioClass ?? `Driver${i}`, i >= ownCount)))
  }
  gIOCatalogue().addDrivers(table, false)
  table.release()
}

/** One nub of the four kinds, in the same shares as the personalities. */
export function makeNub(index: number): IOService {
  const kind = index % 10
  const Made = nubClasses[kind < 4 ? 0 : kind < 7 ? 1 : kind < 9 ? 2 : 3]!
  const service: IOService = new Made()
  service.init()
  if (service instanceof BenchPCIDevice) {
    const vendor = index % 3 === 0 ? 0x10de : 0x8086
    service.words = [(((index % 320) << 16) | vendor) >>> 0, ((index % 60) << 24) >>> 0, 0]
  } else if (kind < 7) {
    service.setProperty('idVendor', index % 40)
    service.setProperty('idProduct', index % 90)
  } else if (kind < 9) service.setName(`name-${index % 80}`)
  else service.setProperty('Content Hint', `content-${index % 12}`)
  return service
}

/** All candidates of all nubs, in order: what R1 counts. */
export function matchAll(nubs: readonly IOService[]): number {
  const catalogue = gIOCatalogue()
  let found = 0
  for (const service of nubs) found += catalogue.findCandidates(service).length
  return found
}
