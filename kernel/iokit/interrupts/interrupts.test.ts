import { describe, expect, it } from 'vitest'
import { installPlainMemory } from '../../../test/support/machStory.ts'
import { inWorld } from '../../../test/support/workLoopStory.ts'
import {
  kIOReturnNoInterrupt, kIOReturnNoResources, kIOReturnSuccess, kIOReturnUnsupported,
} from '../../abi/index.ts'
import {
  defineMetaClass, fromOSObject, OSSymbol, registerClasses, toOSObject, type OSMetaClass,
} from '../../libkern/index.ts'
import { IOBufferMemoryDescriptor, kIODirectionInOut } from '../memory/index.ts'
import {
  ELEMENT_BYTES, IA_GET_CHANNEL_ID, kIOReportCopyChannelData, kIOReportEnable, kPMCurrStateChID,
} from '../reporting/index.ts'
import { IOService } from '../service/index.ts'
import {
  IOFilterInterruptEventSource, IOInterruptEventSource, IOWorkLoop, kIOInterruptTypeEdge, kIOInterruptTypeLevel,
} from '../workloop/index.ts'
import { atOnce, wait } from '../../sim/index.ts'
import {
  IOInterruptController, IOPCIMessagedInterruptController, registerInterruptController, type IOInterruptVector,
} from './index.ts'

/** A controller whose lines are wires of the story: what is enabled, what is asserted. */
class Wires extends IOInterruptController {
  static override readonly metaClass: OSMetaClass = defineMetaClass('Wires', Wires, IOInterruptController)
  type = kIOInterruptTypeEdge
  canBeShared = false
  readonly log: string[] = []
  readonly through = new Set<number>()

  /** The wire is pulled: an interrupt, if its input is open. */
  pull(vector = 0): void {
    if (this.through.has(vector)) this.handleInterrupt(vector)
  }

  protected override vectorCanBeShared(): boolean {
    return this.canBeShared
  }

  protected override getVectorType(): number {
    return this.type
  }

  protected override enableVector({ vectorNumber }: IOInterruptVector): void {
    this.through.add(vectorNumber)
    this.log.push(`on ${vectorNumber}`)
  }

  protected override disableVectorHard({ vectorNumber }: IOInterruptVector): void {
    this.through.delete(vectorNumber)
    this.log.push(`off ${vectorNumber}`)
  }
}

class Nub extends IOService {
  static override readonly metaClass: OSMetaClass = defineMetaClass('Nub', Nub, IOService)
}

/** A nub whose interrupts are vectors of the controller named `wires`. */
function nubOf(...vectors: number[]): Nub {
  const nub = new Nub()
  nub.init()
  nub.setName('nub')
  nub.setProperty('IOInterruptControllers', toOSObject(vectors.map(() => OSSymbol.withCString('wires'))))
  nub.setProperty('IOInterruptSpecifiers', toOSObject(vectors.map((vector) => Uint8Array.of(vector, 0, 0, 0))))
  return nub
}

function makeWires(type = kIOInterruptTypeEdge): Wires {
  registerClasses('test', [Wires.metaClass, Nub.metaClass])
  const wires = new Wires()
  wires.init()
  wires.type = type
  registerInterruptController('wires', wires)
  return wires
}

/** What a worked example does with a source before the work loop runs, and in its action. */
interface Case {
  readonly name: string
  readonly type?: number
  readonly filter?: (source: IOFilterInterruptEventSource, nth: number) => boolean
  readonly before: (pull: () => void, source: IOInterruptEventSource) => void
  readonly during?: (pull: () => void) => void
  readonly counts: number[]
  /** Whether the next interrupt reaches the filter. */
  readonly isOpen: boolean
}

const thrice = (pull: () => void): void => {
  for (let i = 0; i < 3; i++) pull()
}

const LEVEL = kIOInterruptTypeLevel
const CASES: Case[] = [
  { name: 'edge, filter true three times', before: thrice, counts: [3], isOpen: true },
  { name: 'edge, filter true, false, true', filter: (_, nth) => nth !== 2, before: thrice, counts: [2], isOpen: true },
  { name: 'level, line stays asserted', type: LEVEL, before: thrice, counts: [1], isOpen: true },
  { name: 'level, filter false', type: LEVEL, filter: () => false, before: thrice, counts: [], isOpen: true },
  {
    name: 'edge, three before and two during the action', before: thrice, counts: [3, 2], isOpen: true,
    during: (pull) => [pull(), pull()],
  },
  {
    name: 'level, disabled before the loop runs', type: LEVEL, counts: [1], isOpen: false,
    before: (pull, source) => [pull(), source.disable()],
  },
  {
    name: 'edge, two pending, disabled before the loop runs', counts: [2], isOpen: false,
    before: (pull, source) => [pull(), pull(), source.disable()],
  },
  {
    name: 'edge, the filter counts by itself', before: thrice, counts: [3], isOpen: true,
    filter: (source) => {
      source.signalInterrupt()
      return false
    },
  },
]

