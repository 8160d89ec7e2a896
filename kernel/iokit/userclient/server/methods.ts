import {
  io_async_ref_count, io_inband_length, io_scalar_count, kIOReturnBadArgument, kIOReturnIPCError,
  kIOReturnSuccess, kIOReturnUnderrun, type IOReturn,
} from '../../../abi/index.ts'
import { OSData, OSSerialize, type OSObject } from '../../../libkern/index.ts'
import {
  copySendRight, releaseSendRight, type KobjectReply, type KobjectRequest, type Port,
} from '../../../mach/index.ts'
import { isKernelThread, type Blocking, type KernelThread } from '../../../sim/index.ts'
import {
  IOMemoryDescriptor, kIODirectionIn, kIODirectionOut, kIOMemoryMapCopyOnWrite,
} from '../../memory/index.ts'
import {
  kIOExternalMethodArgumentsCurrentVersion, type IOExternalMethodArguments, type OSAsyncReference64,
} from '../externalMethod.ts'
import {
  filterCallbacks, io_filter_type_external_async_method, io_filter_type_external_method,
} from '../filters.ts'
import type { IOUserClient } from '../IOUserClient.ts'
import { fail, reply } from './call.ts'
import { onClient } from './connections.ts'

/** Structures up to this size are in line; larger ones are out of line, smaller ones must not be. */
const UINT_MAX = 0xffffffff

/** A call as it came: what is the same for all forms. */
interface MethodCall {
  readonly selector: number
  readonly scalarInput: readonly bigint[]
  readonly structureInput: Uint8Array
  readonly inputAddress: number
  readonly inputSize: number
  readonly structureCapacity: number
  readonly scalarCapacity: number
  readonly outputAddress: number
  readonly outputSize: number
  readonly reference: OSAsyncReference64 | null
  readonly isVariable: boolean
}

/** Reads the common arguments that begin at `first` of a body. */
function callFrom(body: readonly unknown[], first: number, reference: OSAsyncReference64 | null): MethodCall {
  return {
    selector: body[first] as number, scalarInput: body[first + 1] as readonly bigint[],
    structureInput: body[first + 2] as Uint8Array, inputAddress: Number(body[first + 3]),
    inputSize: Number(body[first + 4]),
    structureCapacity: Math.min(body[first + 5] as number, io_inband_length),
    scalarCapacity: Math.min(body[first + 6] as number, io_scalar_count),
    outputAddress: Number(body[first + 7] ?? 0), outputSize: Number(body[first + 8] ?? 0), reference,
    isVariable: false,
  }
}

function argumentsOf(call: MethodCall): IOExternalMethodArguments {
  const { scalarCapacity, structureCapacity, reference } = call
  const scalarOutput: bigint[] = []
  for (let i = 0; i < scalarCapacity; i++) scalarOutput.push(0n)
  return {
    version: kIOExternalMethodArgumentsCurrentVersion, selector: call.selector,
    asyncWakePort: reference === null ? null : reference.wakePort, asyncReference: reference,
    scalarInput: call.scalarInput, structureInput: call.structureInput, structureInputDescriptor: null,
    scalarOutput, scalarOutputCount: scalarCapacity,
    structureOutput: structureCapacity === 0 ? NO_BYTES : new Uint8Array(structureCapacity),
    structureOutputSize: structureCapacity, structureOutputDescriptor: null, structureOutputDescriptorSize: 0,
    structureVariableOutputData: call.isVariable ? { value: null } : null,
  }
}

const NO_BYTES = new Uint8Array(0)

/**
 * Checks sizes, describes memory out of line, asks the sandbox and calls the method.
 * @xnu iokit/Kernel/IOUserClient.cpp is_io_connect_method — faithful
 */
