import type { OSObject } from '../../libkern/index.ts'
import {
  IKOT_IOKIT_CONNECT, IKOT_IOKIT_OBJECT, copySendRight, ipc_kobject_alloc_port, ipc_kobject_dealloc_port, makeSendRight,
  type Port,
} from '../../mach/index.ts'
import { OSObject as OSObjectClass } from '../../libkern/index.ts'
import { kernelState, type Blocking } from '../../sim/index.ts'

export type IOKitPortType = typeof IKOT_IOKIT_OBJECT | typeof IKOT_IOKIT_CONNECT

/** What happens when user space holds no right to an object's port any more. */
export interface NoSendersHook {
  /** Thread context. Runs after the port is gone from the table; the object is still retained. */
  userReferencesGone(type: IOKitPortType): Blocking<void>
}

function hasHook(object: OSObject): object is OSObject & NoSendersHook {
  return 'userReferencesGone' in object
}

class PortTable {
  readonly object = new Map<OSObject, Port>()
  readonly connect = new Map<OSObject, Port>()
}

const tables = kernelState(() => new PortTable())

function tableOf(type: number): Map<OSObject, Port> {
  return type === IKOT_IOKIT_CONNECT ? tables().connect : tables().object
}

/**
 * A send right to the object's port: the same port as long as anybody holds a right to it.
 * @xnu iokit/Kernel/IOUserClient.cpp IOMachPort::makeSendRightForTask — faithful
 */
export function makeObjectRight(object: OSObject, type: IOKitPortType = IKOT_IOKIT_OBJECT): Port {
  const table = tableOf(type)
  let port = table.get(object)
  if (port === undefined) {
    port = ipc_kobject_alloc_port(object, type)
    port.onNoSenders = noSenders
    object.retain()
    table.set(object, port)
  }
  return makeSendRight(port)
}

/** Another right to the same port. */
export function copyObjectRight(port: Port): Port {
  return copySendRight(port)
}

/** The object behind a port of that type; null for every other port. Not retained. */
export function objectOfPort(port: Port | null, type?: IOKitPortType): OSObject | null {
  if (port === null || !port.alive) return null
  if (type === undefined ? port.kotype !== IKOT_IOKIT_OBJECT && port.kotype !== IKOT_IOKIT_CONNECT : port.kotype !== type) {
    return null
  }
  return port.kobject instanceof OSObjectClass ? port.kobject : null
}

/**
 * Ends the object's ports: the names that tasks hold become dead names.
 * @xnu iokit/Kernel/IOUserClient.cpp IOUserClient::destroyUserReferences — faithful
 */
export function destroyUserReferences(object: OSObject): void {
  for (const type of [IKOT_IOKIT_OBJECT, IKOT_IOKIT_CONNECT]) {
    const table = tableOf(type)
    const port = table.get(object)
    if (port === undefined) continue
    table.delete(object)
    ipc_kobject_dealloc_port(port)
    object.release()
  }
}

/** Whether user space holds a right to the object. */
export function hasUserReferences(object: OSObject): boolean {
  return tables().object.has(object) || tables().connect.has(object)
}

function noSenders(port: Port): Blocking<void> {
  const object = objectOfPort(port)
  if (object === null) return undefined
  const type = port.kotype as IOKitPortType
  tableOf(type).delete(object)
  ipc_kobject_dealloc_port(port)
  if (!hasHook(object)) {
    object.release()
    return undefined
  }
  return finish(object, type)
}

function finish(object: OSObject & NoSendersHook, type: IOKitPortType): Blocking<void> {
  const rest = object.userReferencesGone(type)
  if (typeof rest !== 'object' || rest === null) {
    object.release()
    return undefined
  }
  return (function* () {
    yield* rest
    object.release()
  })()
}