describe('a filter source, interrupts before its loop runs (worked example 7)', () => {
  it.each(CASES)('$name', ({ type, filter, before, during, counts, isOpen }) => {
    inWorld(function* ({ sleepMs }) {
      const wires = makeWires(type)
      const nub = nubOf(0)
      const loop = IOWorkLoop.workLoop()
      const got: number[] = []
      let nth = 0
      const source = atOnce(IOFilterInterruptEventSource.filterInterruptEventSource(nub, {
        action: (_owner, _sender, count) => {
          if (got.push(count) === 1) during?.(() => wires.pull())
        },
        filter: (_owner, sender) => {
          nth++
          return filter?.(sender, nth) ?? true
        },
      }, nub))!
      loop.addEventSource(source)
      source.enable()
      before(() => wires.pull(), source)
      yield* sleepMs(1)
      loop.signalWorkAvailable()
      yield* sleepMs(1)
      expect(got).toEqual(counts)
      const asked = nth
      wires.pull()
      expect(nth > asked).toBe(isOpen)
    })
  })

  it('without a provider: two calls are one action of two, and disabling changes nothing', () => {
    const got: number[] = []
    inWorld(function* ({ sleepMs }) {
      const owner = new Nub()
      const action = (_owner: unknown, _sender: unknown, count: number): void => void got.push(count)
      const source = IOInterruptEventSource.interruptEventSource(owner, action)!
      IOWorkLoop.workLoop().addEventSource(source)
      source.interruptOccurred(null, 0)
      source.disable()
      source.interruptOccurred(null, 0)
      yield* sleepMs(1)
      expect([source.isEnabled(), source.getIntIndex()]).toEqual([true, -1])
    })
    expect(got).toEqual([2])
  })

  it('before it has a loop, an interrupt is a fault at address zero', () => {
    expect(() => inWorld(function* () {
      IOInterruptEventSource.interruptEventSource(new Nub(), () => {})!.interruptOccurred(null, 0)
    })).toThrow(/page-fault at 0x0000000000000000/u)
  })
})

describe('IOInterruptEventSource', () => {
  it('registers in its making and again whenever it comes into a loop, complemented in between', () => {
    inWorld(function* () {
      makeWires()
      const nub = nubOf(0)
      const loop = IOWorkLoop.workLoop()
      const make = (index: number): IOInterruptEventSource | null =>
        atOnce(IOInterruptEventSource.interruptEventSource(nub, () => {}, nub, index))
      const source = make(0)!
      expect([make(0), make(1), make(-1)]).toEqual([null, null, null])
      loop.addEventSource(source)
      loop.removeEventSource(source)
      expect(source.getIntIndex()).toBe(-1)
      const other = make(0)!
      loop.addEventSource(source)
      expect([source.getIntIndex(), other.getIntIndex()]).toEqual([-1, 0])
    })
  })
})

describe('IOInterruptController', () => {
  it('needs one enable for any number of disables, and masks only when the next interrupt comes', () => {
    inWorld(function* () {
      const wires = makeWires()
      const nub = nubOf(5)
      let handled = 0
      nub.registerInterrupt(0, nub, () => void handled++)
      nub.enableInterrupt(0)
      for (let i = 0; i < 3; i++) nub.disableInterrupt(0)
      wires.pull(5)
      wires.pull(5)
      nub.enableInterrupt(0)
      wires.pull(5)
      expect([handled, wires.log]).toEqual([1, ['on 5', 'off 5', 'on 5']])
    })
  })

  it('lets who asks for it sleep until its controller is there, and then has it at hand', () => {
    inWorld(function* ({ spawn, nowMs, sleepMs }) {
      registerClasses('test', [Wires.metaClass, Nub.metaClass])
      const [nub, other] = [nubOf(4), nubOf(5)]
      const told: unknown[] = []
      spawn((function* () {
        const source = yield* wait(IOInterruptEventSource.interruptEventSource(nub, () => {}, nub))
        told.push([nowMs(), source?.getIntIndex()])
      })())
      spawn((function* () {
        const result = yield* wait(other.registerInterrupt(0, other, () => {}))
        told.push([nowMs(), result])
      })())
      yield* sleepMs(5)
      expect([told, nub.enableInterrupt(0)]).toEqual([[], kIOReturnNoInterrupt])
      registerInterruptController('somebody else', new Wires())
      yield* sleepMs(5)
      expect(told).toEqual([])
      makeWires()
      yield* sleepMs(1)
      expect([told, nub.enableInterrupt(0)]).toEqual([[[10, 0], [10, kIOReturnSuccess]], kIOReturnSuccess])
    })
  })

  it('says why an interrupt is not there', () => {
    inWorld(function* () {
      makeWires()
      const [bare, nub] = [new Nub(), nubOf(1)]
      bare.init()
      const orphan = nubOf(1)
      orphan.setProperty('IOInterruptControllers', toOSObject(['nobody']))
      const handler = (): void => {}
      expect([
        bare.registerInterrupt(0, bare, handler), nub.enableInterrupt(0), nub.registerInterrupt(1, nub, handler),
        nub.registerInterrupt(-1, nub, handler), orphan.registerInterrupt(0, orphan, handler),
        nub.registerInterrupt(0, nub, handler), nub.registerInterrupt(0, nub, handler),
        nub.unregisterInterrupt(0), nub.unregisterInterrupt(0),
      ]).toEqual([
        kIOReturnNoResources, kIOReturnNoInterrupt, kIOReturnNoInterrupt,
        kIOReturnNoInterrupt, kIOReturnNoResources,
        kIOReturnSuccess, kIOReturnNoResources, kIOReturnSuccess, kIOReturnSuccess,
      ])
    })
  })
})