function callMethod(client: IOUserClient, request: KobjectRequest, call: MethodCall): Blocking<KobjectReply> {
  const { inputAddress, inputSize, outputAddress, outputSize } = call
  if (inputAddress !== 0 && inputSize <= io_inband_length) return fail(kIOReturnIPCError)
  if (outputAddress !== 0 && (outputSize <= io_inband_length || outputSize > UINT_MAX)) {
    return fail(kIOReturnIPCError)
  }
  const args = argumentsOf(call)
  const refusal = filterFault(client, request, call)
  if (refusal !== kIOReturnSuccess) return fail(refusal)
  if (inputAddress !== 0 || outputAddress !== 0) return callWithMemory(client, request, call, args)
  const result = client.callExternalMethod(call.selector, args)
  return isKernelThread(result) ? answerLater(result, args) : methodReply(result, args)
}

function* answerLater(
  call: KernelThread<IOReturn>, args: IOExternalMethodArguments,
): KernelThread<KobjectReply> {
  return methodReply(yield* call, args)
}

function filterFault(client: IOUserClient, request: KobjectRequest, call: MethodCall): IOReturn {
  const policy = client.filterPolicies.size === 0 ? undefined : client.filterPolicies.get(request.task)
  if (policy === undefined) return kIOReturnSuccess
  const kind = call.reference === null ? io_filter_type_external_method : io_filter_type_external_async_method
  return filterCallbacks()?.apply(client, policy, kind, call.selector) ?? kIOReturnSuccess
}

/**
 * Describes the caller's memory; the method prepares it. A range that is not there is no structure at all.
 */
function* callWithMemory(
  client: IOUserClient, request: KobjectRequest, call: MethodCall, args: IOExternalMethodArguments,
): KernelThread<KobjectReply> {
  const { inputAddress, inputSize, outputAddress, outputSize } = call
  const { task } = request
  const input = inputAddress === 0
    ? null
    : IOMemoryDescriptor.withAddressRange(inputAddress, inputSize, kIODirectionOut | kIOMemoryMapCopyOnWrite,
      task)
  const output = outputAddress === 0
    ? null
    : IOMemoryDescriptor.withAddressRange(outputAddress, outputSize, kIODirectionIn, task)
  args.structureInputDescriptor = input
  args.structureOutputDescriptor = output
  args.structureOutputDescriptorSize = outputSize
  const answer = client.callExternalMethod(call.selector, args)
  const result = isKernelThread(answer) ? yield* answer : answer
  input?.release()
  output?.release()
  return methodReply(result, args)
}

/** @xnu iokit/Kernel/IOUserClient.cpp is_io_connect_method — faithful */
export const connect_method =
  onClient((client, request) => callMethod(client, request, callFrom(request.body, 0, null)))

/**
 * Without a word of reference there is nothing to complete with.
 * @xnu iokit/Kernel/IOUserClient.cpp is_io_connect_async_method — faithful
 */
export const connect_async_method = onClient((client, request) => {
  const [wakePort, words] = request.body as readonly [Port | null, readonly bigint[]]
  return callAsync(client, request, callFrom(request.body, 2, { wakePort, words: [0n, ...words.slice(1)] }),
    words.length)
})

/** The wake port's right belongs to the client once the method succeeded, and goes back when it did not. */
function* callAsync(
  client: IOUserClient, request: KobjectRequest, call: MethodCall, referenceCount: number,
): KernelThread<KobjectReply> {
  if (referenceCount < 1 || referenceCount > io_async_ref_count) return fail(kIOReturnBadArgument)
  const wakePort = call.reference?.wakePort ?? null
  if (wakePort !== null) copySendRight(wakePort)
  const answer = callMethod(client, request, call)
  const done = isKernelThread(answer) ? yield* answer : answer
  if (done.code !== kIOReturnSuccess && wakePort !== null) releaseSendRight(wakePort)
  return done
}

/**
 * The output is of a size that the driver chooses.
 * @xnu iokit/Kernel/IOUserClient.cpp is_io_connect_method_var_output — faithful
 */
export const connect_method_var_output = onClient((client, request) => {
  return callMethod(client, request, { ...callFrom(request.body, 0, null), isVariable: true })
})

