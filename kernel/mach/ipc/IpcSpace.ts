import { KERN_INVALID_NAME, KERN_INVALID_RIGHT, KERN_SUCCESS } from '../../abi/kern_return.ts'
import { assert } from '../../sim/index.ts'
import { Port, PortSet } from './Port.ts'
import { portReceiveRightLost, releaseSendOnceRight, releaseSendRight } from './rights.ts'

export const MACH_PORT_NULL = 0
export const MACH_PORT_DEAD = 0xffffffff

export const MACH_PORT_TYPE_NONE = 0
export const MACH_PORT_TYPE_SEND = 0x10000
export const MACH_PORT_TYPE_RECEIVE = 0x20000
export const MACH_PORT_TYPE_SEND_ONCE = 0x40000
export const MACH_PORT_TYPE_PORT_SET = 0x80000
export const MACH_PORT_TYPE_DEAD_NAME = 0x100000
const MAX_UREFS = 0xffff

/** One name of a space. */
export class IpcEntry {
  urefs = 0

  constructor(readonly name: number, public type: number, public object: Port | PortSet | null) {}

  get port(): Port | null {
    return this.object instanceof Port ? this.object : null
  }

  get holdsSend(): boolean {
    return (this.type & MACH_PORT_TYPE_SEND) !== 0
  }

  get holdsReceive(): boolean {
    return (this.type & MACH_PORT_TYPE_RECEIVE) !== 0
  }
}

const INDEX_SHIFT = 8
const FIRST_GENERATION = 3
const GENERATION_STEP = 4

/**
 * The port names of one task. Names are an index above eight generation bits: 0x103, 0x203, …; a name that is
 * used again has the next generation (0x107, 0x10b, …).
 * @xnu osfmk/ipc/ipc_space.c — simplified: names are given lowest index first and never shuffled
 */
export class IpcSpace {
  private readonly entries = new Map<number, IpcEntry>()
  /** Send, receive and dead names of a port are one name: this finds it. */
  private readonly names = new Map<Port, IpcEntry>()
  private readonly freeIndexes: number[] = []
  private readonly generations: number[] = [0]
  active = true

  lookup(name: number): IpcEntry | null {
    return this.entries.get(name) ?? null
  }

  /** The entry through which this space knows `port`; null when it does not. Send-once rights are not found. */
  entryOf(port: Port): IpcEntry | null {
    return this.names.get(port) ?? null
  }

  /** Names in order of creation: for `lsmp`-like listings. */
  list(): readonly IpcEntry[] {
    return [...this.entries.values()]
  }

  /** Makes a receive right. */
  allocateReceive(): IpcEntry {
    const port = new Port()
    const entry = this.makeEntry(MACH_PORT_TYPE_RECEIVE, port)
    this.names.set(port, entry)
    port.receiver = this
    port.receiverName = entry.name
    return entry
  }

  allocatePortSet(): IpcEntry {
    return this.makeEntry(MACH_PORT_TYPE_PORT_SET, new PortSet())
  }

  /** A name that is dead from the start, or the result of copying out a right whose port died. */
  allocateDeadName(): IpcEntry {
    const entry = this.makeEntry(MACH_PORT_TYPE_DEAD_NAME, null)
    entry.urefs = 1
    return entry
  }

  /** Puts a send right that the caller owns into the space. Returns the name, MACH_PORT_DEAD for a dead port. */
  insertSend(port: Port): number {
    if (!port.alive) return MACH_PORT_DEAD
    let entry = this.names.get(port)
    if (entry === undefined) {
      entry = this.makeEntry(MACH_PORT_TYPE_NONE, port)
      this.names.set(port, entry)
    }
    if (entry.holdsSend) {
      port.sendRights--
      if (entry.urefs < MAX_UREFS) entry.urefs++
    } else {
      entry.type |= MACH_PORT_TYPE_SEND
      entry.urefs = 1
    }
    return entry.name
  }

  /** Puts a send-once right that the caller owns into the space, always under a new name. */
  insertSendOnce(port: Port): number {
    if (!port.alive) return MACH_PORT_DEAD
    const entry = this.makeEntry(MACH_PORT_TYPE_SEND_ONCE, port)
    entry.urefs = 1
    return entry.name
  }

