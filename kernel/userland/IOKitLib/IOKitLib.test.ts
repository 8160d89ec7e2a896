import { expect, test } from 'vitest'
import { newNub, Story } from '../../../test/support/iokitStory.ts'
import { installPlainMemory } from '../../../test/support/machStory.ts'
import {
  kIOGeneralInterest, kIOMatchedNotification, kIOReturnBadArgument, kIOReturnNoDevice, kIOReturnNoResources,
  kIOReturnNotFound, kIOReturnNotPrivileged, kIOReturnSuccess, kIOReturnTimeout, kIOReturnUnsupported,
  MACH_SEND_INVALID_DEST, type IOReturn,
} from '../../abi/index.ts'
import { IOBufferMemoryDescriptor } from '../../iokit/memory/index.ts'
import type { IOService } from '../../iokit/service/index.ts'
import { IOUserClient, sendAsyncResult64, type IOExternalMethodArguments } from '../../iokit/userclient/index.ts'
import type { ClientMemory } from '../../iokit/userclient/IOUserClient.ts'
import { defineMetaClass, registerClasses } from '../../libkern/index.ts'
import { loadBytes, mach_msg_receive, mach_port_type, type Task } from '../../mach/user.ts'
import { task_create } from '../../mach/index.ts'
import { type Blocking, type KernelThread } from '../../sim/index.ts'
import { CFData, CFDictionary, CFNumber } from '../CoreFoundation/index.ts'
import * as lib from './index.ts'

const plane = 'IOService'

/** A client that turns scalars round, gives structures back, completes calls later and lends a page. */
class EchoClient extends IOUserClient {
  static override readonly metaClass = defineMetaClass('EchoClient', EchoClient, IOUserClient)

  private memory: IOBufferMemoryDescriptor | null = null

  override externalMethod(selector: number, args: IOExternalMethodArguments): Blocking<IOReturn> {
    if (selector > 2) return kIOReturnBadArgument
    if (selector === 2) {
      if (args.asyncReference === null) return kIOReturnBadArgument
      return sendAsyncResult64(args.asyncReference, kIOReturnSuccess, [42n])
    }
    const words = args.scalarInput.toReversed()
    for (const [index, word] of words.entries()) args.scalarOutput[index] = word
    args.scalarOutputCount = Math.min(words.length, args.scalarOutputCount)
    args.structureOutput.set(args.structureInput.subarray(0, args.structureOutput.length))
    args.structureOutputSize = Math.min(args.structureInput.length, args.structureOutput.length)
    return kIOReturnSuccess
  }

  override clientMemoryForType(type: number): Blocking<ClientMemory> {
    if (type !== 7) return { result: kIOReturnUnsupported, options: 0, memory: null }
    this.memory ??= IOBufferMemoryDescriptor.withCapacity(4096)!
    this.memory.writeBytes(0, Uint8Array.of(1, 2, 3))
    this.memory.retain()
    return { result: kIOReturnSuccess, options: 0, memory: this.memory }
  }

  override getService(): IOService | null {
    return this.getProvider()
  }

  override getTargetAndTrapForIndex(index: number): ((...words: readonly bigint[]) => IOReturn) | null {
    return index === 1 ? (first, second) => Number((first ?? 0n) + (second ?? 0n)) : null
  }

  override clientClose(): Blocking<IOReturn> {
    this.terminate()
    return kIOReturnSuccess
  }
}

/** A story with one nub, and what a task sees of it through the library. */
function tell<T>(body: (task: Task, story: Story) => KernelThread<T>): T {
  const story = new Story()
  story.do(() => {
    installPlainMemory()
    registerClasses('com.example.echo', [EchoClient.metaClass])
  })
  story.nub({ IOName: 'pear', IOUserClientClass: 'EchoClient', Size: 5, Text: 'ripe', Data: Uint8Array.of(1, 2) })
  const task = story.do(() => task_create({ pid: 400, name: 'tool', uid: 501 }))
  return story.thread(() => body(task, story))
}

function* pear(task: Task): KernelThread<number> {
  return yield* lib.IOServiceGetMatchingService(task, lib.kIOMainPortDefault, lib.IOServiceNameMatching('pear'))
}

function pearOf(story: Story): IOService {
  return story.root.clients().find((client) => client.getName() === 'pear')!
}

function dictionary(entries: Record<string, string>): CFDictionary {
  return new CFDictionary(Object.keys(entries), Object.values(entries))
}