function methodReply(result: IOReturn, args: IOExternalMethodArguments): KobjectReply {
  if (result !== kIOReturnSuccess) {
    args.structureVariableOutputData?.value?.release()
    return fail(result)
  }
  const size = args.structureOutputSize
  const structure = size === args.structureOutput.length
    ? args.structureOutput
    : args.structureOutput.slice(0, size)
  const count = args.scalarOutputCount
  const scalars = count === args.scalarOutput.length ? args.scalarOutput : args.scalarOutput.slice(0, count)
  if (args.structureVariableOutputData === null) {
    return reply(structure, scalars, args.structureOutputDescriptorSize)
  }
  const object = args.structureVariableOutputData.value
  const bytes = bytesOf(object)
  object?.release()
  return bytes === null ? fail(kIOReturnUnderrun) : reply(structure, scalars, bytes)
}

/** What a method may leave as output of any size. */
function bytesOf(object: OSObject | null): Uint8Array | null {
  if (object instanceof OSSerialize) return object.getBytes()
  return object instanceof OSData ? object.bytes().slice() : null
}

/** Arguments of the forms for 32-bit callers, as the common call. */
function oldCall(
  body: readonly unknown[], first: number, form: 'scalarO' | 'structureO' | 'structureI' | 'structures',
  reference: OSAsyncReference64 | null,
): MethodCall {
  const isStructure = form === 'structures'
  const last = body[first + 2]
  const structureInput = isStructure ? body[first + 1] : form === 'structureI' ? last : NO_BYTES
  return {
    selector: body[first] as number, scalarInput: isStructure ? [] : body[first + 1] as readonly bigint[],
    structureInput: structureInput as Uint8Array,
    inputAddress: 0, inputSize: 0,
    structureCapacity: form === 'structureO' || isStructure ? Math.min(last as number, io_inband_length) : 0,
    scalarCapacity: form === 'scalarO' ? Math.min(last as number, io_scalar_count) : 0,
    outputAddress: 0, outputSize: 0, reference, isVariable: false,
  }
}

type OldForm = Parameters<typeof oldCall>[2]

/** Only what the form answers with. */
function oldReply(answer: KobjectReply, form: OldForm): KobjectReply {
  if (answer.code !== kIOReturnSuccess) return answer
  if (form === 'structureI') return reply()
  const [structure, scalars] = answer.body
  if (form !== 'scalarO') return reply(structure)
  return reply((scalars as readonly bigint[]).map((word) => BigInt.asUintN(32, word)))
}

/**
 * @xnu iokit/Kernel/IOUserClient.cpp is_io_connect_method_scalarI_scalarO — faithful: and its three
 * relatives
 */
const oldMethod = (form: OldForm): ReturnType<typeof onClient> => onClient(function* (client, request) {
  const answer = callMethod(client, request, oldCall(request.body, 0, form, null))
  return oldReply(isKernelThread(answer) ? yield* answer : answer, form)
})

/**
 * @xnu iokit/Kernel/IOUserClient.cpp is_io_async_method_scalarI_scalarO — faithful: and its three relatives
 */
const oldAsync = (form: OldForm): ReturnType<typeof onClient> => onClient(function* (client, request) {
  const [wakePort, words] = request.body as readonly [Port | null, readonly bigint[]]
  const reference = { wakePort, words: [0n, ...words.slice(1)] }
  return oldReply(yield* callAsync(client, request, oldCall(request.body, 2, form, reference), words.length),
    form)
})

export const connect_method_scalarI_scalarO = oldMethod('scalarO')
export const connect_method_scalarI_structureO = oldMethod('structureO')
export const connect_method_scalarI_structureI = oldMethod('structureI')
export const connect_method_structureI_structureO = oldMethod('structures')
export const async_method_scalarI_scalarO = oldAsync('scalarO')
export const async_method_scalarI_structureO = oldAsync('structureO')
export const async_method_scalarI_structureI = oldAsync('structureI')
export const async_method_structureI_structureO = oldAsync('structures')
