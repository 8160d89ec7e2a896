import { IOKit, type MigArgument, type MigRoutine } from '../../kernel/abi/index.ts'
import { IOService } from '../../kernel/iokit/index.ts'
import {
  IKOT_IOKIT_CONNECT, IKOT_IOKIT_OBJECT, IKOT_MAIN_DEVICE, IKOT_NONE, IKOT_TASK_CONTROL,
  MACH_MSG_TYPE_MOVE_SEND,
  copyoutRight, firstPanic, makeSendRight, type Task,
} from '../../kernel/mach/index.ts'
import {
  mach_msg_receive, mach_msg_send, mach_port_allocate, mach_port_deallocate, mach_rpc,
  MACH_PORT_RIGHT_RECEIVE,
  trap, type Disposition,
} from '../../kernel/mach/user.ts'
import { Random, type KernelThread } from '../../kernel/sim/index.ts'
import { UserStory } from './userStory.ts'

const ROUTINES: readonly MigRoutine[] = Object.values(IOKit)
const NAMES = ['IOService', 'IODeviceTree', 'TestService', 'IOServicePublish', 'IOServiceTerminate',
  'IOGeneralInterest',
  'OSString', 'IOService:/', 'IOService:/IOResources', 'IOUserClientClass', '', 'x'.repeat(600)]
const NUMBERS = [0, 1, 2, 3, 5, 6, 13, 100, 101, 4096, 5000, 0xffffffff, 0x1_0000_0000, -1, 1.5, Number.NaN]

/** A task with fewer gets new ones. */
const LEAST_NAMES = 10

/**
 * Sends `steps` random I/O Kit messages from two tasks: ids, ports, rights, counts, sizes and values may be
 * wrong. When the tasks are gone no object, port, right or mapping of theirs may be left, and the machine
 * must run on. Answers a
 * digest of all codes.
 */
export function fuzzIOKit(seed: number, steps: number): string {
  const fuzz = new Fuzz(seed)
  for (let i = 0; i < steps; i++) fuzz.step()
  return fuzz.end()
}

/** A service keeps the head of an interest list for good: makes all of them now. */
function keepInterestLists(service: IOService): void {
  service.registerInterest('IOGeneralInterest', () => 0)?.remove()
  service.clients().forEach(keepInterestLists)
}

/** The kind of port that a routine is for. */
function kindFor({ name }: MigRoutine): number {
  if (/^io_(connect|async|service_close)/.test(name)) return IKOT_IOKIT_CONNECT
  const onMain = ['catalog', 'server', 'device', 'registry_get', 'registry_create', 'registry_entry_from',
    'object_get_super', 'object_get_bundle', 'service_get_match', 'service_add_notif']
  return onMain.some((start) => name.startsWith(`io_${start}`)) ? IKOT_MAIN_DEVICE : IKOT_IOKIT_OBJECT
}

class Fuzz {
  private readonly story = new UserStory()
  private readonly random: Random
  private readonly tasks: readonly Task[]
  private readonly before: string
  private digest = 0

  constructor(seed: number) {
    this.random = new Random(seed)
    const { story } = this
    const entitlements = { 'com.apple.iokit.test-check-entitlement-open': true }
    for (const name of ['TestUserClient', 'TestIOUserClient2022EntitlementsUserClient',
      'TestMapMemoryUserClient', null]) {
      story.service(name)
    }
    story.do(() => keepInterestLists(IOService.getServiceRoot()!))
    this.before = this.counts()
    this.tasks = [story.task('a', { entitlements }), story.task('b')]
  }

  /**
   * Gives a task rights of all kinds: main port, itself, a port of its own, services, iterators and
   * connections.
   */
  private equip(task: Task): void {
    const { story } = this
    const main = story.mainPort(task)
    story.do(() => [
      mach_port_allocate(task, MACH_PORT_RIGHT_RECEIVE),
      copyoutRight(task.space, makeSendRight(task.selfPort), MACH_MSG_TYPE_MOVE_SEND),
    ])
    const [iterator] = story.ask(task, main, IOKit.service_get_matching_services_bin,
      story.serialized({ IOProviderClass: 'TestService' })) as [number]
    for (;;) {
      const next = story.ask(task, iterator, IOKit.iterator_next)
      if (typeof next === 'string') break
      story.call(task, (next as [number])[0], IOKit.service_open_extended, story.self(task), 0, null)
    }
  }

  private counts(): string {
    return JSON.stringify([...this.story.classCounts()])
  }

  step(): void {
    const task = this.pick(this.tasks)
    if (task.space.list().length < LEAST_NAMES) this.equip(task)
    const code = this.story.inTask(task, () => this.act(task), 1e10)
    this.digest = Math.imul(this.digest ^ (code ?? 0), 0x01000193) >>> 0
  }

