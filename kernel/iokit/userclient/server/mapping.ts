import { kIOReturnBadArgument, kIOReturnSuccess, type IOReturn } from '../../../abi/index.ts'
import { OSSet } from '../../../libkern/index.ts'
import {
  IKOT_IOKIT_OBJECT, Task, mach_port_mod_refs, type KobjectReply, type KobjectRequest, type Port,
} from '../../../mach/index.ts'
import { wait, type KernelThread } from '../../../sim/index.ts'
import {
  kIOMapAnywhere, kIOMapReference, kIOMapUserOptionsMask, type IOMemoryMap,
} from '../../memory/index.ts'
import type { IOUserClient } from '../IOUserClient.ts'
import { makeSendRightForTask, releasePortForObject } from '../iokitPorts.ts'
import { fail, reply } from './call.ts'
import { clientLock, onClient } from './connections.ts'

const MACH_PORT_RIGHT_SEND = 0

/** One call: whose memory goes where. */
interface MapCall {
  readonly client: IOUserClient
  readonly type: number
  readonly task: Task
  readonly address: number
  /**
   * The task did not ask for itself, or others may use the connection: the mapping is told by a port of its
   * own.
   */
  readonly isElsewhere: boolean
}

/** Arguments: kind of memory, task, address. Null when the port is no task's. */
function callFrom(client: IOUserClient, request: KobjectRequest): MapCall | null {
  const [type, port, address] = request.body as readonly [number, Port | null, number | bigint]
  const task = port !== null && port.alive ? port.kobject : null
  if (!(task instanceof Task)) return null
  const isElsewhere = client.sharedInstance || task !== request.task
  return { client, type, task, address: Number(address), isElsewhere }
}

/**
 * Maps the client's memory. What no mapping comes of is a bad argument, whatever the client said. The
 * mapping belongs to the client, or to a port in the task when it is elsewhere.
 * @xnu iokit/Kernel/IOUserClient.cpp is_io_connect_map_memory_into_task — faithful
 */
function* mapMemory(call: MapCall, flags: number): KernelThread<KobjectReply> {
  const { client, task, address } = call
  const map = yield* client.mapClientMemory64(call.type, task, flags, address)
  if (map === null) return fail(kIOReturnBadArgument)
  const answer = reply(map.getAddress(), map.getSize())
  if (call.isElsewhere) makeSendRightForTask(task, map, IKOT_IOKIT_OBJECT)
  else {
    client.mappings ??= OSSet.withCapacity(2)
    client.mappings.setObject(map)
  }
  map.release()
  return answer
}

export const connect_map_memory_into_task = onClient(function* (client, request) {
  const call = callFrom(client, request)
  if (call === null) return fail(kIOReturnBadArgument)
  return yield* client.insideCall(clientLock(client), () => mapMemory(call, request.body[4] as number))
})

/**
 * For 32-bit callers: addresses and sizes are cut.
 * @xnu iokit/Kernel/IOUserClient.cpp is_io_connect_map_memory — faithful
 */
export const connect_map_memory = onClient(function* (client, request) {
  const call = callFrom(client, request)
  if (call === null) return fail(kIOReturnBadArgument)
  const answer = yield* client.insideCall(clientLock(client),
    () => mapMemory(call, request.body[4] as number))
  return answer.code === kIOReturnSuccess
    ? reply(...answer.body.map((word) => Number(word) % 0x1_0000_0000))
    : answer
})

/**
 * Takes the mapping of the client's memory at an address out again.
 * @xnu iokit/Kernel/IOUserClient.cpp is_io_connect_unmap_memory_from_task — faithful
 */
function* unmapMemory(call: MapCall): KernelThread<IOReturn> {
  const { result, options, memory } = yield* wait(call.client.clientMemoryForType(call.type))
  if (memory === null) return result
  const wanted = ((options & ~kIOMapUserOptionsMask) | kIOMapAnywhere | kIOMapReference) >>> 0
  const map = result === kIOReturnSuccess
    ? memory.createMappingInTask(call.task, { address: call.address, options: wanted })
    : null
  memory.release()
  if (result !== kIOReturnSuccess) return result
  if (map === null) return kIOReturnBadArgument
  dropMapping(call, map)
  return kIOReturnSuccess
}

/** Uses the caller's reference up. The task loses the right that it was pushed, and the one that finds it. */
function dropMapping({ client, task, isElsewhere }: MapCall, map: IOMemoryMap): void {
  client.mappings?.removeObject(map)
  if (!isElsewhere) {
    releasePortForObject(map, IKOT_IOKIT_OBJECT)
    map.release()
    return
  }
  const name = makeSendRightForTask(task, map, IKOT_IOKIT_OBJECT)
  map.release()
  map.userClientUnmap()
  mach_port_mod_refs(task, name, MACH_PORT_RIGHT_SEND, -2)
}

export const connect_unmap_memory_from_task = onClient(function* (client, request) {
  const call = callFrom(client, request)
  if (call === null) return fail(kIOReturnBadArgument)
  return fail(yield* client.insideCall(clientLock(client), () => unmapMemory(call)))
})

/** For 32-bit callers. @xnu iokit/Kernel/IOUserClient.cpp is_io_connect_unmap_memory — faithful */
export const connect_unmap_memory = connect_unmap_memory_from_task
