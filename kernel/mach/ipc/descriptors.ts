import {
  KERN_SUCCESS, MACH_MSG_SUCCESS, MACH_MSG_VM_SPACE, MACH_RCV_BODY_ERROR, MACH_SEND_INVALID_MEMORY,
  MACH_SEND_INVALID_RIGHT, MACH_SEND_INVALID_TYPE,
} from '../../abi/kern_return.ts'
import { pageSizeBytes } from '../physical.ts'
import type { Task } from '../Task.ts'
import { carriedRight, copyinName, copyoutRight } from './copyin.ts'
import { kGUARD_EXC_INCORRECT_GUARD, mach_port_guard_exception } from './guardException.ts'
import {
  MACH_MSG_GUARD_FLAGS_IMMOVABLE_RECEIVE, MACH_MSG_GUARD_FLAGS_UNGUARDED_ON_SEND, MACH_MSG_PHYSICAL_COPY,
  MACH_MSG_TYPE_MOVE_RECEIVE, MACH_MSG_VIRTUAL_COPY, type CarriedDescriptor, type CarriedRight,
  type Descriptor, type GuardedPortDescriptor, type OolDescriptor, type OolPortsDescriptor,
} from './KernelMessage.ts'
import { giveBuffer, takeBuffer } from './messageBuffers.ts'
import type { Port } from './Port.ts'
import { releaseDescriptor, releaseRight } from './rights.ts'

const NAME_BYTES = 4
/** Memory up to this size is copied through a buffer of the kernel and comes out at the start of a page. */
const MSG_OOL_SIZE_SMALL = 4096
const GUARD_FLAGS = MACH_MSG_GUARD_FLAGS_IMMOVABLE_RECEIVE | MACH_MSG_GUARD_FLAGS_UNGUARDED_ON_SEND

/**
 * Takes the descriptors of a message in: all of them or, with a code, none that still holds a right.
 * @xnu osfmk/ipc/ipc_kmsg.c ipc_kmsg_copyin_body — faithful
 */
export function copyinDescriptors(
  task: Task, descriptors: readonly Descriptor[], flags: number,
): readonly CarriedDescriptor[] | number {
  for (const descriptor of descriptors) {
    const fault = typeFault(descriptor)
    if (fault !== MACH_MSG_SUCCESS) return fault
  }
  const carried = new Array<CarriedDescriptor>(descriptors.length)
  for (let i = 0; i < descriptors.length; i++) {
    const taken = copyinDescriptor(task, descriptors[i]!, flags)
    if (typeof taken === 'number') {
      for (const each of carried.slice(0, i)) releaseDescriptor(each)
      return taken
    }
    carried[i] = taken
  }
  return carried
}

function typeFault(descriptor: Descriptor): number {
  if (descriptor.type === 'ool') {
    const { copy } = descriptor
    return copy === MACH_MSG_PHYSICAL_COPY || copy === MACH_MSG_VIRTUAL_COPY
      ? MACH_MSG_SUCCESS
      : MACH_SEND_INVALID_TYPE
  }
  if (descriptor.type !== 'guarded-port') return MACH_MSG_SUCCESS
  const { disposition, flags, context } = descriptor
  if (disposition !== MACH_MSG_TYPE_MOVE_RECEIVE || flags === 0 || (flags & ~GUARD_FLAGS) !== 0) {
    return MACH_SEND_INVALID_TYPE
  }
  return (flags & MACH_MSG_GUARD_FLAGS_UNGUARDED_ON_SEND) !== 0 && context !== 0n
    ? MACH_SEND_INVALID_TYPE
    : MACH_MSG_SUCCESS
}

function copyinDescriptor(task: Task, descriptor: Descriptor, flags: number): CarriedDescriptor | number {
  switch (descriptor.type) {
    case 'ool': return copyinMemory(task, descriptor)
    case 'ool-ports': return copyinPorts(task, descriptor, flags)
    default: {
      if (descriptor.type === 'guarded-port' && isGuardedOtherwise(task, descriptor)) {
        return MACH_SEND_INVALID_RIGHT
      }
      const port = copyinName(task.space, descriptor.name, descriptor.disposition, flags)
      if (typeof port === 'number') return port
      const guard = descriptor.type === 'guarded-port' ? descriptor : { context: 0n, flags: 0 }
      return {
        type: descriptor.type, right: carriedRight(descriptor.disposition), port,
        context: guard.context, flags: guard.flags,
      }
    }
  }
}

/** @xnu osfmk/ipc/ipc_right.c ipc_right_copyin_check_guard_locked — faithful */
function isGuardedOtherwise(task: Task, descriptor: GuardedPortDescriptor): boolean {
  const port = task.space.lookup(descriptor.name)?.port ?? null
  if (port === null) return false
  const isUnguarded = (descriptor.flags & MACH_MSG_GUARD_FLAGS_UNGUARDED_ON_SEND) !== 0
  if (isUnguarded && !port.isGuarded && descriptor.context === 0n) return false
  if (port.isGuarded && port.context === descriptor.context) return false
  mach_port_guard_exception(task.space, descriptor.name, port.context, kGUARD_EXC_INCORRECT_GUARD)
  return true
}

