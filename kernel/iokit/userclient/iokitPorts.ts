import { collectionTag, type OSObject, type OSSet } from '../../libkern/index.ts'
import {
  IKOT_IOKIT_CONNECT, IKOT_IOKIT_OBJECT, MACH_MSG_TYPE_MOVE_SEND, copyoutRight, makeSendRight, type Port,
  type Task,
} from '../../mach/index.ts'
import { kernelState, wait, isKernelThread, type Blocking } from '../../sim/index.ts'
import { IOMemoryMap } from '../memory/index.ts'
import { IORegistryEntry } from '../registry/index.ts'
import { IOService } from '../service/IOService.ts'
import { IOMachPort, type IOKitPortType } from './IOMachPort.ts'

export type { IOKitPortType }

/** What happens when user space holds no right to an object's port any more. */
export interface NoSendersHook {
  /** Thread context. Runs after the port is gone from the table; the object is still retained. */
  userReferencesGone(type: IOKitPortType): Blocking<void>
}

/** A connection: owners are forgotten first, and its port may go on for what it has mapped. */
export interface ConnectionHook {
  noMoreSenders(): void
  takeMappings(): OSSet | null
}

function hasHook(object: OSObject): object is OSObject & NoSendersHook {
  return 'userReferencesGone' in object
}

function isConnection(object: OSObject): object is OSObject & ConnectionHook {
  return 'takeMappings' in object
}

const tables = kernelState(() => new Map<IOKitPortType, Map<OSObject, IOMachPort>>())

function tableOf(type: IOKitPortType): Map<OSObject, IOMachPort> {
  let table = tables().get(type)
  if (table === undefined) {
    table = new Map()
    tables().set(type, table)
  }
  return table
}

/**
 * The object's port, made when there is none.
 * @xnu iokit/Kernel/IOUserClient.cpp iokit_port_for_object — faithful
 */
export function iokit_port_for_object(object: OSObject, type: IOKitPortType): Port {
  const table = tableOf(type)
  let machPort = table.get(object)
  if (machPort === undefined) {
    machPort = IOMachPort.withObjectAndType(object, type)
    machPort.port.onNoSenders = iokit_no_senders
    table.set(object, machPort)
  }
  return machPort.port
}

/**
 * A send right to the object's port: the same port as long as anybody holds a right to it.
 * @xnu osfmk/device/iokit_rpc.c iokit_make_port_of_type — faithful
 */
export function makeObjectRight(object: OSObject, type: IOKitPortType = IKOT_IOKIT_OBJECT): Port {
  return makeSendRight(iokit_port_for_object(object, type))
}

/** Gives a task a name for the object. @xnu osfmk/device/iokit_rpc.c iokit_make_send_right — faithful */
export function makeSendRightForTask(task: Task, object: OSObject, type: IOKitPortType): number {
  return copyoutRight(task.space, makeObjectRight(object, type), MACH_MSG_TYPE_MOVE_SEND)
}

/**
 * The object behind a port of that type; null for every other port. Not retained.
 * @xnu osfmk/device/iokit_rpc.c iokit_lookup_io_object — faithful
 */
export function objectOfPort(port: Port | null, type: IOKitPortType = IKOT_IOKIT_OBJECT): OSObject | null {
  if (port === null || !port.alive || port.kotype !== type) return null
  return port.kobject instanceof IOMachPort ? port.kobject.object : null
}

/**
 * The object behind a send right that a task names. Not retained.
 * @xnu osfmk/device/iokit_rpc.c iokit_lookup_object_with_port_name — faithful
 */
export function objectOfName(task: Task, name: number, type: IOKitPortType): OSObject | null {
  const entry = task.space.lookup(name)
  return entry !== null && entry.holdsSend ? objectOfPort(entry.port, type) : null
}

/**
 * Ends the object's ports: the names that tasks hold become dead names. A service that a termination
 * notification has in hand keeps its port, and so does a connection with memory mapped, for the mappings.
 * @xnu iokit/Kernel/IOUserClient.cpp IOUserClient::destroyUserReferences — faithful
 */
export function destroyUserReferences(object: OSObject): void {
  releasePortForObject(object, IKOT_IOKIT_OBJECT)
  const table = tableOf(IKOT_IOKIT_CONNECT)
  const machPort = table.get(object)
  if (machPort === undefined) return
  object.retain()
  table.delete(object)
  object.taggedRelease(collectionTag)
  const mappings = isConnection(object) ? closeFor(object) : null
  if (mappings === null) dropPort(machPort)
  else {
    mappings.taggedRetain(collectionTag)
    machPort.object = mappings
    table.set(mappings, machPort)
    mappings.release()
  }
  object.release()
}

function closeFor(connection: ConnectionHook): OSSet | null {
  connection.noMoreSenders()
  return connection.takeMappings()
}

function dropPort(machPort: IOMachPort): void {
  machPort.object = null
  machPort.release()
}

/**
 * The port of a service ends, unless a notification has it in hand; that of any other object stays until
 * nobody has a right to it. Any context.
 * @xnu iokit/Kernel/IOUserClient.cpp releasePortForObject — faithful
 */
export function releasePortForObject(object: OSObject, type: IOKitPortType): void {
  const table = tableOf(type)
  const machPort = table.get(object)
  if (machPort === undefined || type !== IKOT_IOKIT_OBJECT) return
  if (!(object instanceof IOService) || object.internals.machPortHoldDestroy) return
  table.delete(object)
  dropPort(machPort)
  object.taggedRelease(collectionTag)
}

/** Whether user space holds a right to the object. */
export function hasUserReferences(object: OSObject): boolean {
  return tableOf(IKOT_IOKIT_OBJECT).has(object) || tableOf(IKOT_IOKIT_CONNECT).has(object)
}

/**
 * The last send right went: the port ends, and what it stood for is told.
 * @xnu iokit/Kernel/IOUserClient.cpp iokit_client_died — faithful
 */
function iokit_no_senders(port: Port): Blocking<void> {
  const machPort = port.kobject
  const object = machPort instanceof IOMachPort ? machPort.object : null
  if (!(machPort instanceof IOMachPort) || object === null) return undefined
  const { type } = machPort
  object.retain()
  if (type === IKOT_IOKIT_CONNECT && isConnection(object)) object.noMoreSenders()
  tableOf(type).delete(object)
  dropPort(machPort)
  object.taggedRelease(collectionTag)
  if (object instanceof IOMemoryMap) object.taskDied()
  const rest = hasHook(object) ? object.userReferencesGone(type) : undefined
  if (!isKernelThread(rest)) {
    object.release()
    return undefined
  }
  return (function* () {
    yield* wait(rest)
    object.release()
  })()
}

/**
 * What a listing of kernel ports says of one. @xnu iokit/Kernel/IOUserClient.cpp
 * iokit_port_object_description — faithful
 */
export function iokit_port_object_description(port: Port): string {
  const object = port.kobject instanceof IOMachPort ? port.kobject.object : null
  if (object === null) return ''
  const name = object.getMetaClass().className
  return object instanceof IORegistryEntry ? `${name}(0x${object.getRegistryEntryID().toString(16)})` : name
}

