import type { Port } from './Port.ts'

export const MACH_MSG_TYPE_MOVE_RECEIVE = 16
export const MACH_MSG_TYPE_MOVE_SEND = 17
export const MACH_MSG_TYPE_MOVE_SEND_ONCE = 18
export const MACH_MSG_TYPE_COPY_SEND = 19
export const MACH_MSG_TYPE_MAKE_SEND = 20
export const MACH_MSG_TYPE_MAKE_SEND_ONCE = 21

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
  /** null: the name was dead or null. */
  readonly port: Port | null
}

/** A message on its way: rights belong to it until it is copied out or destroyed. */
export interface KernelMessage {
  readonly remote: Port
  readonly remoteRight: CarriedRight
  readonly local: Port | null
  readonly localRight: CarriedRight | 0
  readonly id: number
  readonly body: readonly unknown[]
  readonly ports: readonly CarriedPort[]
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
}

/** What a task receives; names are the receiver's own. */
export interface ReceivedMessage {
  readonly id: number
  /** Port the message came in on. */
  readonly localPort: number
  /** Right to reply to, 0 when there is none. */
  readonly remotePort: number
  readonly body: readonly unknown[]
}
