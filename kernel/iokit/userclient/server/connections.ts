import { kIOReturnBadArgument, kIOReturnSuccess, kIOReturnUnsupported } from '../../../abi/index.ts'
import { OSSet } from '../../../libkern/index.ts'
import {
  convert_semaphore_to_port, IKOT_IOKIT_CONNECT, IOLog, MACH_MSG_TYPE_MOVE_SEND, copySendRight, releaseSendRight, type KobjectReply, type KobjectRequest,
  type Port,
} from '../../../mach/index.ts'
import { isKernelThread, type Blocking, type KernelThread } from '../../../sim/index.ts'
import { IOUserClient, kIPCLockNone, kIPCLockWrite, type IPCLock } from '../IOUserClient.ts'
import { objectOfPort } from '../iokitPorts.ts'
import { fail, reply, replyObject, type Routine } from './call.ts'

export type ClientRoutine = (client: IOUserClient, request: KobjectRequest) => Blocking<KobjectReply>

/** Lets only requests on a connection's port through; the client lives until the answer. */
export function onClient(routine: ClientRoutine): Routine {
  return (request) => {
    const client = objectOfPort(request.port, IKOT_IOKIT_CONNECT)
    if (!(client instanceof IOUserClient)) return fail(kIOReturnBadArgument)
    client.retain()
    const answer = routine(client, request)
    if (isKernelThread(answer)) return finish(client, answer)
    client.release()
    return answer
  }
}

function* finish(client: IOUserClient, call: KernelThread<KobjectReply>): KernelThread<KobjectReply> {
  const answer = yield* call
  client.release()
  return answer
}

/** How calls that change a connection lock it. */
export function clientLock(client: IOUserClient): IPCLock {
  return client.defaultLocking ? kIPCLockWrite : kIPCLockNone
}

const closeClient = onClient(function* (client) {
  if (client.sharedInstance || !client.closed) {
    client.closed = true
    yield* client.insideCall(kIPCLockWrite, () => client.clientClose())
  } else {
    const id = client.getRegistryEntryID().toString(16)
    IOLog(`ignored is_io_service_close(0x${id},${client.getName()})\n`)
  }
  return reply()
})

/**
 * A connection that ended with memory mapped stands for its mappings: closing that is nothing.
 * @xnu iokit/Kernel/IOUserClient.cpp is_io_service_close — faithful
 */
export const service_close: Routine = (request) => {
  return objectOfPort(request.port, IKOT_IOKIT_CONNECT) instanceof OSSet ? reply() : closeClient(request)
}

/** @xnu iokit/Kernel/IOUserClient.cpp is_io_connect_get_service — faithful */
export const connect_get_service = onClient((client) => {
  const service = client.getService()
  if (service === null) return fail(kIOReturnUnsupported)
  service.retain()
  return replyObject(service)
})

/** @xnu iokit/Kernel/IOUserClient.cpp is_io_connect_add_client — faithful */
export const connect_add_client = onClient(function* (client, request) {
  const other = objectOfPort(request.body[0] as Port | null, IKOT_IOKIT_CONNECT)
  if (!(other instanceof IOUserClient)) return fail(kIOReturnBadArgument)
  return fail(yield* client.insideCall(clientLock(client), () => client.connectClient(other)))
})

/**
 * On success the client has the port's right.
 * @xnu iokit/Kernel/IOUserClient.cpp is_io_connect_set_notification_port_64 — faithful
 */
export const connect_set_notification_port_64 = onClient(function* (client, request) {
  const [type, port, reference] = request.body as readonly [number, Port | null, number | bigint]
  if (port !== null) copySendRight(port)
  const result = yield* client.insideCall(kIPCLockWrite, () => {
    return client.registerNotificationPort(port, type, BigInt(reference))
  })
  if (result !== kIOReturnSuccess && port !== null) releaseSendRight(port)
  return fail(result)
})

/** For 32-bit callers. @xnu iokit/Kernel/IOUserClient.cpp is_io_connect_set_notification_port — faithful */
export const connect_set_notification_port = connect_set_notification_port_64

/** @xnu iokit/Kernel/IOUserClient.cpp is_io_connect_get_notification_semaphore — faithful */
export const connect_get_notification_semaphore = onClient(function* (client, request) {
  const type = request.body[0] as number
  const answer = yield* client.insideCall(kIPCLockWrite, () => client.getNotificationSemaphore(type))
  const port = convert_semaphore_to_port(answer.semaphore)
  if (answer.result === kIOReturnSuccess && port !== null) {
    return { code: answer.result, body: [port], ports: [{ index: 0, right: MACH_MSG_TYPE_MOVE_SEND, port }] }
  }
  if (port !== null) releaseSendRight(port)
  return answer.result === kIOReturnSuccess ? reply(0) : fail(answer.result)
})
