import {
  io_async_ref_count, io_inband_length, kIOReturnBadArgument, kIOReturnIPCError, kIOReturnNoMemory,
  kIOReturnSuccess, kIOReturnUnsupported, type IOReturn,
} from '../../../abi/index.ts'
import {
  IKOT_IOKIT_CONNECT, IOLog, Task, copySendRight, releaseSendRight, type KobjectReply, type KobjectRequest,
  type Port,
} from '../../../mach/index.ts'
import { wait, type Blocking, type KernelThread } from '../../../sim/index.ts'
import {
  kIOExternalMethodArgumentsCurrentVersion, type IOExternalMethodArguments,
} from '../externalMethod.ts'
import { OSData } from '../../../libkern/index.ts'
import { IOUserClient } from '../IOUserClient.ts'
import { objectOfPort } from '../iokitPorts.ts'
import {
  mapForTask, unmapFromTask, wireTaskRange, type TaskRange,
} from '../userMemory.ts'
import { kIOMapUserOptionsMask } from '../../memory/index.ts'
import { binaryOf, fail, reply, replyObject, type Routine } from './call.ts'

type ClientRoutine = (client: IOUserClient, request: KobjectRequest) => Blocking<KobjectReply>

/** Lets only requests on a connection's port through, and keeps the client from being finalized meanwhile. */
function onClient(routine: ClientRoutine): Routine {
  return function* (request) {
    const client = objectOfPort(request.port, IKOT_IOKIT_CONNECT)
    if (!(client instanceof IOUserClient)) return fail(kIOReturnBadArgument)
    client.retain()
    client.ipcEnter()
    const answer = yield* wait(routine(client, request))
    client.ipcExit()
    client.release()
    return answer
  }
}

/** Runs `body` with the client's lock held exclusively, where its policy says so. */
function* exclusively<T>(client: IOUserClient, body: () => Blocking<T>): KernelThread<T> {
  if (!client.defaultLocking) return yield* wait(body())
  yield* client.lock.take(true)
  const result = yield* wait(body())
  client.lock.drop(true)
  return result
}

/** @xnu iokit/Kernel/IOUserClient.cpp is_io_service_close — faithful */
export const service_close = onClient(function* (client) {
  if (client.sharedInstance || !client.closed) {
    client.closed = true
    yield* exclusively(client, () => client.clientClose())
  } else {
    const id = client.getRegistryEntryID().toString(16)
    IOLog(`ignored is_io_service_close(0x${id},${client.getName()})\n`)
  }
  return reply()
})

export const connect_get_service = onClient((client) => {
  const service = client.getService()
  if (service === null) return fail(kIOReturnUnsupported)
  service.retain()
  return replyObject(service)
})

export const connect_add_client = onClient(function* (client, request) {
  const other = objectOfPort(request.body[0] as Port | null, IKOT_IOKIT_CONNECT)
  if (!(other instanceof IOUserClient)) return fail(kIOReturnBadArgument)
  return fail(yield* exclusively(client, () => client.connectClient(other)))
})

export const connect_set_notification_port_64 = onClient(function* (client, request) {
  const [type, port, reference] = request.body as readonly [number, Port | null, number]
  return fail(yield* exclusively(client, () => client.registerNotificationPort(port, type, reference)))
})

export const connect_map_memory_into_task = onClient(function* (client, request) {
  const [type, taskPort, address, flags] = request.body as readonly [number, Port | null, number, number]
  const task = taskPort?.kobject
  if (!(task instanceof Task) || (flags & ~(kIOMapUserOptionsMask | 0x1000)) !== 0) return fail(kIOReturnBadArgument)
  return yield* exclusively(client, function* (): KernelThread<KobjectReply> {
    const { result, options, memory } = yield* wait(client.clientMemoryForType(type))
    if (result !== kIOReturnSuccess) return fail(result)
    if (memory === null) return fail(kIOReturnBadArgument)
    const merged = (options & ~kIOMapUserOptionsMask) | flags
    const mapped = mapForTask({ client, task, memory, options: merged, address })
    memory.release()
    return mapped.result === kIOReturnSuccess ? reply(mapped.address, mapped.sizeBytes) : fail(mapped.result)
  })
})

export const connect_unmap_memory_from_task = onClient(function* (client, request) {
  const [, taskPort, address] = request.body as readonly [number, Port | null, number]
  const task = taskPort?.kobject
  if (!(task instanceof Task)) return fail(kIOReturnBadArgument)
  return fail(yield* exclusively(client, () => unmapFromTask(client, task, address)))
})

/** Position of the common arguments, and what goes before and after them. */
interface MethodCall {
  readonly first: number
  readonly wakePort: Port | null
  readonly reference: readonly bigint[]
}