  private *act(task: Task): KernelThread<number> {
    const routine = this.pick(ROUTINES)
    const name = this.random.below(4) === 0 ? this.name(task) : this.nameOfKind(task, kindFor(routine))
    switch (this.random.below(12)) {
      case 0: return mach_port_deallocate(task, this.random.below(4) === 0 ? name : 0)
      case 1: return (yield* mach_msg_receive(task, name, 0)).code
      case 2: {
        const connection = this.nameOfKind(task, IKOT_IOKIT_CONNECT)
        return Number((yield* trap(task, 'iokit_user_client_trap', connection, this.random.below(2),
          1n)).value)
      }
      case 3: return yield* this.rawMessage(task, name, routine)
      default: {
        const body = routine.request.map((argument) => this.value(task, argument))
        if (this.random.below(16) === 0) body.pop()
        const id = this.random.below(32) === 0 ? 2790 + this.random.below(110) : routine.id
        const { transport, code } = yield* mach_rpc(task, name, id, body, this.slots(routine))
        return transport | code
      }
    }
  }

  /** The same as a plain message with a reply right, rights of any kind. */
  private *rawMessage(task: Task, name: number, routine: MigRoutine): KernelThread<number> {
    return yield* mach_msg_send(task, {
      remotePort: name, remoteDisposition: this.pick<Disposition>([17, 18, 19, 19, 19, 20]), id: routine.id,
      body: routine.request.map((argument) => this.value(task, argument)), ports: this.slots(routine),
      ...(this.random.below(2) === 0 ? {} : { localPort: this.name(task), localDisposition: 21 as const }),
    }, 0)
  }

  private slots(routine: MigRoutine): { index: number; disposition: Disposition }[] {
    const slots = routine.portSlots.map(({ index, disposition }) => {
      return { index, disposition: this.random.below(12) === 0
        ? this.pick<Disposition>([16, 17, 18, 19, 20, 21])
        : disposition }
    })
    return this.random.below(24) === 0 ? slots.slice(1) : slots
  }

  private value(task: Task, { type }: MigArgument): unknown {
    if (this.random.below(40) === 0) {
      return this.pick([null, undefined, 'text', 7, -1, new Uint8Array(3), [], [1], [1n], true, {}])
    }
    switch (type) {
      case 'object': return this.nameOfKind(task,
        this.pick([IKOT_TASK_CONTROL, IKOT_TASK_CONTROL, IKOT_IOKIT_CONNECT]))
      case 'wake': return this.nameOfKind(task, IKOT_NONE)
      case 'name':
      case 'string':
      case 'text': return this.pick(NAMES)
      case 'inband':
      case 'buffer': return this.bytes()
      case 'scalars':
      case 'references': return Array.from({ length: this.pick([0, 1, 2, 8, 17]) },
        () => BigInt(this.random.below(9)))
      case 'bool': return true
      case 'uint64': return this.random.below(3) === 0 ? BigInt(this.random.below(9)) : this.number()
      default: return this.number()
    }
  }

  private bytes(): Uint8Array | null {
    switch (this.random.below(5)) {
      case 0: return this.story.serialized({ IOProviderClass: this.pick(['TestService', 'OSObject',
        'IOResources']) })
      case 1: return this.story.serialized({ IOProviderClass: 'TestService', Key: this.random.below(4) })
      case 2: return Uint8Array.from({ length: this.random.below(40) }, () => this.random.below(256))
      case 3: return new Uint8Array(this.pick([0, 8, 4097]))
      default: return null
    }
  }

  private number(): number {
    return this.random.below(12) === 0 ? this.pick(NUMBERS) : this.random.below(8)
  }

  private name(task: Task): number {
    const entries = task.space.list()
    if (entries.length === 0 || this.random.below(20) === 0) return this.pick([0, 0xffffffff, 0x7703])
    return this.pick(entries).name
  }

  /** A name of a port of that kind, if there is one. */
  private nameOfKind(task: Task, kind: number): number {
    if (this.random.below(12) === 0) return this.name(task)
    const fitting = task.space.list().filter(({ port, holdsSend, holdsReceive }) => {
      return port?.kotype === kind && (kind === IKOT_NONE ? holdsReceive : holdsSend)
    })
    return fitting.length === 0 ? this.name(task) : this.pick(fitting).name
  }

  private pick<T>(list: readonly T[]): T {
    return list[this.random.below(list.length)]!
  }

  end(): string {
    const { story } = this
    for (const task of this.tasks) story.end(task)
    story.run(1e10)
    story.take()
    const panic = story.do(() => firstPanic())
    if (panic !== null) throw panic
    const after = this.counts()
    if (after !== this.before) throw new Error(difference(this.before, after))
    const isLeft = this.tasks.some((task) => task.map.list().length > 0)
    if (isLeft) throw new Error('memory of a dead task is left')
    return this.digest.toString(16)
  }
}

function difference(before: string, after: string): string {
  const old = new Map(JSON.parse(before) as [string, number][])
  const changed = (JSON.parse(after) as [string, number][]).filter(([name, count]) => old.get(name) !== count)
  return changed.map(([name, count]) => `${name} ${old.get(name)} → ${count}`).join(', ')
}
