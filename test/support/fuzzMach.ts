import type { Port, Task } from '../../kernel/mach/index.ts'
import type { CarriedDescriptor, KernelMessage } from '../../kernel/mach/ipc/KernelMessage.ts'
import { IP_DEAD } from '../../kernel/mach/ipc/Port.ts'
import {
  mach_msg_receive, mach_msg_send, mach_port_allocate, mach_port_deallocate, mach_port_destroy,
  mach_port_insert_member,
  mach_port_insert_right, mach_port_mod_refs, mach_port_move_member, mach_port_request_notification,
  mach_port_set_queue_limit, mach_vm_allocate, storeBytes, type Descriptor, type Disposition,
  type MachMessage,
} from '../../kernel/mach/user.ts'
import { Random, type KernelThread } from '../../kernel/sim/index.ts'
import { MachStory } from './machStory.ts'

/** Counts that the rights of a port should have. */
interface Count {
  send: number
  sendOnce: number
}

const DISPOSITIONS: readonly Disposition[] = [0, 16, 17, 18, 19, 20, 21]
const NOTIFICATIONS = [64, 66, 69, 70, 72]

/**
 * Does `steps` random port and message calls in three tasks, most of them wrong in some way, and counts the
 * rights of every port anew after each. In the end the tasks die and no right may be left. Answers a
 * digest.
 */
export function fuzzMach(seed: number, steps: number): string {
  const fuzz = new Fuzz(seed)
  for (let i = 0; i < steps; i++) {
    fuzz.step()
    if (i % 16 === 0) fuzz.check()
  }
  return fuzz.end()
}

class Fuzz {
  private readonly story = new MachStory()
  private readonly random: Random
  private readonly tasks: readonly Task[]
  private readonly seen = new Set<Port>()
  private digest = 0

  constructor(seed: number) {
    this.random = new Random(seed)
    this.tasks = ['a', 'b', 'c'].map((name) => this.story.task(name))
  }

  step(): void {
    const task = this.pick(this.tasks)
    const code = this.story.thread(() => this.call(task))
    this.digest = Math.imul(this.digest ^ code, 0x01000193) >>> 0
  }

  private *call(task: Task): KernelThread<number> {
    const name = this.name(task)
    switch (this.random.below(12)) {
      case 0: return mach_port_allocate(task, this.random.below(6)).result
      case 1: return mach_port_deallocate(task, name)
      case 2: return this.random.below(4) === 0 ? mach_port_destroy(task, name) : 0
      case 3: return mach_port_mod_refs(task, name, this.random.below(7), this.random.below(5) - 2)
      case 4: return mach_port_insert_right(task, name, this.pick(DISPOSITIONS), this.random.below(2) === 0
        ? name
        : this.name(task))
      case 5: return mach_port_insert_member(task, name, this.name(task))
      case 6: return mach_port_move_member(task, name, this.random.below(3) === 0 ? 0 : this.name(task))
      case 7: return mach_port_set_queue_limit(task, name, this.random.below(4))
      case 8: return mach_port_request_notification(task, {
        name, id: this.pick(NOTIFICATIONS), sync: this.random.below(2), notify: this.name(task),
        disposition: this.random.below(4) === 0 ? this.pick(DISPOSITIONS) : 21,
      }).result
      case 9: return (yield* mach_msg_receive(task, name, 0, this.random.below(4) === 0
        ? { limitBytes: 40, keepsLarge: this.random.below(2) === 0 }
        : {})).code
      default: return yield* mach_msg_send(task, this.message(task, name), 0,
        { notify: this.random.below(4) === 0 })
    }
  }

  private message(task: Task, remotePort: number): MachMessage {
    const local = this.random.below(2) === 0
    const ports = Array.from({ length: this.random.below(3) },
      (_, index) => ({ index, disposition: this.pick(DISPOSITIONS) }))
    return {
      remotePort, remoteDisposition: this.pick(DISPOSITIONS), id: 1,
      ...(local ? { localPort: this.name(task), localDisposition: this.pick(DISPOSITIONS) } : {}),
      body: ports.map(() => this.name(task)), ports,
      ...(this.random.below(4) === 0 ? { descriptors: this.descriptors(task) } : {}),
    }
  }

