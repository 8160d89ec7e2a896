import {
  kIOReturnBadArgument, kIOReturnError, kIOReturnNoCompletion, kIOReturnNotPrivileged, type IOReturn,
} from '../../abi/index.ts'
import type { OSObject } from '../../libkern/index.ts'
import { current_task, type Port } from '../../mach/index.ts'
import type { Blocking } from '../../sim/index.ts'
import type { IOMemoryDescriptor } from '../memory/index.ts'

/** Any count or size will do. */
export const kIOUCVariableStructureSize = 0xffffffff
export const kIOExternalMethodArgumentsCurrentVersion = 2

/**
 * Arguments of one external method call. Output counts start as capacities; the method sets what it wrote.
 */
export interface IOExternalMethodArguments {
  version: number
  selector: number
  /** Send right that completes an asynchronous call; null for a synchronous one. */
  asyncWakePort: Port | null
  asyncReference: OSAsyncReference64 | null
  scalarInput: readonly bigint[]
  structureInput: Uint8Array
  /** The structure when it is larger than 4096 bytes; the method prepares it before use. */
  structureInputDescriptor: IOMemoryDescriptor | null
  /** Write results into the first `scalarOutputCount` cells. */
  scalarOutput: bigint[]
  scalarOutputCount: number
  structureOutput: Uint8Array
  structureOutputSize: number
  structureOutputDescriptor: IOMemoryDescriptor | null
  structureOutputDescriptorSize: number
  /**
   * Present when the caller takes output of any size: put an OSData or an OSSerialize there, with its
   * reference.
   */
  structureVariableOutputData: { value: OSObject | null } | null
}

/**
 * Where an asynchronous result goes.
 * @xnu iokit/IOKit/OSMessageNotification.h OSAsyncReference64 — simplified: an object
 */
export interface OSAsyncReference64 {
  readonly wakePort: Port | null
  /** Words as given; word 0 belongs to the kernel, 1 is the callback, 2 the refcon. */
  readonly words: readonly bigint[]
  /** The log knows already that results do not get through. */
  isErrorLogged?: boolean
}

/** A function of a dispatch table. `target` is the client. */
export type IOExternalMethodAction<Target> =
  (target: Target, reference: unknown, args: IOExternalMethodArguments) => Blocking<IOReturn>

/** One row of a dispatch table. */
export interface IOExternalMethodDispatch<Target = never> {
  readonly function: IOExternalMethodAction<Target> | null
  readonly checkScalarInputCount: number
  readonly checkStructureInputSize: number
  readonly checkScalarOutputCount: number
  readonly checkStructureOutputSize: number
}

/** A row for IOUserClient2022. */
export interface IOExternalMethodDispatch2022<Target = never> extends IOExternalMethodDispatch<Target> {
  readonly allowAsync: boolean
  /** Entitlement the caller needs; null for none. */
  readonly checkEntitlement: string | null
}

/**
 * Whether counts and sizes are what the row wants, in XNU's order: scalars in, structure in, scalars out,
 * structure out.
 * @xnu iokit/Kernel/IOUserClient.cpp IOUserClient::externalMethod — faithful
 */
export function checkDispatchCounts(row: IOExternalMethodDispatch, args: IOExternalMethodArguments): boolean {
  const inputSize = args.structureInputDescriptor === null
    ? args.structureInput.length
    : args.structureInputDescriptor.getLength()
  const outputSize = args.structureOutputDescriptor === null
    ? args.structureOutputSize
    : args.structureOutputDescriptor.getLength()
  return fits(row.checkScalarInputCount, args.scalarInput.length)
    && fits(row.checkStructureInputSize, inputSize)
    && fits(row.checkScalarOutputCount, args.scalarOutputCount)
    && fits(row.checkStructureOutputSize, outputSize)
}

function fits(wanted: number, given: number): boolean {
  return wanted === kIOUCVariableStructureSize || wanted === given
}

/**
 * Runs a row after its checks. The caller has taken the client's locks.
 * @xnu iokit/Kernel/IOUserClient.cpp IOUserClient::externalMethod — faithful: with dispatch
 */
export function runDispatch<Target>(
  row: IOExternalMethodDispatch<Target>, target: Target, reference: unknown, args: IOExternalMethodArguments,
): Blocking<IOReturn> {
  if (!checkDispatchCounts(row, args)) return kIOReturnBadArgument
  return row.function === null ? kIOReturnNoCompletion : row.function(target, reference, args)
}

/**
 * Picks a row by selector and runs it after all checks: counts, then whether it may be asynchronous, then the
 * entitlement of the calling task.
 * @xnu iokit/Kernel/IOUserClient.cpp IOUserClient2022::dispatchExternalMethod — faithful
 */
export function runDispatch2022<Target>(
  table: readonly IOExternalMethodDispatch2022<Target>[] | null, target: Target, reference: unknown,
  args: IOExternalMethodArguments,
): Blocking<IOReturn> {
  if (table === null) return kIOReturnError
  const row = table[args.selector]
  if (row === undefined || !checkDispatchCounts(row, args)) return kIOReturnBadArgument
  if (args.asyncWakePort !== null && !row.allowAsync) return kIOReturnBadArgument
  if (row.checkEntitlement !== null && !current_task().hasEntitlement(row.checkEntitlement)) {
    return kIOReturnNotPrivileged
  }
  return row.function === null ? kIOReturnNoCompletion : row.function(target, reference, args)
}

/** Arguments with nothing in them: for kernel callers and tests. */
export function emptyArguments(selector: number): IOExternalMethodArguments {
  return {
    version: kIOExternalMethodArgumentsCurrentVersion, selector, asyncWakePort: null, asyncReference: null,
    scalarInput: [], structureInput: new Uint8Array(0), structureInputDescriptor: null,
    scalarOutput: [], scalarOutputCount: 0, structureOutput: new Uint8Array(0), structureOutputSize: 0,
    structureOutputDescriptor: null, structureOutputDescriptorSize: 0, structureVariableOutputData: null,
  }
}
