import { describe, expect, test } from 'vitest'
import { UserStory } from '../../../test/support/userStory.ts'
import { IOKit } from '../../abi/index.ts'
import { TestDeviceMemoryUserClient } from '../../../test/support/testServices.ts'
import { OSMetaClass } from '../../libkern/index.ts'
import { physicalBus, type Task } from '../../mach/index.ts'
import {
  loadBytes, mach_port_type, storeBytes, MACH_PORT_TYPE_DEAD_NAME, MACH_PORT_TYPE_SEND,
} from '../../mach/user.ts'

const BAD_ARGUMENT = '0xe00002c2'
const UNSUPPORTED = '0xe00002c7'
const kIOMapAnywhere = 1

interface World {
  readonly story: UserStory
  readonly task: Task
  readonly connection: number
  map(type?: number, at?: number, flags?: number): unknown
  unmap(address: number, type?: number): unknown
}

function world(properties: Record<string, boolean> = {}): World {
  const story = new UserStory()
  const task = story.task('app')
  const { connection } = story.open(task, story.service('TestMapMemoryUserClient', properties))
  return {
    story, task, connection,
    map: (type = 0, at = 0, flags = kIOMapAnywhere) => {
      return story.ask(task, connection, IOKit.connect_map_memory_into_task, type, story.self(task), at, 0,
        flags)
    },
    unmap: (address, type = 0) => {
      return story.ask(task, connection, IOKit.connect_unmap_memory_from_task, type, story.self(task),
        address)
    },
  }
}

function regions({ story, task }: World): number {
  return story.do(() => task.map.list().length)
}

describe('memory of a client', () => {
  test('the same memory is mapped once, and goes with its address', () => {
    const w = world()
    const [address, size] = w.map() as [number, number]
    expect([size, w.map(), regions(w)]).toEqual([4096, [address, 4096], 1])
    w.story.do(() => storeBytes(w.task, address, Uint8Array.of(5)))
    expect([w.unmap(address + 4096), w.unmap(address), regions(w), w.unmap(address)]).toEqual([[],
      BAD_ARGUMENT, 0, BAD_ARGUMENT])
    const [again] = w.map() as [number]
    expect([...w.story.do(() => loadBytes(w.task, again, 1))!]).toEqual([5])
  })

  test('what cannot be mapped is a bad argument; what cannot be unmapped says why', () => {
    const w = world()
    const other = w.story.mainPort(w.task)
    expect([
      w.map(1), w.unmap(0x1000, 1), w.unmap(0x1000),
      w.story.ask(w.task, w.connection, IOKit.connect_map_memory_into_task, 0, other, 0, 0, 1),
      w.map(0, 0x123, 0),
    ]).toEqual([BAD_ARGUMENT, UNSUPPORTED, BAD_ARGUMENT, BAD_ARGUMENT, BAD_ARGUMENT])
  })

  test('a closed connection stands for its mappings until its last right is given up', () => {
    const w = world()
    const [address] = w.map() as [number]
    w.story.ask(w.task, w.connection, IOKit.service_close)
    const alive =
      w.story.do(() => [mach_port_type(w.task, w.connection).type, loadBytes(w.task, address, 1)?.length])
    expect(alive).toEqual([MACH_PORT_TYPE_SEND, 1])
    expect(w.story.ask(w.task, w.connection, IOKit.service_close)).toEqual([])
    expect(w.story.ask(w.task, w.connection, IOKit.connect_get_service)).toBe(BAD_ARGUMENT)
    w.story.release(w.task, w.connection)
    expect(regions(w)).toBe(0)
  })

  test('the end of the task leaves no mapping, buffer or client', () => {
    const w = world()
    w.map()
    w.story.end(w.task)
    const counts = ['IOMemoryMap', 'IOBufferMemoryDescriptor', 'TestMapMemoryUserClient',
      'IOMachPort'].map((name) => {
      return w.story.do(() => OSMetaClass.metaClassWithName(name)!.getInstanceCount())
    })
    expect(counts).toEqual([0, 0, 0, 0])
  })
})

describe('xnu map_memory_port_leak_45265408', () => {
  test.each([[{}],
    [{ Shared: true }]])('opening, mapping, unmapping and closing again and again keeps the ports flat: %j',
      (properties) => {
    const story = new UserStory()
    const task = story.task('app')
    const service = story.service('TestMapMemoryUserClient', properties)
    story.mainPort(task)
    const round = (): string => {
      const { connection } = story.open(task, service)
      const [address] = story.ask(task, connection, IOKit.connect_map_memory_into_task, 0, story.self(task),
        0, 0, 1) as [number]
      story.ask(task, connection, IOKit.connect_unmap_memory_from_task, 0, story.self(task), address)
      story.ask(task, connection, IOKit.service_close)
      story.release(task, connection)
      return JSON.stringify([story.do(() => task.space.list().length), [...story.classCounts()]])
    }
    const first = round()
    for (let i = 0; i < 30; i++) expect(round()).toBe(first)
  })

  test('a second open of a shared service gives the same connection, and a mapping has a name of its own',
    () => {
    const story = new UserStory()
    const task = story.task('app')
    const service = story.service('TestMapMemoryUserClient', { Shared: true })
    const { connection } = story.open(task, service)
    expect(story.open(task, service)).toEqual({ result: '0x0', connection })
    const before = story.do(() => task.space.list().length)
    const map = (): unknown => story.ask(task, connection, IOKit.connect_map_memory_into_task, 0,
      story.self(task), 0, 0, 1)
    const [address] = map() as [number]
    expect([map(), story.do(() => task.space.list().length)]).toEqual([[address, 4096], before + 1])
    const unmap = (): unknown => story.ask(task, connection, IOKit.connect_unmap_memory_from_task, 0,
      story.self(task), address)
    expect([unmap(), story.do(() => task.space.list().length)]).toEqual([[], before + 1])
    expect([unmap(), story.do(() => task.space.list().length)]).toEqual([[], before])
    expect(story.do(() => mach_port_type(task, connection).type)).not.toBe(MACH_PORT_TYPE_DEAD_NAME)
  })
})

test('device memory 4 KiB into a page of 16 KiB is mapped at that offset (xnu rosetta_map_mmio)', () => {
  const story = new UserStory(16_384)
  const task = story.task('translated')
  const { connection } = story.open(task, story.service('TestDeviceMemoryUserClient'))
  story.do(() => physicalBus().copyIn(TestDeviceMemoryUserClient.address, Uint8Array.of(7, 8)))
  const [address, size] = story.ask(task, connection, IOKit.connect_map_memory_into_task, 0,
    story.self(task), 0, 0, 1) as [number, number]
  expect([address % 16_384, size, ...story.do(() => loadBytes(task, address, 2))!]).toEqual([4096, 4096, 7,
    8])
})