describe('IOSharedInterruptController', () => {
  it('opens the line while all clients are enabled, and closes it at the next interrupt (worked example 7)', () => {
    inWorld(function* () {
      const wires = makeWires(LEVEL)
      wires.canBeShared = true
      const [a, b] = [nubOf(0), nubOf(0)]
      const log: unknown[] = []
      for (const [name, nub] of [['a', a], ['b', b]] as const) nub.registerInterrupt(0, nub, () => log.push(name))
      const step = (change: () => unknown): void => {
        change()
        log.push(wires.through.has(0))
      }
      step(() => a.enableInterrupt(0))
      step(() => b.enableInterrupt(0))
      step(() => b.disableInterrupt(0))
      step(() => wires.pull())
      step(() => wires.pull())
      step(() => b.enableInterrupt(0))
      step(() => wires.pull())
      expect(log).toEqual([false, true, true, 'a', true, false, true, 'a', 'b', true])
    })
  })

  it('takes an enabled client over as it is, has 128 places, and gives free ones again', () => {
    inWorld(function* () {
      const wires = makeWires(LEVEL)
      wires.canBeShared = true
      const first = nubOf(0)
      let handled = 0
      first.registerInterrupt(0, first, () => void handled++)
      first.enableInterrupt(0)
      const others = Array.from({ length: 127 }, () => nubOf(0))
      const register = (nub: Nub): number => atOnce(nub.registerInterrupt(0, nub, () => {}))
      expect(new Set(others.map(register))).toEqual(new Set([kIOReturnSuccess]))
      expect(register(nubOf(0))).toBe(kIOReturnNoResources)
      for (const nub of others) nub.unregisterInterrupt(0)
      wires.pull()
      expect([handled, wires.through.has(0)]).toEqual([1, true])
      expect(register(nubOf(0))).toBe(kIOReturnSuccess)
    })
  })
})

