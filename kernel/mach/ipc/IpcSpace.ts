import { PortGuards } from './guardException.ts'
import type { PortRequest } from './Port.ts'
import { PortSet, Port } from './Port.ts'

export const MACH_PORT_NULL = 0
export const MACH_PORT_DEAD = 0xffffffff

export const MACH_PORT_TYPE_NONE = 0
export const MACH_PORT_TYPE_SEND = 0x10000
export const MACH_PORT_TYPE_RECEIVE = 0x20000
export const MACH_PORT_TYPE_SEND_ONCE = 0x40000
export const MACH_PORT_TYPE_PORT_SET = 0x80000
export const MACH_PORT_TYPE_DEAD_NAME = 0x100000
/** Set by `mach_port_type` beside the rights while a notification is asked for. */
export const MACH_PORT_TYPE_DNREQUEST = 0x80000000
/** References a name counts; one that has reached them is never counted down again. */
export const MACH_PORT_UREFS_MAX = 0xffff

/** One name of a space. */
export class IpcEntry {
  urefs = 0
  request: PortRequest | null = null
  /** A receive right went while a send right stayed: mistakes with it are forgiven. */
  hadReceive = false

  constructor(readonly name: number, public type: number, public object: Port | PortSet | null) {}

  get port(): Port | null {
    return this.object instanceof Port ? this.object : null
  }

  get portSet(): PortSet | null {
    return this.object instanceof PortSet ? this.object : null
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
/** Names that a task chooses itself may not stretch the table beyond this. */
const MAX_NAMED_INDEX = 0x10_0000

/**
 * The port names of one task. Names are an index above eight generation bits: 0x103, 0x203, …; a name that is
 * used again has the next generation (0x107, 0x10b, …). Rights and their counts are the business of
 * `rights.ts`.
 * @xnu osfmk/ipc/ipc_space.c — simplified: names are given lowest index first and never shuffled
 */
export class IpcSpace {
  private readonly slots: (IpcEntry | null)[] = [null]
  /** Send and receive rights of a port are one name: this finds it. */
  private readonly names = new Map<Port, IpcEntry>()
  private readonly freeIndexes: number[] = []
  private readonly generations: number[] = [0]
  active = true
  readonly guards = new PortGuards()

  /**
   * The entry under a name; its port may have died.
   * @xnu osfmk/ipc/ipc_entry.c ipc_entry_lookup — faithful
   */
  lookup(name: number): IpcEntry | null {
    const entry = this.slots[name >>> INDEX_SHIFT]
    return entry !== undefined && entry !== null && entry.name === name ? entry : null
  }

  /**
   * The entry through which this space knows `port`; null when it does not. Send-once rights are not found.
   * @xnu osfmk/ipc/ipc_right.c ipc_right_reverse — faithful
   */
  entryOf(port: Port): IpcEntry | null {
    return this.names.get(port) ?? null
  }

  /** Names in order of their numbers: for `lsmp`-like listings. */
  list(): readonly IpcEntry[] {
    return this.slots.filter((entry) => entry !== null)
  }

  /** Makes an entry under a fresh name. @xnu osfmk/ipc/ipc_entry.c ipc_entry_claim — faithful */
  claim(type: number, object: Port | PortSet | null): IpcEntry {
    const index = this.nextIndex()
    const former = this.generations[index]
    const generation = former === undefined ? FIRST_GENERATION : (former + GENERATION_STEP) & 0xff
    return this.fill(index, generation, type, object)
  }

  /**
   * Makes an entry under a name of the task's choice; null when the name is taken or out of reach.
   * @xnu osfmk/ipc/ipc_entry.c ipc_entry_alloc_name — faithful
   */
  claimNamed(name: number, type: number, object: Port | PortSet | null): IpcEntry | null {
    const index = name >>> INDEX_SHIFT
    if (index === 0 || index > MAX_NAMED_INDEX) return null
    if (this.slots[index] !== undefined && this.slots[index] !== null) return null
    while (this.slots.length < index) {
      this.freeIndexes.unshift(this.slots.length)
      this.slots.push(null)
    }
    const free = this.freeIndexes.indexOf(index)
    if (free !== -1) this.freeIndexes.splice(free, 1)
    return this.fill(index, (name & 0xff) | 3, type, object)
  }

  /** Makes the entry the one under which its port is found. */
  remember(entry: IpcEntry, port: Port): void {
    this.names.set(port, entry)
  }

  forget(port: Port): void {
    this.names.delete(port)
  }

  /**
   * Removes a name without touching the rights behind it.
   * @xnu osfmk/ipc/ipc_entry.c ipc_entry_dealloc — faithful
   */
  remove(entry: IpcEntry): void {
    const index = entry.name >>> INDEX_SHIFT
    this.slots[index] = null
    this.freeIndexes.push(index)
    const port = entry.port
    if (port !== null && this.names.get(port) === entry) this.names.delete(port)
  }

  private nextIndex(): number {
    return this.freeIndexes.pop() ?? this.slots.length
  }

  private fill(index: number, generation: number, type: number, object: Port | PortSet | null): IpcEntry {
    this.generations[index] = generation
    const entry = new IpcEntry(((index << INDEX_SHIFT) | generation) >>> 0, type, object)
    this.slots[index] = entry
    return entry
  }
}
