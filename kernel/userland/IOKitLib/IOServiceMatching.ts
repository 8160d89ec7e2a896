import {
  IOKit, kIOReturnBadArgument, kIOReturnSuccess, type IOReturn, type MigRoutine,
} from '../../abi/index.ts'
import type { Task } from '../../mach/user.ts'
import type { KernelThread } from '../../sim/index.ts'
import { CFDictionary, CFNumber } from '../CoreFoundation/index.ts'
import {
  INBAND_LIMIT, IOCFSerializeBinary, iokitCall, onMainPort, type Answer, type io_iterator_t,
  type io_service_t,
} from './call.ts'

/** A table that is met by services of a class or of one below it. */
export function IOServiceMatching(className: string): CFDictionary {
  return new CFDictionary(['IOProviderClass'], [className])
}

/** A table that is met by services of a name. */
export function IOServiceNameMatching(name: string): CFDictionary {
  return new CFDictionary(['IONameMatch'], [name])
}

/** A table that is met by the service behind a BSD device. */
export function IOBSDNameMatching(bsdName: string): CFDictionary {
  return new CFDictionary(['BSD Name'], [bsdName])
}

/** A table that is met by one entry. */
export function IORegistryEntryIDMatching(entryID: bigint): CFDictionary {
  return new CFDictionary(['IORegistryEntryID'], [new CFNumber('SInt64', entryID)])
}

/** A table that is met by the service of a device-tree node. */
export function IOOpenFirmwarePathMatching(path: string): CFDictionary {
  return new CFDictionary(['IOPathMatch'], [`IODeviceTree:${path}`])
}

/** The two routines of a call with a table, and its words around the table. */
interface Routines<T> {
  readonly inband: MigRoutine
  readonly outOfLine: MigRoutine
  /** The out parameter after a failure. */
  readonly otherwise: T
  readonly before?: readonly unknown[]
  readonly after?: readonly unknown[]
}

/** Sends a table in the message, or beside it when it is long; the out parameter, or `otherwise`. */
export function* withTable<T>(
  task: Task, port: number, table: CFDictionary | null,
  { inband, outOfLine, otherwise, before = [], after = [] }: Routines<T>,
): KernelThread<Answer<T>> {
  const bytes = table === null ? null : IOCFSerializeBinary(table)
  if (bytes === null) return { result: kIOReturnBadArgument, value: otherwise }
  const isLong = bytes.length >= INBAND_LIMIT
  const routine = isLong ? outOfLine : inband
  const { result, body } = yield* iokitCall(task, port, routine, ...before, bytes, ...after)
  if (result !== kIOReturnSuccess) return { result, value: otherwise }
  const inner = isLong ? (body[0] as IOReturn) >>> 0 : kIOReturnSuccess
  return { result: inner, value: inner === kIOReturnSuccess ? (body[isLong ? 1 : 0] as T) : otherwise }
}

/**
 * The services that meet a table at this moment, as an iterator.
 * @xnu IOKitUser IOKitLib.c IOServiceGetMatchingServices — faithful
 */
export function IOServiceGetMatchingServices(
  task: Task, mainPort: number, matching: CFDictionary | null,
): KernelThread<Answer<io_iterator_t>> {
  return onMainPort(task, mainPort, (port) => withTable(task, port, matching, {
    inband: IOKit.service_get_matching_services_bin, outOfLine: IOKit.service_get_matching_services_ool,
    otherwise: 0,
  }))
}

/** One service that meets a table; 0 for none. */
export function* IOServiceGetMatchingService(
  task: Task, mainPort: number, matching: CFDictionary | null,
): KernelThread<io_service_t> {
  const { value } = yield* onMainPort(task, mainPort, (port) => withTable(task, port, matching, {
    inband: IOKit.service_get_matching_service_bin, outOfLine: IOKit.service_get_matching_service_ool,
    otherwise: 0,
  }))
  return value
}

/** Whether a service meets a table. */
export function IOServiceMatchPropertyTable(
  task: Task, service: io_service_t, matching: CFDictionary | null,
): KernelThread<Answer<boolean>> {
  return withTable(task, service, matching, {
    inband: IOKit.service_match_property_table_bin, outOfLine: IOKit.service_match_property_table_ool,
    otherwise: false,
  })
}