  private descriptors(task: Task): readonly Descriptor[] {
    return Array.from({ length: 1 + this.random.below(2) }, (): Descriptor => {
      const disposition = this.pick(DISPOSITIONS)
      switch (this.random.below(3)) {
        case 0: return { type: 'port', name: this.name(task), disposition }
        case 1: return {
          type: 'guarded-port', name: this.name(task), disposition, context: BigInt(this.random.below(2)),
          flags: this.random.below(4),
        }
        default: return { type: 'ool-ports', address: this.names(task), count: 2, disposition,
          deallocate: true }
      }
    })
  }

  /** Two names in fresh memory, or memory that is not there. */
  private names(task: Task): number {
    if (this.random.below(8) === 0) return 0x1000
    const { address } = mach_vm_allocate(task, 4096)
    storeBytes(task, address, new Uint8Array(Uint32Array.of(this.name(task), this.name(task)).buffer))
    return address
  }

  /** As a rule a name that the task has. */
  private name(task: Task): number {
    const entries = task.space.list()
    const wrong = this.random.below(16)
    if (entries.length === 0 || wrong < 2) return [0, 0xffffffff, 0x7703][this.random.below(3)]!
    return this.pick(entries).name
  }

  private pick<T>(list: readonly T[]): T {
    return list[this.random.below(list.length)]!
  }

  /** Every port's counts against the rights that can be found. */
  check(): void {
    const counts = new Map<Port, Count>()
    for (const task of this.tasks) for (const entry of task.space.list()) {
      const { port } = entry
      if (port === null) continue
      this.visit(port, counts)
      if (entry.holdsSend) counts.get(port)!.send++
      if ((entry.type & 0x40000) !== 0) counts.get(port)!.sendOnce++
    }
    for (const [port, { send, sendOnce }] of counts) {
      if (port.kotype !== 0) continue
      if (port.sendRights === send && port.sendOnceRights === sendOnce
        && port.messageCount === port.queue.length) {
        continue
      }
      const has = `${port.sendRights} + ${port.sendOnceRights}`
      throw new Error(`port has ${has} rights, found ${send} + ${sendOnce}`)
    }
  }

  /** Walks what hangs on a port once: requests and queued messages. */
  private visit(port: Port, counts: Map<Port, Count>): void {
    if (counts.has(port) || port === IP_DEAD) return
    counts.set(port, { send: 0, sendOnce: 0 })
    this.seen.add(port)
    const notify = [port.noSendersNotify, port.portDestroyedNotify,
      ...port.requests.map((request) => request.notify)]
    for (const each of notify) if (each !== null) this.count(each, 18, counts)
    for (const message of port.queue) this.countMessage(message, counts)
  }

  private countMessage(message: KernelMessage, counts: Map<Port, Count>): void {
    this.count(message.remote, message.remoteRight, counts)
    if (message.local !== null) this.count(message.local, message.localRight || 17, counts)
    for (const { port, right } of message.ports) if (port !== null) this.count(port, right, counts)
    for (const descriptor of message.descriptors ?? []) this.countDescriptor(descriptor, counts)
  }

  private countDescriptor(descriptor: CarriedDescriptor, counts: Map<Port, Count>): void {
    if (descriptor.type === 'ool') return
    const ports = descriptor.type === 'ool-ports' ? descriptor.ports : [descriptor.port]
    for (const port of ports) if (port !== null) this.count(port, descriptor.right, counts)
  }

  private count(port: Port, right: number, counts: Map<Port, Count>): void {
    if (port === IP_DEAD) return
    this.visit(port, counts)
    const count = counts.get(port)!
    if (right === 17) count.send++
    if (right === 18) count.sendOnce++
  }

  end(): string {
    this.check()
    for (const task of this.tasks) this.story.end(task)
    for (const port of this.seen) {
      const isClean = !port.alive && port.sendRights === 0 && port.sendOnceRights === 0
        && port.queue.length === 0
      if (!isClean && port.kotype === 0) {
        throw new Error(`left: ${port.alive} ${port.sendRights} ${port.sendOnceRights} ${port.queue.length}`)
      }
    }
    return this.digest.toString(16)
  }
}
