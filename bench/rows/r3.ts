import {
  gIOServicePlane, InitIOKit, initializeIOKit, IOResources, IOService, IOUserResources, StartIOKitMatching,
} from '../../kernel/iokit/index.ts'
import { scheduler, Simulation } from '../../kernel/sim/index.ts'
import { addPersonalities, BenchMatchedDriver, makeNub, registerBenchClasses } from '../rigs/matchingWorld.ts'
import { repeat, type Measurement, type Row } from '../Row.ts'
import { jsonParse } from './r1.ts'

const NUBS = 2_000
const PERSONALITIES = 1_000

/** A world whose boot is over: root, resources, catalogue, a notification for every driver that starts. */
function bootedWorld(): { world: Simulation; root: IOService; notified: { count: number } } {
  const world = new Simulation(1)
  const notified = { count: 0 }
  const root = world.enter(() => {
    registerBenchClasses()
    initializeIOKit({
      kernelVersion: 'bench', osBuild: '24A1', bootArgs: '', timeoutExtensions: 1, hasDaemon: false,
    })
    const made = new IOService()
    made.init()
    InitIOKit(made)
    IOResources.resources().release()
    IOUserResources.resources().release()
    StartIOKitMatching()
    addPersonalities(PERSONALITIES, PERSONALITIES, 'BenchMatchedDriver')
    const published = IOService.serviceMatching('BenchPCIDevice')
    IOService.addMatchingNotification('IOServiceFirstMatch', published, () => {
      notified.count++
      return true
    })
    scheduler().run(Infinity, 1_000_000)
    return made
  })
  return { world, root, notified }
}

/**
 * Creates, attaches and registers every nub and runs until the whole tree is quiet; then takes it down,
 * untimed.
 */
function publish(): Measurement {
  const first = bootedWorld()
  let kept = first
  return repeat(7, () => {
    kept = bootedWorld()
    return kept.world.enter(() => {
      for (let index = 0; index < NUBS; index++) {
        const nub = makeNub(index)
        nub.attach(kept.root)
        nub.registerService()
        nub.release()
      }
      scheduler().run(Infinity, Infinity)
      const isQuiet = kept.root.getBusyState() === 0 && kept.notified.count > 0
      if (!isQuiet) throw new Error('the tree is not quiet')
      const nubs = kept.root.clients().filter((client) => client.inPlane(gIOServicePlane))
      const drivers = nubs.reduce((sum, nub) => sum + nub.clients().length, 0)
      const { metaClass } = BenchMatchedDriver
      if (drivers < NUBS || metaClass.getInstanceCount() < drivers) throw new Error('too few started')
      return null
    })
  })
}

export const r3: Row = {
  id: 'R3', title: `publish ${NUBS} nubs: attach, register, match, start, notify, quiet`, maxRatio: 11,
  ours: { name: 'registerService to quiet', measure: publish },
  peer: { ...jsonParse, name: 'JSON.parse(mb10), which is R1 at its goal' },
}
