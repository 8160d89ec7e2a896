import {
  kIOReturnBadArgument, kIOReturnIPCError, kIOReturnUnsupported, type IOReturn,
} from '../../abi/index.ts'
import { IOLog } from '../../mach/index.ts'
import type { Blocking } from '../../sim/index.ts'
import { kIOUCVariableStructureSize, type IOExternalMethodArguments } from './externalMethod.ts'

export const kIOUCScalarIScalarO = 0
export const kIOUCScalarIStructO = 2
export const kIOUCStructIStructO = 3
export const kIOUCScalarIStructI = 4
export const kIOUCTypeMask = 0xf
export const kIOUCForegroundOnly = 0x10

/**
 * A method of an old-style table: inputs, then room for outputs. Types as in IOUserClient.h.
 * @xnu iokit/IOKit/IOUserClient.h IOExternalMethod — simplified: one call shape instead of argument registers
 */
export interface IOExternalMethod {
  readonly object: object | null
  readonly func: (call: LegacyCall) => Blocking<IOReturn>
  readonly flags: number
  readonly count0: number
  readonly count1: number
}

export interface LegacyCall {
  readonly scalarInput: readonly bigint[]
  readonly scalarOutput: bigint[]
  readonly structureInput: Uint8Array
  readonly structureOutput: Uint8Array
  /** The method sets how much it wrote. */
  structureOutputSize: number
  readonly args: IOExternalMethodArguments
}

const MAX_SCALARS = 6
const MAX_SCALARS_WITH_STRUCT = 5

/**
 * Calls a method found by `getTargetAndMethodForIndex`.
 * @xnu iokit/Kernel/IOUserClient.cpp IOUserClient::externalMethod — faithful: without dispatch
 */
export function* callLegacyMethod(
  method: IOExternalMethod | null, args: IOExternalMethodArguments, prefix: string,
): Generator<void, IOReturn, 0 | 1 | 2 | 3> {
  if (args.structureInputDescriptor !== null || args.structureOutputDescriptor !== null) return kIOReturnIPCError
  if (method === null || method.object === null) return kIOReturnUnsupported
  const type = method.flags & kIOUCTypeMask
  const counts = givenCounts(type, args)
  if (counts === null) return kIOReturnBadArgument
  if (!agrees(method.count0, counts[0], prefix) || !agrees(method.count1, counts[1], prefix)) return kIOReturnBadArgument
  if (isTooWide(type, method)) {
    IOLog(`${prefix}: Bad method table\n`)
    return kIOReturnBadArgument
  }
  const call: LegacyCall = {
    scalarInput: args.scalarInput, scalarOutput: args.scalarOutput, structureInput: args.structureInput,
    structureOutput: args.structureOutput, structureOutputSize: args.structureOutputSize, args,
  }
  const answer = method.func(call)
  const result = typeof answer === 'number' ? answer : yield* answer
  args.structureOutputSize = call.structureOutputSize
  if (type === kIOUCScalarIScalarO) args.scalarOutputCount = method.count1
  return result
}

function givenCounts(type: number, args: IOExternalMethodArguments): readonly [number, number] | null {
  switch (type) {
    case kIOUCScalarIScalarO: return [args.scalarInput.length, args.scalarOutputCount]
    case kIOUCScalarIStructO: return [args.scalarInput.length, args.structureOutputSize]
    case kIOUCScalarIStructI: return [args.scalarInput.length, args.structureInput.length]
    case kIOUCStructIStructO: return [args.structureInput.length, args.structureOutputSize]
    default: return null
  }
}

function agrees(wanted: number, given: number, prefix: string): boolean {
  if (wanted === kIOUCVariableStructureSize || wanted === given) return true
  IOLog(`${prefix}: IOUserClient inputCount count mismatch 0x${given.toString(16)} 0x${wanted.toString(16)}\n`)
  return false
}

function isTooWide(type: number, method: IOExternalMethod): boolean {
  if (type === kIOUCScalarIScalarO) return method.count0 + method.count1 > MAX_SCALARS
  if (type === kIOUCStructIStructO) return false
  return method.count0 > MAX_SCALARS_WITH_STRUCT
}