test('services are found by class, name, id and path; nothing found is no service', () => {
  const seen = tell(function* (task) {
    const service = yield* pear(task)
    const { value: id } = yield* lib.IORegistryEntryGetRegistryEntryID(task, service)
    const byId = yield* lib.IOServiceGetMatchingService(task, 0, lib.IORegistryEntryIDMatching(id))
    const path = yield* lib.IORegistryEntryGetPath(task, service, plane)
    const byPath = yield* lib.IORegistryEntryFromPath(task, 0, path.value)
    const byClass = yield* lib.IOServiceGetMatchingServices(task, 0, lib.IOServiceMatching('StoryNub'))
    const first = yield* lib.IOIteratorNext(task, byClass.value)
    const long = dictionary({ IONameMatch: 'pear', Comment: 'x'.repeat(5000) })
    return {
      same: [byId, byPath, first].map((other) => lib.IOObjectIsEqualTo(service, other)),
      end: yield* lib.IOIteratorNext(task, byClass.value), path: path.value,
      long: yield* lib.IOServiceGetMatchingService(task, 0, long),
      none: yield* lib.IOServiceGetMatchingService(task, 0, lib.IOServiceMatching('NoSuchClass')),
      noTable: (yield* lib.IOServiceGetMatchingServices(task, 0, null)).result,
      wrongMain: (yield* lib.IOServiceGetMatchingServices(task, service, lib.IOServiceMatching('StoryNub'))).result,
      matches: (yield* lib.IOServiceMatchPropertyTable(task, service, lib.IOServiceMatching('IOService'))).value,
      refs: lib.IOObjectGetUserRetainCount(task, service), service,
    }
  })
  expect(seen).toEqual({
    same: [true, true, true], end: 0, path: 'IOService:/pear', long: seen.service, none: 0,
    noTable: kIOReturnBadArgument, wrongMain: kIOReturnNotPrivileged, matches: true, refs: 5, service: seen.service,
  })
})

test('an entry tells its names, properties and class, or why it cannot', () => {
  const seen = tell(function* (task) {
    const entry = yield* pear(task)
    const { value: all } = yield* lib.IORegistryEntryCreateCFProperties(task, entry)
    const search = { plane, key: 'Text', options: lib.kIORegistryIterateRecursively }
    const root = yield* lib.IORegistryGetRootEntry(task, 0)
    return {
      name: (yield* lib.IORegistryEntryGetName(task, entry)).value,
      location: (yield* lib.IORegistryEntryGetLocationInPlane(task, entry, plane)).result,
      size: all?.getValue('Size'), text: yield* lib.IORegistryEntryCreateCFProperty(task, entry, 'Text'),
      absent: yield* lib.IORegistryEntryCreateCFProperty(task, entry, 'Absent'),
      bytes: (yield* lib.IORegistryEntryGetProperty(task, entry, 'Text')).value,
      noBytes: (yield* lib.IORegistryEntryGetProperty(task, entry, 'Absent')).result,
      below: yield* lib.IORegistryEntrySearchCFProperty(task, root, search),
      here: yield* lib.IORegistryEntrySearchCFProperty(task, root, { ...search, options: 0 }),
      className: (yield* lib.IOObjectGetClass(task, entry)).value,
      conforms: [yield* lib.IOObjectConformsTo(task, entry, 'IOService'), yield* lib.IOObjectConformsTo(task, entry, 'X')],
      above: yield* lib.IOObjectCopySuperclassForClass(task, 'StoryNub'),
      bundle: yield* lib.IOObjectCopyBundleIdentifierForClass(task, 'StoryNub'),
      top: yield* lib.IOObjectCopySuperclassForClass(task, 'OSObject'),
      child: (yield* lib.IORegistryEntryGetChildEntry(task, entry, plane)).result,
      inPlane: yield* lib.IORegistryEntryInPlane(task, entry, 'IODeviceTree'),
      set: yield* lib.IORegistryEntrySetCFProperty(task, entry, 'Text', 'green'),
      path: yield* lib.IORegistryEntryCopyPath(task, entry, 'IODeviceTree'),
    }
  })
  expect(seen).toEqual({
    name: 'pear', location: kIOReturnNotFound, size: new CFNumber('SInt32', 5n), text: 'ripe', absent: null,
    bytes: new TextEncoder().encode('ripe\0'), noBytes: kIOReturnNoResources, below: 'ripe', here: null,
    className: 'StoryNub', conforms: [true, false], above: 'IOService', bundle: 'com.example.story', top: null,
    child: kIOReturnNoDevice, inPlane: false, set: kIOReturnUnsupported, path: null,
  })
})