export const connect_method = onClient((client, request) => {
  return callMethod(client, request, { first: 0, wakePort: null, reference: [] })
})

export const connect_async_method = onClient(function* (client, request) {
  const [wakePort, reference] = request.body as readonly [Port | null, readonly bigint[]]
  if (reference.length === 0 || reference.length > io_async_ref_count) return fail(kIOReturnBadArgument)
  if (wakePort !== null) copySendRight(wakePort)
  const answer = yield* callMethod(client, request, { first: 2, wakePort, reference })
  if (answer.code !== kIOReturnSuccess && wakePort !== null) releaseSendRight(wakePort)
  return answer
})

function* callMethod(client: IOUserClient, request: KobjectRequest, call: MethodCall): KernelThread<KobjectReply> {
  const args = argumentsFrom(request.body, call)
  const [inAddress, inSize, , , outAddress, outSize] =
    request.body.slice(call.first + 3) as readonly number[] as readonly [number, number, number, number, number, number]
  if (isBadOutOfLine(inAddress, inSize) || isBadOutOfLine(outAddress, outSize)) return fail(kIOReturnIPCError)
  const input = inAddress === 0 ? null : wireTaskRange(request.task, inAddress, inSize, 2)
  const output = outAddress === 0 ? null : wireTaskRange(request.task, outAddress, outSize, 1)
  if ((inAddress !== 0 && input === null) || (outAddress !== 0 && output === null)) {
    releaseRanges(input, output)
    return fail(kIOReturnNoMemory)
  }
  args.structureInputDescriptor = input?.descriptor ?? null
  args.structureOutputDescriptor = output?.descriptor ?? null
  args.structureOutputDescriptorSize = outSize
  const result = yield* client.callExternalMethod(args.selector, args)
  releaseRanges(input, output)
  return methodReply(result, args, args.structureOutputDescriptorSize)
}

function isBadOutOfLine(address: number, sizeBytes: number): boolean {
  return address !== 0 && (sizeBytes <= io_inband_length || sizeBytes > 0xffffffff)
}

function releaseRanges(input: TaskRange | null, output: TaskRange | null): void {
  input?.release()
  output?.release()
}

/** The output is of a size that the driver chooses. */
export const connect_method_var_output = onClient(function* (client, request) {
  const { body } = request
  const args = argumentsFrom(body, { first: 0, wakePort: null, reference: [] })
  const [inAddress, inSize] = body.slice(3) as readonly number[] as readonly [number, number]
  if (isBadOutOfLine(inAddress, inSize)) return fail(kIOReturnIPCError)
  const input = inAddress === 0 ? null : wireTaskRange(request.task, inAddress, inSize, 2)
  args.structureInputDescriptor = input?.descriptor ?? null
  args.structureVariableOutputData = { value: null }
  const result = yield* client.callExternalMethod(args.selector, args)
  input?.release()
  const object = args.structureVariableOutputData.value
  const bytes = object === null ? null : object instanceof OSData ? object.bytes().slice() : binaryOf(object)
  object?.release()
  return methodReply(result, args, bytes)
})

/** Common arguments: selector, scalars, in-band input, then out-of-line input and room for output. */
function argumentsFrom(body: readonly unknown[], call: MethodCall): IOExternalMethodArguments {
  const { first, wakePort, reference } = call
  const isVariable = body.length === first + 7
  const structureCapacity = body[first + 5] as number
  const scalarCapacity = body[first + 6] as number
  return {
    version: kIOExternalMethodArgumentsCurrentVersion,
    selector: body[first] as number,
    asyncWakePort: wakePort,
    asyncReference: first === 0 ? null : { wakePort, words: reference },
    scalarInput: body[first + 1] as readonly bigint[],
    structureInput: body[first + 2] as Uint8Array,
    structureInputDescriptor: null,
    scalarOutput: new Array<bigint>(Math.min(scalarCapacity, 16)).fill(0n),
    scalarOutputCount: Math.min(scalarCapacity, 16),
    structureOutput: new Uint8Array(Math.min(structureCapacity, io_inband_length)),
    structureOutputSize: isVariable ? 0 : Math.min(structureCapacity, io_inband_length),
    structureOutputDescriptor: null,
    structureOutputDescriptorSize: 0,
    structureVariableOutputData: null,
  }
}

function methodReply(result: IOReturn, args: IOExternalMethodArguments, last: unknown): KobjectReply {
  if (result !== kIOReturnSuccess) return fail(result)
  const structure = args.structureOutput.subarray(0, args.structureOutputSize)
  return reply(structure, args.scalarOutput.slice(0, args.scalarOutputCount), last)
}
