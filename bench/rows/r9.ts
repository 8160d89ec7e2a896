import {
  gIOServicePlane, InitIOKit, initializeIOKit, IOService, StartIOKitMatching,
} from '../../kernel/iokit/index.ts'
import { OSNumber, toOSDictionary } from '../../kernel/libkern/index.ts'
import { scheduler, Simulation } from '../../kernel/sim/index.ts'
import { makeNub, registerBenchClasses } from '../rigs/matchingWorld.ts'
import { repeat, type Measurement, type Row } from '../Row.ts'

const SERVICES = 2_000
const LOOKUPS = 200
const WANTED = { idVendor: 14, idProduct: 4 }

function registry(): IOService[] {
  registerBenchClasses()
  initializeIOKit({
    kernelVersion: 'bench', osBuild: '24A1', bootArgs: '', timeoutExtensions: 1, hasDaemon: false,
  })
  const root = new IOService()
  root.init()
  InitIOKit(root)
  StartIOKitMatching()
  for (let index = 0; index < SERVICES; index++) {
    const nub = makeNub(index)
    nub.attach(root)
    nub.registerService()
    nub.release()
  }
  scheduler().run(Infinity, Infinity)
  return root.clients().filter((client) => client.inPlane(gIOServicePlane))
}

function lookup(): Measurement {
  return new Simulation(1).enter(() => {
    registry()
    const table = IOService.serviceMatching('BenchUSBDevice', toOSDictionary({ IOPropertyMatch: WANTED }))
    return repeat(9, () => {
      let found = 0
      for (let i = 0; i < LOOKUPS; i++) found += IOService.getMatchingServices(table).length
      return String(found)
    })
  })
}

/**
 * Every service asked for its class by name and for both properties: what the kernel does without an
 * index.
 */
function scan(): Measurement {
  return new Simulation(1).enter(() => {
    const all = registry()
    const numberIs = (service: IOService, key: string, value: number): boolean => {
      const property = service.getProperty(key)
      return property instanceof OSNumber && property.numberValue() === value
    }
    return repeat(9, () => {
      let found = 0
      for (let i = 0; i < LOOKUPS; i++) {
        for (const service of all) {
          const isWanted = numberIs(service, 'idVendor', WANTED.idVendor)
            && numberIs(service, 'idProduct', WANTED.idProduct)
          if (isWanted && service.metaCast('BenchUSBDevice')) found++
        }
      }
      return String(found)
    })
  })
}

export const r9: Row = {
  id: 'R9', title: `${LOOKUPS} lookups by class and property among ${SERVICES} services`, maxRatio: 1,
  ours: { name: 'getMatchingServices', measure: lookup },
  peer: { name: 'a scan of all services', measure: scan },
}
