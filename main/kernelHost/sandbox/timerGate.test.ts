import { expect, test } from 'vitest'
import { kIOReturnBadArgument, kIOReturnSuccess, kOSReturnSuccess } from '../../../kernel/abi/index.ts'
import {
  initializeIOKit, InitIOKit, IOResources, IOService, StartIOKitMatching,
} from '../../../kernel/iokit/index.ts'
import { KextSubsystem } from '../../../kernel/kext/index.ts'
import { msgbufText, task_create, thread_create, type Task } from '../../../kernel/mach/index.ts'
import { Simulation, type KernelThread } from '../../../kernel/sim/index.ts'
import * as lib from '../../../kernel/userland/IOKitLib/index.ts'
import { readSampleKexts } from '../resources.ts'
import { compartmentEvaluator } from './index.ts'

/** A world with the sample kext loaded. `ask` runs a user thread and some time after it. */
class World {
  readonly simulation = new Simulation(1)
  readonly kexts = new KextSubsystem(compartmentEvaluator)
  readonly task: Task

  constructor() {
    const { simulation } = this
    this.task = simulation.enter(() => {
      initializeIOKit({
        kernelVersion: 'Darwin', osBuild: '1A1', bootArgs: '', timeoutExtensions: 1, hasDaemon: false,
      })
      const root = new IOService()
      root.init()
      InitIOKit(root)
      this.kexts.install({ simulation, families: [], bundles: [], osVersion: '14.6.1', isIntel: true })
      IOResources.resources()
      StartIOKitMatching()
      IOService.publishResource('IOKit')
      return task_create({ pid: 400, name: 'tool', uid: 501 })
    })
    this.run(1)
    const sample = readSampleKexts().find(({ name }) => name === 'TimerGate.kext')!
    simulation.enter(() => expect(this.kexts.loadBundle(sample)).toEqual([]))
    this.run(1)
  }

  run(milliseconds: number): void {
    const { simulation, simulation: { scheduler } } = this
    simulation.enter(() => void scheduler.run(scheduler.nowNs + milliseconds * 1e6, 500_000))
  }

  ask<T>(body: KernelThread<T>): T {
    const answers: T[] = []
    this.simulation.enter(() => thread_create(this.task, 'main', (function* () {
      answers.push(yield* body)
    })()))
    this.run(1)
    expect(answers).toHaveLength(1)
    return answers[0]!
  }
}

test('Timer Gate counts behind its gate, obeys its user client, and goes when it is unloaded', () => {
  const world = new World()
  const { task } = world
  const service = world.ask(lib.IOServiceGetMatchingService(task, 0, lib.IOServiceMatching('TimerGate')))
  const { value: connect, result } = world.ask(lib.IOServiceOpen(task, service, 0))
  expect(result).toBe(kIOReturnSuccess)
  const ticks = (): readonly bigint[] =>
    world.ask(lib.IOConnectCallScalarMethod(task, connect, 0, { outputCount: 1 })).scalarOutput
  const pace = (milliseconds: bigint): number =>
    world.ask(lib.IOConnectCallScalarMethod(task, connect, 1, { input: [milliseconds] })).result
  world.run(1000)
  expect(ticks()).toEqual([10n])
  expect([pace(0n), pace(20_000n), pace(10n)]).toEqual([
    kIOReturnBadArgument, kIOReturnBadArgument, kIOReturnSuccess,
  ])
  world.run(500)
  expect(ticks()).toEqual([50n])
  const unknown = world.ask(lib.IOConnectCallScalarMethod(task, connect, 2))
  expect(unknown.result).toBe(kIOReturnBadArgument)
  world.ask(lib.IOServiceClose(task, connect))
  world.simulation.enter(() => expect(lib.IOObjectRelease(task, service)).toBe(kIOReturnSuccess))
  world.run(100)
  world.simulation.enter(() => {
    const [kext] = world.kexts.loadedKexts()
    const gate = IOService.getResourceService()!.clients().find((client) => client.getName() === 'TimerGate')!
    gate.terminate()
    expect(kext?.bundleIdentifier).toBe('org.workbench.sample.TimerGate')
  })
  world.run(100)
  world.simulation.enter(() => {
    expect(msgbufText()).toMatch(/TimerGate: stopped after \d+ ticks/u)
    expect(world.kexts.unloadKextWithIdentifier('org.workbench.sample.TimerGate')).toBe(kOSReturnSuccess)
    expect(world.kexts.loadedKexts()).toEqual([])
  })
})

test('what the libraries promise to drivers is lent', () => {
  const world = new World()
  const lent = (name: string): readonly string[] => Object.keys(world.kexts.kexts.find(name)!.lends)
  expect(lent('com.apple.kpi.iokit')).toEqual(expect.arrayContaining([
    'IOBufferMemoryDescriptor', 'IOCommandGate', 'IOCommandPool', 'IODMACommand', 'IODataQueue',
    'IOFilterInterruptEventSource', 'IOInterruptEventSource', 'IOLog', 'IOMallocPageable',
    'IOMemoryDescriptor', 'IOMemoryMap', 'IOMultiMemoryDescriptor', 'IORangeAllocator', 'IOService', 'IOSleep',
    'IOSubMemoryDescriptor',
    'IOTimerEventSource', 'IOUserClient', 'IOUserClient2022', 'IOWorkLoop', 'sendAsyncResult64',
  ]))
  expect(lent('com.apple.kpi.libkern')).toEqual(expect.arrayContaining([
    'OSArray', 'OSDictionary', 'OSDynamicCast', 'OSSerialize', 'OSUnserialize', 'OSUnserializeXML', 'strtol',
  ]))
  expect(lent('com.apple.kpi.mach')).toEqual(expect.arrayContaining([
    'clock_interval_to_deadline', 'panic', 'semaphore_create', 'semaphore_signal', 'semaphore_wait',
  ]))
})