test('a connection carries scalars, structures, traps and memory, and refuses what does not fit', () => {
  const seen = tell(function* (task) {
    const service = yield* pear(task)
    const { result: opened, value: connect } = yield* lib.IOServiceOpen(task, service, 0)
    const call = yield* lib.IOConnectCallMethod(task, connect, 0, {
      scalarInput: [1n, 2n], structureInput: Uint8Array.of(9, 8), scalarOutputCount: 2, structureOutput: 16,
    })
    const { value: memory } = yield* lib.IOConnectMapMemory64(task, connect, 7)
    const bytes = loadBytes(task, memory.address, 3)
    const tooMany = yield* lib.IOConnectCallScalarMethod(task, connect, 0, { input: Array<bigint>(17).fill(0n) })
    const seventeen = tooMany.result | 0
    return {
      opened, scalars: call.scalarOutput, structure: call.structureOutput, seventeen, bytes,
      unmap: yield* lib.IOConnectUnmapMemory64(task, connect, 7, memory.address),
      gone: loadBytes(task, memory.address, 3),
      otherMemory: (yield* lib.IOConnectMapMemory64(task, connect, 8)).result,
      unknown: (yield* lib.IOConnectCallMethod(task, connect, 9)).result,
      sum: yield* lib.IOConnectTrap(task, connect, 1, [2n, 3n]),
      service: (yield* lib.IOConnectGetService(task, connect)).value === service,
      closed: yield* lib.IOServiceClose(task, connect),
      after: (yield* lib.IOConnectCallMethod(task, connect, 0)).result,
      onService: (yield* lib.IOConnectCallMethod(task, service, 0)).result,
      onNothing: (yield* lib.IOServiceOpen(task, 0, 0)).result,
    }
  })
  expect(seen).toEqual({
    opened: kIOReturnSuccess, scalars: [2n, 1n], structure: Uint8Array.of(9, 8), seventeen: -307,
    bytes: Uint8Array.of(1, 2, 3), unmap: kIOReturnSuccess, gone: null, otherMemory: kIOReturnBadArgument,
    unknown: kIOReturnBadArgument, sum: 5, service: true, closed: kIOReturnSuccess, after: MACH_SEND_INVALID_DEST,
    onService: kIOReturnBadArgument, onNothing: MACH_SEND_INVALID_DEST,
  })
})

test('an asynchronous call completes with a message to the notification port', () => {
  const seen = tell(function* (task) {
    const notify = lib.IONotificationPortCreate(task, 0)!
    const { value: connect } = yield* lib.IOServiceOpen(task, yield* pear(task), 0)
    const done: [IOReturn, readonly bigint[]][] = []
    // oxlint-disable-next-line require-yield
    const reference = lib.IOConnectAsyncReference(notify, function* (result, args) {
      done.push([result, args])
    })
    const wakePort = lib.IONotificationPortGetMachPort(notify)
    const call = yield* lib.IOConnectCallAsyncMethod(task, connect, 2, { wakePort, reference })
    const { message } = yield* mach_msg_receive(task, wakePort)
    yield* lib.IODispatchCalloutFromMessage(task, message!, notify)
    return { result: call.result, done }
  })
  expect(seen).toEqual({ result: kIOReturnSuccess, done: [[kIOReturnSuccess, [42n]]] })
})

test('matching notifications come once the iterator was emptied, and again only after that', () => {
  const seen = tell(function* (task, story) {
    const notify = lib.IONotificationPortCreate(task, 0)!
    const names: string[] = []
    function* drain(iterator: number): KernelThread {
      for (let next = yield* lib.IOIteratorNext(task, iterator); next !== 0;) {
        names.push((yield* lib.IORegistryEntryGetName(task, next)).value)
        lib.IOObjectRelease(task, next)
        next = yield* lib.IOIteratorNext(task, iterator)
      }
    }
    const matching = lib.IOServiceMatching('StoryNub')
    const { value } = yield* lib.IOServiceAddMatchingNotification(
      task, notify, { type: kIOMatchedNotification, matching, callback: drain })
    const publish = (name: string): void => {
      const nub = newNub({ IOName: name })
      nub.attach(story.root)
      nub.registerService()
      nub.release()
    }
    const told = function* (): KernelThread<boolean> {
      const { message } = yield* mach_msg_receive(task, notify.wakePort, 1e9)
      if (message !== null) yield* lib.IODispatchCalloutFromMessage(task, message, notify)
      return message !== null
    }
    publish('early')
    const beforeDrain = yield* told()
    yield* drain(value)
    publish('late')
    const afterDrain = yield* told()
    lib.IOObjectRelease(task, value)
    publish('unheard')
    return { beforeDrain, afterDrain, afterRelease: yield* told(), names }
  })
  expect(seen).toEqual({
    beforeDrain: false, afterDrain: true, afterRelease: false, names: ['early', 'pear', 'late'],
  })
})

