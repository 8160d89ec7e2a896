import {
  kIOGeneralInterest, kIOMatchedNotification, kIOReturnSuccess, kIOTerminatedNotification,
} from '../../kernel/abi/index.ts'
import { task_create, task_terminate, thread_create, type Task } from '../../kernel/mach/index.ts'
import { mach_msg_receive } from '../../kernel/mach/user.ts'
import { Random, type KernelThread } from '../../kernel/sim/index.ts'
import * as lib from '../../kernel/userland/IOKitLib/index.ts'
import { SELECTORS, SHARED_MEMORY } from './SimService.ts'

/** What a simulated program does with I/O Kit. All end by themselves; `dies` ends without closing anything. */
export const PROGRAMS = ['calls', 'maps', 'watches', 'misuses'] as const
export type ProgramName = (typeof PROGRAMS)[number]

const MAIN = lib.kIOMainPortDefault
const PATIENCE_NS = 50_000_000
const PLANE = 'IOService'

/** Starts a program as a task of its own; inside the machine's world. */
export function startProgram(name: ProgramName, seed: number, dies: boolean): void {
  const task = task_create({ pid: 1000 + (seed % 30_000), name: `sim ${name}`, uid: seed % 2 === 0 ? 0 : 501 })
  const random = new Random(seed)
  thread_create(task, `sim ${name}`, life(task, bodies[name](task, random, dies)))
}

function* life(task: Task, body: KernelThread): KernelThread {
  yield* body
  task_terminate(task)
}

const bodies: Record<ProgramName, (task: Task, random: Random, dies: boolean) => KernelThread> = {
  calls, maps, watches, misuses,
}

function* openService(task: Task): KernelThread<number> {
  const service = yield* lib.IOServiceGetMatchingService(task, MAIN, lib.IOServiceNameMatching('SimService'))
  if (service === lib.IO_OBJECT_NULL) return 0
  const { value } = yield* lib.IOServiceOpen(task, service, 0)
  lib.IOObjectRelease(task, service)
  return value
}

function* calls(task: Task, random: Random, dies: boolean): KernelThread {
  const connect = yield* openService(task)
  if (connect === 0) return
  for (let left = random.below(12); left > 0; left--) {
    const selector = random.below(4)
    const input = Array.from({ length: random.below(18) }, () => BigInt(random.next32()))
    yield* lib.IOConnectCallScalarMethod(task, connect, selector, { input, outputCount: random.below(18) })
  }
  if (!dies) yield* lib.IOServiceClose(task, connect)
}

function* maps(task: Task, random: Random, dies: boolean): KernelThread {
  const connect = yield* openService(task)
  if (connect === 0) return
  for (let left = random.below(5); left > 0; left--) {
    const type = random.below(2) === 0 ? SHARED_MEMORY : random.below(10)
    const { result, value } = yield* lib.IOConnectMapMemory64(task, connect, type)
    if (result === kIOReturnSuccess && !dies) {
      yield* lib.IOConnectUnmapMemory64(task, connect, type, value.address)
    }
  }
  if (!dies) yield* lib.IOServiceClose(task, connect)
}

/** Asks for notifications, hears a few, and is woken by an asynchronous method. */
function* watches(task: Task, random: Random, dies: boolean): KernelThread {
  const notify = lib.IONotificationPortCreate(task, MAIN)
  if (notify === null) return
  const drain = function* (iterator: number): KernelThread {
    for (;;) {
      const object = yield* lib.IOIteratorNext(task, iterator)
      if (object === lib.IO_OBJECT_NULL) return
      lib.IOObjectRelease(task, object)
    }
  }
  const type = random.below(2) === 0 ? kIOMatchedNotification : kIOTerminatedNotification
  const matching = lib.IOServiceMatching(random.below(2) === 0 ? 'IOMedia' : 'SimService')
  const { value: iterator } = yield* lib.IOServiceAddMatchingNotification(task, notify, { type, matching, callback: drain })
  if (iterator !== null) yield* drain(iterator)
  const connect = yield* openService(task)
  if (connect !== 0) {
    const { value: service } = yield* lib.IOConnectGetService(task, connect)
    if (service !== null) yield* lib.IOServiceAddInterestNotification(task, notify, service, { type: kIOGeneralInterest, callback: nothing })
    yield* lib.IOConnectCallAsyncMethod(task, connect, SELECTORS.async, {
      wakePort: lib.IONotificationPortGetMachPort(notify), reference: lib.IOConnectAsyncReference(notify, nothing),
    })
  }
  for (let left = random.below(4); left > 0; left--) {
    const { message } = yield* mach_msg_receive(task, lib.IONotificationPortGetMachPort(notify), PATIENCE_NS)
    if (message !== null) yield* lib.IODispatchCalloutFromMessage(task, message, notify)
  }
  if (dies) return
  if (connect !== 0) yield* lib.IOServiceClose(task, connect)
  lib.IONotificationPortDestroy(task, notify)
}

/** Wrong names, wrong kinds of object, dead rights, absurd arguments. */
function* misuses(task: Task, random: Random): KernelThread {
  const root = yield* lib.IORegistryGetRootEntry(task, MAIN)
  const connect = yield* openService(task)
  const names = [0, 0xffffffff, root, connect, task.space.entryOf(task.selfPort)!.name, random.next32(), 0x103]
  const any = (): number => names[random.below(names.length)]!
  for (let left = 8 + random.below(20); left > 0; left--) {
    switch (random.below(12)) {
      case 0: yield* lib.IOServiceOpen(task, any(), random.next32()); break
      case 1: yield* lib.IOServiceClose(task, any()); break
      case 2: lib.IOObjectRelease(task, any()); break
      case 3: lib.IOObjectRetain(task, any()); break
      case 4: yield* lib.IOConnectCallMethod(task, any(), random.next32(), { scalarInput: [BigInt(random.next32())] }); break
      case 5: yield* lib.IORegistryEntryCreateIterator(task, any(), PLANE, random.next32()); break
      case 6: yield* lib.IOIteratorNext(task, any()); break
      case 7: yield* lib.IORegistryEntryFromPath(task, any(), `${PLANE}:/x@${random.next32()}`); break
      case 8: yield* lib.IORegistryEntryGetChildIterator(task, any(), 'NoPlane'); break
      case 9: yield* lib.IOConnectMapMemory64(task, any(), random.next32()); break
      case 10: yield* lib.IOServiceWaitQuiet(task, any(), random.below(1000)); break
      default: yield* lib.IORegistryEntryCreateCFProperties(task, any())
    }
  }
}

// oxlint-disable-next-line require-yield
function* nothing(): KernelThread {}
