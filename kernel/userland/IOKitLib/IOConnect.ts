import {
  io_async_ref_count, io_inband_length, io_scalar_count, IOKit, kIOReturnBadArgument, kIOReturnSuccess,
  MIG_ARRAY_TOO_LARGE, type IOReturn,
} from '../../abi/index.ts'
import {
  mach_port_deallocate, mach_port_mod_refs, MACH_PORT_RIGHT_SEND, mach_task_self, trap, type Task,
} from '../../mach/user.ts'
import type { KernelThread } from '../../sim/index.ts'
import type { CFType } from '../CoreFoundation/index.ts'
import { iokitCall, iokitValue, type Answer, type io_connect_t, type io_service_t } from './call.ts'
import { setProperties } from './IORegistryEntry.ts'

export const kIOMapAnywhere = 1
export const kIOMapReadOnly = 0x1000

const NO_BYTES = new Uint8Array(0)

/** A range of the task's own memory, for structures too long for a message. */
export interface MemoryRange {
  readonly address: number
  readonly sizeBytes: number
}

/** The arguments of a call; what is left out is empty. */
export interface MethodArguments {
  readonly scalarInput?: readonly bigint[]
  /** In the message, of at most 4096 bytes; longer ones are a range of the task's memory. */
  readonly structureInput?: Uint8Array | MemoryRange
  /** Words of output there is room for. */
  readonly scalarOutputCount?: number
  /** Bytes of output there is room for, a range of memory to put them in, or any number of them. */
  readonly structureOutput?: number | MemoryRange | 'variable'
}

export interface MethodOutput {
  readonly result: IOReturn
  readonly scalarOutput: readonly bigint[]
  /** Empty when the output went to memory. */
  readonly structureOutput: Uint8Array
  /** Bytes that went to memory. */
  readonly outOfLineSizeBytes: number
}

function failed(result: IOReturn): MethodOutput {
  return { result, scalarOutput: [], structureOutput: NO_BYTES, outOfLineSizeBytes: 0 }
}

/** The common words of a message: selector, scalars, input in band, input out of line. */
function inputWords(selector: number, args: MethodArguments): unknown[] {
  const { scalarInput = [], structureInput = NO_BYTES } = args
  const inband = structureInput instanceof Uint8Array
  return [
    selector, scalarInput, inband ? structureInput : NO_BYTES,
    inband ? 0 : structureInput.address, inband ? 0 : structureInput.sizeBytes,
  ]
}

/** Room for output: in band, scalars, then where it goes out of line. */
function outputWords({ scalarOutputCount = 0, structureOutput = 0 }: MethodArguments): number[] {
  if (structureOutput === 'variable') return [io_inband_length, scalarOutputCount]
  const inband = typeof structureOutput === 'number'
  return [
    inband ? structureOutput : 0, scalarOutputCount,
    inband ? 0 : structureOutput.address, inband ? 0 : structureOutput.sizeBytes,
  ]
}

/** What the stub refuses before any message is sent; 0 for nothing. */
function stubFault(args: MethodArguments): IOReturn {
  const { scalarInput = [], structureInput = NO_BYTES, scalarOutputCount = 0 } = args
  const tooMany = scalarInput.length > io_scalar_count || scalarOutputCount > io_scalar_count
  const tooLong = structureInput instanceof Uint8Array && structureInput.length > io_inband_length
  return tooMany || tooLong ? MIG_ARRAY_TOO_LARGE >>> 0 : kIOReturnSuccess
}

/**
 * Calls a method of a user client.
 * @xnu IOKitUser IOKitLib.c IOConnectCallMethod — simplified: long structures are given as ranges by the
 * caller
 */
export function* IOConnectCallMethod(
  task: Task, connect: io_connect_t, selector: number, args: MethodArguments = {},
): KernelThread<MethodOutput> {
  const fault = stubFault(args)
  if (fault !== kIOReturnSuccess) return failed(fault)
  const isVariable = args.structureOutput === 'variable'
  const routine = isVariable ? IOKit.connect_method_var_output : IOKit.connect_method
  const words = [...inputWords(selector, args), ...outputWords(args)]
  return methodOutput(yield* iokitCall(task, connect, routine, ...words), isVariable)
}

function methodOutput(
  { result, body }: { readonly result: IOReturn; readonly body: readonly unknown[] }, isVariable: boolean,
): MethodOutput {
  if (result !== kIOReturnSuccess) return failed(result)
  const [inband, scalarOutput, last] = body as readonly [Uint8Array, readonly bigint[], unknown]
  const bytes = isVariable && last instanceof Uint8Array ? last : inband
  return {
    result, scalarOutput, structureOutput: bytes, outOfLineSizeBytes: typeof last === 'number' ? last : 0,
  }
}

