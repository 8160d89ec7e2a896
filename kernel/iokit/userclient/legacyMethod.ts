import {
  kIOReturnBadArgument, kIOReturnIPCError, kIOReturnNotPermitted, kIOReturnUnsupported, type IOReturn,
} from '../../abi/index.ts'
import { IOLog, current_task } from '../../mach/index.ts'
import { isKernelThread, type Blocking } from '../../sim/index.ts'
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
  /** Null: there is no such method. Its name, if it has one, goes into logs. */
  readonly object: object | null
  readonly func: (call: LegacyCall) => Blocking<IOReturn>
  readonly flags: number
  readonly count0: number
  readonly count1: number
}

/** A call as an old method sees it: scalars have 32 bits. */
export interface LegacyCall {
  readonly scalarInput: readonly bigint[]
  readonly scalarOutput: bigint[]
  readonly structureInput: Uint8Array
  readonly structureOutput: Uint8Array
  /** The method sets how much it wrote. */
  structureOutputSize: number
  readonly args: IOExternalMethodArguments
}

/** What the count checks of one kind of method compare, and where they stand in the source, for the log. */
interface Shim {
  readonly name: string
  readonly lines: readonly [input: number, output: number]
  readonly asyncLines: readonly [input: number, output: number]
  /** Scalars that fit in the registers of a call. */
  readonly mostScalars: number
  readonly isInputVariable: boolean
  readonly isOutputVariable: boolean
  counts(args: IOExternalMethodArguments): readonly [number, number]
}

const shims: ReadonlyMap<number, Shim> = new Map<number, Shim>([
  [kIOUCScalarIScalarO, {
    name: 'scalarI_scalarO', lines: [5278, 5283], asyncLines: [5540, 5545], mostScalars: 6,
    isInputVariable: false, isOutputVariable: false,
    counts: (args) => [args.scalarInput.length, args.scalarOutputCount],
  }],
  [kIOUCScalarIStructO, {
    name: 'scalarI_structureO', lines: [5652, 5658], asyncLines: [5725, 5731], mostScalars: 5,
    isInputVariable: false, isOutputVariable: true,
    counts: (args) => [args.scalarInput.length, args.structureOutputSize],
  }],
  [kIOUCScalarIStructI, {
    name: 'scalarI_structureI', lines: [5823, 5829], asyncLines: [5898, 5904], mostScalars: 5,
    isInputVariable: false, isOutputVariable: true,
    counts: (args) => [args.scalarInput.length, args.structureInput.length],
  }],
  [kIOUCStructIStructO, {
    name: 'structureI_structureO', lines: [5993, 5999], asyncLines: [6047, 6053], mostScalars: Infinity,
    isInputVariable: true, isOutputVariable: true,
    counts: (args) => [args.structureInput.length, args.structureOutputSize],
  }],
])

/**
 * Calls a method found by `getTargetAndMethodForIndex`: structures in line only, counts as the table says,
 * scalars of 32 bits.
 * @xnu iokit/Kernel/IOUserClient.cpp IOUserClient::externalMethod — faithful: without dispatch
 */
export function callLegacyMethod(
  method: IOExternalMethod | null, args: IOExternalMethodArguments,
): Blocking<IOReturn> {
  if (args.structureInputDescriptor !== null || args.structureOutputDescriptor !== null) {
    return kIOReturnIPCError
  }
  if (method === null || method.object === null) return kIOReturnUnsupported
  if ((method.flags & kIOUCForegroundOnly) !== 0 && current_task().isGpuDenied) return kIOReturnNotPermitted
  const shim = shims.get(method.flags & kIOUCTypeMask)
  if (shim === undefined) return kIOReturnBadArgument
  const isScalarOutput = shim.name === 'scalarI_scalarO'
  if (!countsAgree(shim, method, args) || isBadTable(shim, method, args)) {
    if (isScalarOutput) args.scalarOutput.fill(0n, 0, args.scalarOutputCount)
    return kIOReturnBadArgument
  }
  const call: LegacyCall = {
    scalarInput: args.scalarInput.map((word) => BigInt.asUintN(32, word)),
    scalarOutput: args.scalarOutput.map(() => 0n), structureInput: args.structureInput,
    structureOutput: args.structureOutput, structureOutputSize: args.structureOutputSize, args,
  }
  const answer = method.func(call)
  if (!isKernelThread(answer)) return finish(answer, call, isScalarOutput)
  return (function* () {
    return finish(yield* answer, call, isScalarOutput)
  })()
}

/** The size that an asynchronous method sets is lost, as in the original. */
function finish(result: IOReturn, call: LegacyCall, isScalarOutput: boolean): IOReturn {
  const { args } = call
  if (isScalarOutput) {
    for (let i = 0; i < args.scalarOutputCount; i++) args.scalarOutput[i] = BigInt.asUintN(32,
      call.scalarOutput[i] ?? 0n)
  } else if (args.asyncWakePort === null) args.structureOutputSize = call.structureOutputSize
  return result
}

function countsAgree(shim: Shim, method: IOExternalMethod, args: IOExternalMethodArguments): boolean {
  const [input, output] = shim.counts(args)
  const isAsync = args.asyncWakePort !== null
  const [inputLine, outputLine] = isAsync ? shim.asyncLines : shim.lines
  const where = `shim_io_${isAsync ? 'async' : 'connect'}_method_${shim.name}`
  const { count0, count1 } = method
  const name = nameOf(method)
  if (input !== count0 && !(shim.isInputVariable && count0 === kIOUCVariableStructureSize)) {
    const counts = hex(input, count0, shim.isInputVariable)
    IOLog(`${where}:${inputLine} ${name}: IOUserClient inputCount count mismatch ${counts}\n`)
    return false
  }
  if (output !== count1 && !(shim.isOutputVariable && count1 === kIOUCVariableStructureSize)) {
    const counts = hex(output, count1, shim.isOutputVariable)
    IOLog(`${where}:${outputLine} ${name}: IOUserClient outputCount count mismatch ${counts}\n`)
    return false
  }
  return true
}

function hex(given: number, wanted: number, isVariable: boolean): string {
  return `0x${given.toString(16)} 0x${wanted.toString(16)}${isVariable ? ' 0xffffffff' : ''}`
}

function isBadTable(shim: Shim, method: IOExternalMethod, args: IOExternalMethodArguments): boolean {
  if (shim.isInputVariable || args.scalarInput.length <= shim.mostScalars) return false
  IOLog(`${nameOf(method)}: Bad method table\n`)
  return true
}

function nameOf(method: IOExternalMethod): string {
  const { object } = method
  return object !== null && 'getName' in object && typeof object.getName === 'function'
    ? String(object.getName())
    : ''
}