test('interest notifications tell of every message, and a type nobody knows is refused', () => {
  const seen = tell(function* (task, story) {
    const service = yield* pear(task)
    const notify = lib.IONotificationPortCreate(task, 0)!
    const messages: string[] = []
    // oxlint-disable-next-line require-yield
    const callback = function* (_from: number, type: number): KernelThread {
      messages.push(type.toString(16))
    }
    const added = yield* lib.IOServiceAddInterestNotification(task, notify, service, { type: kIOGeneralInterest, callback })
    const refused = yield* lib.IOServiceAddInterestNotification(task, notify, service, { type: 'Weather', callback })
    pearOf(story).terminate()
    const { message } = yield* mach_msg_receive(task, notify.wakePort, 1e9)
    yield* lib.IODispatchCalloutFromMessage(task, message!, notify)
    lib.IONotificationPortDestroy(task, notify)
    return { added: added.result, refused: refused.result, messages, port: mach_port_type(task, notify.wakePort).result }
  })
  expect(seen).toEqual({
    added: kIOReturnSuccess, refused: kIOReturnUnsupported, messages: ['e0000010'], port: 15,
  })
})

test('busy services are waited for, not for ever', () => {
  const seen = tell(function* (task, story) {
    const service = yield* pear(task)
    const quiet = yield* lib.IOKitWaitQuiet(task)
    const nub = pearOf(story)
    nub.adjustBusy(1)
    const busy = (yield* lib.IOServiceGetBusyState(task, service)).value
    const timeout = yield* lib.IOServiceWaitQuiet(task, service, 1e6)
    nub.adjustBusy(-1)
    const { value: state } = yield* lib.IOServiceGetState(task, service)
    return { quiet, busy, timeout, after: (yield* lib.IOKitGetBusyState(task)).value, state }
  })
  expect(seen).toEqual({
    quiet: kIOReturnSuccess, busy: 1, timeout: kIOReturnTimeout, after: 0,
    state: lib.kIOServiceRegisteredState | lib.kIOServiceMatchedState | lib.kIOServiceFirstPublishState
      | lib.kIOServiceFirstMatchState,
  })
})

test('the catalogue is root’s alone, and its count can be read by all', () => {
  const seen = tell(function* (task) {
    const none = yield* lib.IOCatalogueTerminate(task, 0, lib.kIOCatalogServiceTerminate, 'StoryNub')
    return { none, count: (yield* lib.IOCatlogueGetGenCount(task, 0)).value > 0 }
  })
  expect(seen).toEqual({ none: kIOReturnNotPrivileged, count: true })
})

test('references are counted by name, dead names too', () => {
  const seen = tell(function* (task) {
    const service = yield* pear(task)
    lib.IOObjectRetain(task, service)
    const two = lib.IOObjectGetUserRetainCount(task, service)
    lib.IOObjectRelease(task, service)
    lib.IOObjectRelease(task, service)
    return { two, gone: lib.IOObjectGetUserRetainCount(task, service), again: lib.IOObjectRelease(task, service) }
  })
  expect(seen).toEqual({ two: 2, gone: 0, again: 15 })
})

test('results are told in the words of the system', () => {
  expect([0, 0xe00002f0, 0xe00002c7, 0xdc008018, -307, 0x10000003, 0xe0004001, 0xe0000001, 0x12345678].map(lib.mach_error_string)).toEqual([
    '(os/kern) successful', '(iokit/common) data was not found', '(iokit/common) unsupported function',
    '(libkern/kext) kext is in use or retained (cannot unload)', '(ipc/mig) array not large enough',
    '(ipc/send) invalid destination port', '(iokit/?) unknown subsystem error', 'unknown error code',
    '(?/?) unknown error system',
  ])
  expect(new CFData(Uint8Array.of(1)).bytes).toHaveLength(1)
})