  /** Puts a receive right that travelled in a message into the space. */
  insertReceive(port: Port): number {
    let entry = this.names.get(port)
    if (entry === undefined) {
      entry = this.makeEntry(MACH_PORT_TYPE_NONE, port)
      this.names.set(port, entry)
    }
    entry.type |= MACH_PORT_TYPE_RECEIVE
    port.receiver = this
    port.receiverName = entry.name
    return entry.name
  }

  /** Takes one user reference of a send, send-once or dead right away. */
  deallocate(name: number): number {
    const entry = this.entries.get(name)
    if (entry === undefined) return KERN_INVALID_NAME
    if (entry.type === MACH_PORT_TYPE_RECEIVE || entry.type === MACH_PORT_TYPE_PORT_SET) return KERN_INVALID_RIGHT
    if (--entry.urefs > 0) return KERN_SUCCESS
    const port = entry.port
    if (entry.type === MACH_PORT_TYPE_DEAD_NAME) this.removeEntry(entry)
    else if (entry.type === MACH_PORT_TYPE_SEND_ONCE) {
      this.removeEntry(entry)
      releaseSendOnceRight(port!)
    } else this.dropSend(entry, port!)
    return KERN_SUCCESS
  }

  /** Ends a receive right: the port dies. */
  destroyReceive(entry: IpcEntry): void {
    const port = entry.port
    assert(port !== null && entry.holdsReceive, 'destroyReceive takes a receive right')
    if (entry.holdsSend) {
      port.sendRights--
      this.names.delete(port)
      entry.type = MACH_PORT_TYPE_DEAD_NAME
      entry.object = null
    } else this.removeEntry(entry)
    portReceiveRightLost(port)
  }

  /** Takes the receive right out of the space, to send it along. */
  takeReceive(entry: IpcEntry): Port {
    const port = entry.port
    assert(port !== null && entry.holdsReceive, 'takeReceive takes a receive right')
    entry.type &= ~MACH_PORT_TYPE_RECEIVE
    port.receiver = null
    port.receiverName = 0
    if (entry.type === MACH_PORT_TYPE_NONE) this.removeEntry(entry)
    return port
  }

  /** The port died: the send right of this space becomes a dead name. */
  portDied(port: Port): void {
    const entry = this.names.get(port)
    if (entry === undefined) return
    this.names.delete(port)
    entry.type = MACH_PORT_TYPE_DEAD_NAME
    entry.object = null
  }

  /** Removes a name without touching the rights behind it. */
  removeEntry(entry: IpcEntry): void {
    this.entries.delete(entry.name)
    const port = entry.port
    if (port !== null && this.names.get(port) === entry) this.names.delete(port)
    this.freeIndexes.push(entry.name >>> INDEX_SHIFT)
  }

  /** Ends every right of the space, lowest name first: the task died. */
  destroy(): void {
    this.active = false
    for (const entry of [...this.entries.values()].sort((a, b) => a.name - b.name)) {
      if (!this.entries.has(entry.name)) continue
      if (entry.object instanceof PortSet) {
        for (const member of entry.object.members) member.set = null
        this.removeEntry(entry)
        continue
      }
      if (entry.holdsReceive) this.destroyReceive(entry)
      if (this.entries.has(entry.name)) {
        entry.urefs = 1
        this.deallocate(entry.name)
      }
    }
  }

  private dropSend(entry: IpcEntry, port: Port): void {
    entry.type &= ~MACH_PORT_TYPE_SEND
    if (entry.type === MACH_PORT_TYPE_NONE) this.removeEntry(entry)
    releaseSendRight(port)
  }

  private makeEntry(type: number, object: Port | PortSet | null): IpcEntry {
    const index = this.freeIndexes.pop() ?? this.generations.length
    const former = this.generations[index]
    const generation = former === undefined ? FIRST_GENERATION : (former + GENERATION_STEP) & 0xff
    this.generations[index] = generation
    const entry = new IpcEntry(((index << INDEX_SHIFT) | generation) >>> 0, type, object)
    this.entries.set(entry.name, entry)
    return entry
  }
}
