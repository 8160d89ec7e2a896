import { kIOReturnBadArgument, kIOReturnSuccess, type IOReturn } from '../../../abi/index.ts'
import { Task, type KobjectReply, type Port } from '../../../mach/index.ts'
import { wait, type KernelThread } from '../../../sim/index.ts'
import type { IOUserClient } from '../IOUserClient.ts'
import { kIOMapUserOptionsMask, mapForTask, unmapFromTask } from '../userMemory.ts'
import { fail, reply } from './call.ts'
import { clientLock, onClient } from './connections.ts'

function taskOf(port: Port | null): Task | null {
  return port !== null && port.alive && port.kobject instanceof Task ? port.kobject : null
}

/** What no mapping comes of is a bad argument, whatever the client said. */
function* mapMemory(
  client: IOUserClient, task: Task, wanted: { type: number; flags: number; address: number },
): KernelThread<KobjectReply> {
  const { result, options, memory } = yield* wait(client.clientMemoryForType(wanted.type))
  if (memory === null) return fail(kIOReturnBadArgument)
  if (result !== kIOReturnSuccess) return fail(kIOReturnBadArgument)
  const merged = ((options & ~kIOMapUserOptionsMask) | (wanted.flags & kIOMapUserOptionsMask)) >>> 0
  const mapped = mapForTask({ client, task, memory, options: merged, address: wanted.address })
  memory.release()
  return mapped.result === kIOReturnSuccess ? reply(mapped.address, mapped.sizeBytes) : fail(kIOReturnBadArgument)
}

/** @xnu iokit/Kernel/IOUserClient.cpp is_io_connect_map_memory_into_task — faithful */
export const connect_map_memory_into_task = onClient(function* (client, request) {
  const [type, port, address, , flags] = request.body as readonly [number, Port | null, number | bigint, number, number]
  const task = taskOf(port)
  if (task === null) return fail(kIOReturnBadArgument)
  return yield* client.insideCall(clientLock(client), () => mapMemory(client, task, { type, flags, address: Number(address) }))
})

/** For 32-bit callers: addresses and sizes are cut. @xnu iokit/Kernel/IOUserClient.cpp is_io_connect_map_memory — faithful */
export const connect_map_memory = onClient(function* (client, request) {
  const [type, port, address, , flags] = request.body as readonly [number, Port | null, number | bigint, number, number]
  const task = taskOf(port)
  if (task === null) return fail(kIOReturnBadArgument)
  const answer = yield* client.insideCall(clientLock(client), () => mapMemory(client, task, { type, flags, address: Number(address) }))
  return answer.code === kIOReturnSuccess ? reply(...answer.body.map((word) => Number(word) % 0x1_0000_0000)) : answer
})

/** @xnu iokit/Kernel/IOUserClient.cpp is_io_connect_unmap_memory_from_task — faithful */
export const connect_unmap_memory_from_task = onClient(function* (client, request) {
  const [type, port, address] = request.body as readonly [number, Port | null, number | bigint]
  const task = taskOf(port)
  if (task === null) return fail(kIOReturnBadArgument)
  return fail(yield* client.insideCall(clientLock(client), () => unmapMemory(client, task, type, Number(address))))
})

/** For 32-bit callers. @xnu iokit/Kernel/IOUserClient.cpp is_io_connect_unmap_memory — faithful */
export const connect_unmap_memory = connect_unmap_memory_from_task

function* unmapMemory(client: IOUserClient, task: Task, type: number, address: number): KernelThread<IOReturn> {
  const { result, memory } = yield* wait(client.clientMemoryForType(type))
  if (memory === null || result !== kIOReturnSuccess) {
    memory?.release()
    return result
  }
  const done = unmapFromTask(client, task, address)
  memory.release()
  return done
}