describe('IOPCIMessagedInterruptController', () => {
  const makeMessages = (count = 16): IOPCIMessagedInterruptController => {
    registerClasses('test', [IOPCIMessagedInterruptController.metaClass, Nub.metaClass])
    const controller = new IOPCIMessagedInterruptController()
    const messageFor = (data: number): { address: bigint; data: number } => ({ address: 0n, data })
    controller.initWithVectors({ name: 'wires', first: 0, count, messageFor })
    return controller
  }

  it('makes up once for messages before the first enable, and delivers after disable (worked example 7)', () => {
    inWorld(function* () {
      const controller = makeMessages()
      const nub = nubOf(3)
      const log: string[] = []
      nub.registerInterrupt(0, nub, () => log.push('handled'))
      controller.handleInterrupt(3)
      controller.handleInterrupt(3)
      log.push('enable')
      nub.enableInterrupt(0)
      nub.disableInterrupt(0)
      log.push('message')
      controller.handleInterrupt(3)
      expect(log).toEqual(['enable', 'handled', 'message', 'handled'])
      expect(nub.registerInterrupt(0, nub, () => {})).toBe(kIOReturnNoResources)
    })
  })

  it('gives vectors in runs aligned by a mask (worked example 7)', () => {
    inWorld(function* () {
      const some = makeMessages()
      expect([some.allocateVectors(4), some.allocateVectors(2)]).toEqual([0, 4])
      some.freeVectors(0, 4)
      expect([8, 8, 4, 8, 4, 2, 1].map((count) => some.allocateVectors(count)))
        .toEqual([8, null, 0, null, null, 6, null])
      const three = makeMessages()
      expect([three.allocateVectors(3), three.allocateVectors(3)]).toEqual([0, 5])
      expect(fromOSObject(three.getProperty('MSIFree')!)).toBe(10)
    })
  })

  it('tells entries that share a vector apart by their pending bits, and a sole handler is entry 0', () => {
    inWorld(function* () {
      const controller = makeMessages()
      const nub = nubOf(7, 7, 7)
      const message = { firstSource: 0, entryCount: 3, handlerCount: 1, pendingBits: () => pending }
      let pending = 0n
      controller.shareMessage(7, message)
      const log: string[] = []
      const register = (source: number): number =>
        atOnce(nub.registerInterrupt(source, nub, (_, at) => log.push(`entry ${at}`)))
      expect([register(0), register(0)]).toEqual([kIOReturnSuccess, kIOReturnNoResources])
      nub.enableInterrupt(0)
      controller.handleInterrupt(7)
      expect([register(2), log]).toEqual([kIOReturnSuccess, ['entry 0']])
      message.handlerCount = 2
      controller.handleInterrupt(7)
      pending = 0b111n
      controller.handleInterrupt(7)
      log.push('enable 2')
      nub.enableInterrupt(2)
      pending = 0b100n
      controller.handleInterrupt(7)
      expect(log).toEqual(['entry 0', 'entry 0', 'enable 2', 'entry 2', 'entry 2'])
      nub.unregisterInterrupt(2)
      controller.handleInterrupt(7)
      expect([log.length, register(2)]).toEqual([5, kIOReturnSuccess])
    })
  })

  it('tells MSI-X by both bits', () => {
    inWorld(function* () {
      makeMessages()
      const nub = nubOf(0, 1)
      nub.setProperty('IOInterruptSpecifiers', toOSObject([
        Uint8Array.of(0, 0, 0, 0, 0, 0, 1, 0), Uint8Array.of(1, 0, 0, 0, 0, 0, 3, 0),
      ]))
      expect([0, 1].map((source) => atOnce(nub.getInterruptType(source)).type)).toEqual([0x10000, 0x30000])
    })
  })
})

describe('interrupt statistics of a nub', () => {
  it('count handlers, actions and their time by index, and go on under the next source', () => {
    inWorld(function* ({ sleepMs }) {
      installPlainMemory()
      const wires = makeWires()
      const nub = nubOf(0, 1)
      nub.attach(null)
      const loop = IOWorkLoop.workLoop()
      const run = function* (): Generator<void, void, 0 | 1 | 2 | 3> {
        const actions = { action: () => sleepMs(2), filter: () => true }
        const source = atOnce(IOFilterInterruptEventSource.filterInterruptEventSource(nub, actions, nub, 1))!
        loop.addEventSource(source)
        source.enable()
        wires.pull(1)
        wires.pull(1)
        yield* sleepMs(10)
        loop.removeEventSource(source)
        source.release()
      }
      yield* run()
      yield* run()
      const channels = [0, 1, 2, 3, 4].map((statistic) => ({ channel_id: IA_GET_CHANNEL_ID(1, statistic) }))
      const [asked, told] = [{ value: 0 }, { value: 0 }]
      const buffer = IOBufferMemoryDescriptor.withOptions(kIODirectionInOut, 4096)!
      buffer.setLength(0)
      nub.configureReport(channels, kIOReportEnable, asked, null)
      expect(nub.updateReport(channels, kIOReportCopyChannelData, told, buffer)).toBe(kIOReturnSuccess)
      const bytes = new Uint8Array(told.value * ELEMENT_BYTES)
      buffer.readBytes(0, bytes)
      const view = new DataView(bytes.buffer)
      const values = channels.map((_, row) => Number(view.getBigInt64(row * ELEMENT_BYTES + 32, true)))
      expect([asked.value, told.value, ...values.slice(0, 4)]).toEqual([5, 5, 4, 2, 1200, 4000])
      expect(values[4]).toBeGreaterThan(4e6)
      expect(nub.updateReport([{ channel_id: kPMCurrStateChID }], 1, told, buffer)).toBe(kIOReturnUnsupported)
      const legend = (fromOSObject(nub.getProperty('IOReportLegend')!) as Map<string, unknown>[])[0]!
      expect([legend.get('IOReportGroupName'), legend.get('IOReportSubGroupName')])
        .toEqual(['Interrupt Statistics (by index)', 'nub 1'])
      expect(() => nub.removeInterruptStatistics(1)).toThrow('removeInterruptStatistics called for empty index 1')
      expect(() => nub.removeInterruptStatistics(9))
        .toThrow('removeInterruptStatistics called for index 9, which was never registered')
    })
  })
})