function copyinMemory(task: Task, descriptor: OolDescriptor): CarriedDescriptor | number {
  const { address, sizeBytes, copy } = descriptor
  const bytes = takeBuffer(sizeBytes)
  if (sizeBytes > 0 && !task.map.read(address, bytes)) {
    giveBuffer(bytes)
    return MACH_SEND_INVALID_MEMORY
  }
  if (descriptor.deallocate) giveAway(task, address, sizeBytes)
  const keepsOffset = copy === MACH_MSG_VIRTUAL_COPY && sizeBytes > MSG_OOL_SIZE_SMALL
  return { type: 'ool', bytes, copy, pageOffset: keepsOffset ? address % pageSizeBytes() : 0 }
}

/** Takes the pages that memory lies on out of the sender. */
function giveAway(task: Task, address: number, sizeBytes: number): void {
  if (sizeBytes === 0) return
  const page = pageSizeBytes()
  const start = address - (address % page)
  task.map.deallocate(start, Math.ceil((address + sizeBytes) / page) * page - start)
}

function copyinPorts(task: Task, descriptor: OolPortsDescriptor, flags: number): CarriedDescriptor | number {
  const { address, count, disposition } = descriptor
  const bytes = new Uint8Array(count * NAME_BYTES)
  if (count > 0 && !task.map.read(address, bytes)) return MACH_SEND_INVALID_MEMORY
  if (descriptor.deallocate) giveAway(task, address, bytes.length)
  const view = new DataView(bytes.buffer)
  const right = carriedRight(disposition)
  const ports: (Port | null)[] = []
  for (let i = 0; i < count; i++) {
    const port = copyinName(task.space, view.getUint32(i * NAME_BYTES, true), disposition, flags)
    if (typeof port === 'number') {
      for (const each of ports) if (each !== null) releaseRight(each, right)
      return port
    }
    ports.push(port)
  }
  return { type: 'ool-ports', right, ports }
}

export interface CopiedOut {
  readonly code: number
  readonly descriptors: readonly Descriptor[]
}

/**
 * Gives the receiver names and memory. What finds no room is null, and the code says so.
 * @xnu osfmk/ipc/ipc_kmsg.c ipc_kmsg_copyout_body — faithful
 */
export function copyoutDescriptors(task: Task, carried: readonly CarriedDescriptor[]): CopiedOut {
  let code = MACH_MSG_SUCCESS
  const descriptors = new Array<Descriptor>(carried.length)
  for (let i = 0; i < carried.length; i++) {
    const descriptor = copyoutDescriptor(task, carried[i]!)
    if (descriptor === null) code = MACH_RCV_BODY_ERROR | MACH_MSG_VM_SPACE
    descriptors[i] = descriptor ?? withoutMemory(carried[i]!)
  }
  return { code, descriptors }
}

/** Null when the memory found no room. */
function copyoutDescriptor(task: Task, carried: CarriedDescriptor): Descriptor | null {
  switch (carried.type) {
    case 'ool': {
      const { bytes, copy, pageOffset } = carried
      const address = place(task, bytes, pageOffset)
      giveBuffer(bytes)
      return address === null ? null : { type: 'ool', address, sizeBytes: bytes.length, deallocate: true, copy }
    }
    case 'ool-ports': {
      const { ports, right } = carried
      const address = placePorts(task, ports, right)
      if (address === null) return null
      return { type: 'ool-ports', address, count: ports.length, disposition: right, deallocate: true }
    }
    default: return copyoutPort(task, carried)
  }
}

function withoutMemory(carried: CarriedDescriptor): Descriptor {
  return carried.type === 'ool'
    ? { type: 'ool', address: 0, sizeBytes: 0, deallocate: true, copy: carried.copy }
    : { type: 'ool-ports', address: 0, count: 0, disposition: carried.right, deallocate: true }
}

function copyoutPort(task: Task, carried: Extract<CarriedDescriptor, { port: Port | null }>): Descriptor {
  const { port, right, flags, context } = carried
  const name = copyoutRight(task.space, port, right)
  if (carried.type === 'port') return { type: 'port', name, disposition: right }
  if (port !== null && (flags & MACH_MSG_GUARD_FLAGS_IMMOVABLE_RECEIVE) !== 0) {
    port.isGuarded = true
    port.isImmovableReceive = true
    port.context = context
  }
  return {
    type: 'guarded-port', name, disposition: right, context,
    flags: flags & ~MACH_MSG_GUARD_FLAGS_UNGUARDED_ON_SEND,
  }
}

/** Puts bytes into fresh memory of the task; 0 for no bytes, null without room. */
function place(task: Task, bytes: Uint8Array, pageOffset: number): number | null {
  if (bytes.length === 0) return 0
  const { result, address } = task.map.allocate(bytes.length + pageOffset)
  if (result !== KERN_SUCCESS || !task.map.write(address + pageOffset, bytes)) return null
  return address + pageOffset
}

function placePorts(task: Task, ports: readonly (Port | null)[], right: CarriedRight): number | null {
  const bytes = new Uint8Array(ports.length * NAME_BYTES)
  const address = place(task, bytes, 0)
  if (address === null) {
    for (const port of ports) if (port !== null) releaseRight(port, right)
    return null
  }
  const view = new DataView(bytes.buffer)
  for (const [index, port] of ports.entries()) {
    view.setUint32(index * NAME_BYTES, copyoutRight(task.space, port, right), true)
  }
  task.map.write(address, bytes)
  return address
}
