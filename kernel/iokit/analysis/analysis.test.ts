import { describe, expect, it } from 'vitest'
import { inWorld, anOwner as owner } from '../../../test/support/workLoopStory.ts'
import { kIOReturnSuccess } from '../../abi/index.ts'
import { defineMetaClass, OSObject, registerClasses, type OSMetaClass } from '../../libkern/index.ts'
import { msgbufText, popFrame, pushFrame } from '../../mach/index.ts'
import type { KernelThread } from '../../sim/index.ts'
import { IOCommandGate, IOFilterInterruptEventSource, IOWorkLoop } from '../workloop/index.ts'
import { gateDiagnostics } from './index.ts'

class Disk extends OSObject {
  static override readonly metaClass: OSMetaClass = defineMetaClass('Disk', Disk, OSObject)
}

class Bus extends OSObject {
  static override readonly metaClass: OSMetaClass = defineMetaClass('Bus', Bus, OSObject)
}

/** Two loops, named after their drivers. */
function twoLoops(): [IOWorkLoop, IOWorkLoop] {
  registerClasses('test', [Disk.metaClass, Bus.metaClass])
  const loops: [IOWorkLoop, IOWorkLoop] = [IOWorkLoop.workLoop(), IOWorkLoop.workLoop()]
  for (const [loop, driver] of [[loops[0], new Disk()], [loops[1], new Bus()]] as const) {
    loop.addEventSource(IOCommandGate.commandGate(driver))
  }
  return loops
}

/** Closes one gate inside the other, in a function of that name. */
function* nested(symbol: string, outer: IOWorkLoop, inner: IOWorkLoop, pause: () => KernelThread): KernelThread {
  const depth = pushFrame({ bundle: 'org.test', symbol, offset: 0 })
  yield* outer.closeGate()
  yield* pause()
  yield* inner.runAction(() => {})
  outer.openGate()
  popFrame(depth)
}

describe('gates of work loops', () => {
  it('closed in opposite orders are told with both stacks, though nobody hangs yet, and once', () => {
    inWorld(function* ({ spawn, sleepMs }) {
      const [disk, bus] = twoLoops()
      spawn(nested('Disk::write', disk, bus, () => sleepMs(1)))
      yield* sleepMs(10)
      expect(gateDiagnostics()).toEqual([])
      for (let i = 0; i < 2; i++) {
        spawn(nested('Bus::reset', bus, disk, () => sleepMs(1)))
        yield* sleepMs(10)
      }
      expect(gateDiagnostics()).toMatchObject([{
        kind: 'gateOrder',
        stacks: [
          { thread: 'other (5)', holds: 'gate of Bus', waitsFor: 'gate of Disk', frames: ['org.test Bus::reset'] },
          { thread: 'other (4)', holds: 'gate of Disk', waitsFor: 'gate of Bus', frames: ['org.test Disk::write'] },
        ],
      }])
      expect(msgbufText()).toContain('IOWorkLoop: gates closed in opposite orders: other (5) closes gate of Disk '
        + 'inside gate of Bus, but other (4) closed gate of Bus inside gate of Disk\n')
    })
  })

  it('that wait for each other are told at the moment the circle closes, with every stack', () => {
    inWorld(function* ({ spawn, sleepMs }) {
      const [disk, bus] = twoLoops()
      spawn(nested('Disk::write', disk, bus, () => sleepMs(2)))
      spawn(nested('Bus::reset', bus, disk, () => sleepMs(5)))
      yield* sleepMs(4)
      expect(gateDiagnostics()).toEqual([])
      yield* sleepMs(2)
      const found = gateDiagnostics().filter(({ kind }) => kind === 'deadlock')
      expect(found).toHaveLength(1)
      expect(found[0]!.summary).toBe('IOWorkLoop: deadlock: other (5) holds gate of Bus and waits for '
        + 'gate of Disk; other (4) holds gate of Disk and waits for gate of Bus')
      expect(found[0]!.stacks.map(({ frames }) => frames)).toEqual([['org.test Bus::reset'], ['org.test Disk::write']])
      expect(Math.floor(found[0]!.timeNs / 1e6)).toBe(5)
    })
  })

  it('closed in one order, in turn, or by tryCloseGate are no trouble', () => {
    inWorld(function* ({ spawn, sleepMs }) {
      const [disk, bus] = twoLoops()
      for (let i = 0; i < 3; i++) spawn(nested('Disk::write', disk, bus, () => sleepMs(1)))
      yield* sleepMs(20)
      yield* bus.runAction(() => {
        expect(disk.tryCloseGate()).toBe(true)
        disk.openGate()
      })
      yield* disk.closeGate()
      yield* bus.closeGate()
      disk.openGate()
      bus.openGate()
      yield* bus.runAction(() => {})
      expect([gateDiagnostics(), disk.inGate(), bus.inGate()]).toEqual([[], false, false])
    })
  })

  it('are forgotten with their loops', () => {
    inWorld(function* ({ spawn, sleepMs }) {
      const [disk, bus] = twoLoops()
      spawn(nested('Disk::write', disk, bus, () => sleepMs(1)))
      yield* sleepMs(5)
      disk.release()
      yield* sleepMs(1)
      const [again] = twoLoops()
      spawn(nested('Bus::reset', bus, again, () => sleepMs(1)))
      yield* sleepMs(5)
      expect(gateDiagnostics()).toEqual([])
    })
  })
})

describe('at interrupt level', () => {
  const atInterruptLevel = (act: (gate: IOCommandGate, loop: IOWorkLoop) => unknown): (() => void) => () => {
    inWorld(function* ({ world, sleepMs }) {
      const loop = IOWorkLoop.workLoop()
      const gate = IOCommandGate.commandGate(owner())
      loop.addEventSource(gate)
      world.scheduler.events.schedule({ queueSlot: -1, fire: () => void act(gate, loop) }, 5e5)
      yield* loop.runAction(() => sleepMs(1))
    })
  }
  const BLOCKED = 'thread_invoke: preemption_level 1, possible cause: blocking while holding a spinlock, or within '
    + 'interrupt context'

  it('runAction, closeGate and commandSleep panic when they are called, not when they would run', () => {
    expect(atInterruptLevel((gate) => gate.runAction(() => kIOReturnSuccess))).toThrow(BLOCKED)
    expect(atInterruptLevel((_gate, loop) => loop.runAction(() => {}))).toThrow(BLOCKED)
    expect(atInterruptLevel((_gate, loop) => loop.closeGate())).toThrow(BLOCKED)
    expect(atInterruptLevel((gate) => gate.commandSleep('event')))
      .toThrow('invalid commandSleep while not holding the gate')
  })

  it('a filter that sleeps is a panic', () => {
    const filter = function* (): KernelThread<boolean> {
      yield
      return true
    } as unknown as () => boolean
    expect(atInterruptLevel(() => {
      new IOFilterInterruptEventSource(owner(), { action: () => {}, filter }).interruptOccurred(null, 0)
    })).toThrow(BLOCKED)
  })
})