/** As `IOConnectCallMethod` with scalars alone. */
export function IOConnectCallScalarMethod(
  task: Task, connect: io_connect_t, selector: number,
  { input = [], outputCount = 0 }: { readonly input?: readonly bigint[]; readonly outputCount?: number } = {},
): KernelThread<MethodOutput> {
  return IOConnectCallMethod(task, connect, selector, { scalarInput: input, scalarOutputCount: outputCount })
}

/** As `IOConnectCallMethod` with structures alone. */
export function IOConnectCallStructMethod(
  task: Task, connect: io_connect_t, selector: number,
  { input, output }: {
    readonly input?: Uint8Array | MemoryRange; readonly output?: number | MemoryRange | 'variable'
  } = {},
): KernelThread<MethodOutput> {
  return IOConnectCallMethod(task, connect, selector, {
    ...(input === undefined ? {} : { structureInput: input }),
    ...(output === undefined ? {} : { structureOutput: output }),
  })
}

/**
 * Calls a method that completes later, with a message to `wakePort`. Without references there is one zero.
 */
export function* IOConnectCallAsyncMethod(
  task: Task, connect: io_connect_t, selector: number,
  { wakePort, reference = [], ...args }: MethodArguments & {
    readonly wakePort: number; readonly reference?: readonly bigint[]
  },
): KernelThread<MethodOutput> {
  const fault = reference.length > io_async_ref_count ? kIOReturnBadArgument : stubFault(args)
  if (fault !== kIOReturnSuccess) return failed(fault)
  const words = [...inputWords(selector, args), ...outputWords(args)]
  const references = reference.length === 0 ? [0n] : reference
  const call = iokitCall(task, connect, IOKit.connect_async_method, wakePort, references, ...words)
  return methodOutput(yield* call, false)
}

/** Maps memory of a client into the task. @xnu IOKitUser IOKitLib.c IOConnectMapMemory64 — faithful */
export function* IOConnectMapMemory64(
  task: Task, connect: io_connect_t, memoryType: number,
  { atAddress = 0, options = kIOMapAnywhere }: {
    readonly atAddress?: number; readonly options?: number
  } = {},
): KernelThread<Answer<MemoryRange>> {
  const self = mach_task_self(task)
  const routine = IOKit.connect_map_memory_into_task
  const call = iokitCall(task, connect, routine, memoryType, self, atAddress, 0, options)
  const { result, body } = yield* call
  if (result !== kIOReturnSuccess) return { result, value: { address: 0, sizeBytes: 0 } }
  const [address, sizeBytes] = body as readonly [number, number]
  return { result, value: { address, sizeBytes } }
}

/** Ends a mapping. */
export function* IOConnectUnmapMemory64(
  task: Task, connect: io_connect_t, memoryType: number, address: number,
): KernelThread<IOReturn> {
  const self = mach_task_self(task)
  const call = iokitCall(task, connect, IOKit.connect_unmap_memory_from_task, memoryType, self, address)
  return (yield* call).result
}

/** One more reference to a connection's name. */
export function IOConnectAddRef(task: Task, connect: io_connect_t): IOReturn {
  return mach_port_mod_refs(task, connect, MACH_PORT_RIGHT_SEND, 1)
}

/** One reference less; the connection stays open. */
export function IOConnectRelease(task: Task, connect: io_connect_t): IOReturn {
  return mach_port_deallocate(task, connect)
}

/** The service a connection was opened on. */
export function IOConnectGetService(task: Task, connect: io_connect_t): KernelThread<Answer<io_service_t>> {
  return iokitValue(iokitCall(task, connect, IOKit.connect_get_service), 0)
}

/** Tells one connection of another. */
export function* IOConnectAddClient(
  task: Task, connect: io_connect_t, client: io_connect_t,
): KernelThread<IOReturn> {
  return (yield* iokitCall(task, connect, IOKit.connect_add_client, client)).result
}

/** Where a client sends its notifications. */
export function* IOConnectSetNotificationPort(
  task: Task, connect: io_connect_t, type: number,
  { port, reference = 0 }: { readonly port: number; readonly reference?: number },
): KernelThread<IOReturn> {
  const call = iokitCall(task, connect, IOKit.connect_set_notification_port_64, type, port, reference)
  return (yield* call).result
}

/** Hands properties to a client. */
export function IOConnectSetCFProperties(
  task: Task, connect: io_connect_t, properties: CFType,
): KernelThread<IOReturn> {
  return setProperties(task, connect, IOKit.connect_set_properties, properties)
}

/** `IOConnectTrap0` to `IOConnectTrap6`: a call without message. */
export function* IOConnectTrap(
  task: Task, connect: io_connect_t, index: number, words: readonly bigint[] = [],
): KernelThread<IOReturn> {
  const { value } = yield* trap(task, 'iokit_user_client_trap', connect, index, ...words)
  return typeof value === 'number' ? value >>> 0 : kIOReturnBadArgument
}
