import type { Port } from './Port.ts'
import type { MessageTrailer, SenderTokens } from './trailer.ts'

export const MACH_MSG_TYPE_MOVE_RECEIVE = 16
export const MACH_MSG_TYPE_MOVE_SEND = 17
export const MACH_MSG_TYPE_MOVE_SEND_ONCE = 18
export const MACH_MSG_TYPE_COPY_SEND = 19
export const MACH_MSG_TYPE_MAKE_SEND = 20
export const MACH_MSG_TYPE_MAKE_SEND_ONCE = 21

export const MACH_MSG_PHYSICAL_COPY = 0
export const MACH_MSG_VIRTUAL_COPY = 1

export const MACH_MSG_GUARD_FLAGS_IMMOVABLE_RECEIVE = 1
export const MACH_MSG_GUARD_FLAGS_UNGUARDED_ON_SEND = 2

export type Disposition = 0 | 16 | 17 | 18 | 19 | 20 | 21
/** What a right is once it travels: receive, send or send-once. */
export type CarriedRight = 16 | 17 | 18

/** Says that `body[index]` is a port name and how its right is passed on. */
export interface PortSlot {
  readonly index: number
  readonly disposition: Disposition
}

export interface CarriedPort {
  readonly index: number
  readonly right: CarriedRight
  /** null: the name was null. A dead name is `IP_DEAD`. */
  readonly port: Port | null
}

export interface PortDescriptor {
  readonly type: 'port'
  readonly name: number
  readonly disposition: Disposition
}

/** A receive right that travels with its guard. */
export interface GuardedPortDescriptor {
  readonly type: 'guarded-port'
  readonly name: number
  readonly disposition: Disposition
  readonly context: bigint
  readonly flags: number
}

/** Memory out of line. */
export interface OolDescriptor {
  readonly type: 'ool'
  readonly address: number
  readonly sizeBytes: number
  readonly deallocate: boolean
  readonly copy: number
}

/** An array of port names, four bytes each, out of line. */
export interface OolPortsDescriptor {
  readonly type: 'ool-ports'
  readonly address: number
  readonly count: number
  readonly disposition: Disposition
  readonly deallocate: boolean
}

export type Descriptor = PortDescriptor | GuardedPortDescriptor | OolDescriptor | OolPortsDescriptor

/** A descriptor on its way. */
export type CarriedDescriptor =
  | { readonly type: 'port' | 'guarded-port'; readonly right: CarriedRight; readonly port: Port | null
    readonly context: bigint; readonly flags: number }
  | { readonly type: 'ool'; readonly bytes: Uint8Array; readonly copy: number; readonly pageOffset: number }
  | { readonly type: 'ool-ports'; readonly right: CarriedRight; readonly ports: readonly (Port | null)[] }

/** A message on its way: rights belong to it until it is copied out or destroyed. */
export interface KernelMessage {
  readonly remote: Port
  readonly remoteRight: CarriedRight
  readonly local: Port | null
  readonly localRight: CarriedRight | 0
  readonly id: number
  readonly body: readonly unknown[]
  readonly ports: readonly CarriedPort[]
  readonly descriptors: readonly CarriedDescriptor[] | null
  /** Who sent it, as of then. */
  readonly sender: SenderTokens
}

/** What a task sends. @xnu osfmk/mach/message.h — simplified: the body holds JS values, no packed bytes */
export interface MachMessage {
  readonly remotePort: number
  readonly remoteDisposition: Disposition
  readonly localPort?: number
  readonly localDisposition?: Disposition
  readonly id: number
  readonly body: readonly unknown[]
  readonly ports?: readonly PortSlot[]
  readonly descriptors?: readonly Descriptor[]
}

/** What a task receives; names and addresses are the receiver's own. */
export interface ReceivedMessage {
  readonly id: number
  /** Port the message came in on. */
  readonly localPort: number
  /** Right to reply to, 0 when there is none. */
  readonly remotePort: number
  readonly body: readonly unknown[]
  /** How many messages the port had given out before. */
  readonly sequenceNumber: number
  readonly descriptors?: readonly Descriptor[]
  /** Present when the receive options asked for elements. */
  readonly trailer?: MessageTrailer
}

const HEADER_BYTES = 24
const PORT_DESCRIPTOR_BYTES = 12
const OOL_DESCRIPTOR_BYTES = 16

/** Size of the message as a packed one has it: header, descriptors, values rounded up to four bytes. */
export function messageSizeBytes(message: KernelMessage): number {
  let size = HEADER_BYTES
  if (message.descriptors !== null || message.ports.length > 0) size += 4
  for (const { type } of message.descriptors ?? []) {
    size += type === 'port' ? PORT_DESCRIPTOR_BYTES : OOL_DESCRIPTOR_BYTES
  }
  size += message.ports.length * PORT_DESCRIPTOR_BYTES
  for (let i = 0; i < message.body.length; i++) {
    if (!message.ports.some((carried) => carried.index === i)) size += valueSizeBytes(message.body[i])
  }
  return size
}

function valueSizeBytes(value: unknown): number {
  if (typeof value === 'bigint') return 8
  if (typeof value === 'string') return (value.length + 4) & ~3
  if (value instanceof Uint8Array) return (value.length + 3) & ~3
  if (Array.isArray(value)) return value.reduce<number>((sum, each) => sum + valueSizeBytes(each), 0)
  if (typeof value === 'object' && value !== null) return valueSizeBytes(Object.values(value))
  return 4
}
