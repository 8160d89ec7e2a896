import {
  io_string_length, IOKit, kIOReturnBadArgument, kIOReturnSuccess, type IOReturn, type MigRoutine,
} from '../../abi/index.ts'
import { decodeUtf8Lossless, encodeUtf8Lossless } from '../../formats/utf8.ts'
import { mach_port_deallocate, type Task } from '../../mach/user.ts'
import type { KernelThread } from '../../sim/index.ts'
import { CFDictionary, type CFOrder, type CFType } from '../CoreFoundation/index.ts'
import {
  IOCFSerializeBinary, iokitCall, iokitValue, onMainPort, propertiesIn, type Answer, type io_iterator_t,
  type io_registry_entry_t,
} from './call.ts'

export const kIORegistryIterateRecursively = 1
export const kIORegistryIterateParents = 2
/** Bytes that `IORegistryEntryGetProperty` can take. */
const INBAND_BYTES = 4096

/** The root of all planes. */
export function* IORegistryGetRootEntry(task: Task, mainPort: number): KernelThread<io_registry_entry_t> {
  return yield* onMainPort(task, mainPort, function* (port) {
    return (yield* iokitValue(iokitCall(task, port, IOKit.registry_get_root_entry), 0)).value
  })
}

/** The entry at `plane:/a/b@location`; 0 when there is none. */
export function* IORegistryEntryFromPath(
  task: Task, mainPort: number, path: string,
): KernelThread<io_registry_entry_t> {
  return yield* onMainPort(task, mainPort, function* (port) {
    if (path.length < io_string_length) {
      return (yield* iokitValue(iokitCall(task, port, IOKit.registry_entry_from_path, path), 0)).value
    }
    const bytes = encodeUtf8Lossless(path)
    const { result, body } = yield* iokitCall(task, port, IOKit.registry_entry_from_path_ool, '', bytes)
    return result === kIOReturnSuccess && body[0] === kIOReturnSuccess ? (body[1] as number) : 0
  })
}

/** The path of an entry in a plane, of at most 511 characters. */
export function IORegistryEntryGetPath(
  task: Task, entry: io_registry_entry_t, plane: string,
): KernelThread<Answer<string>> {
  return iokitValue(iokitCall(task, entry, IOKit.registry_entry_get_path, plane), '')
}

/** The path of an entry in a plane, whatever its length; null when it is not in the plane. */
export function* IORegistryEntryCopyPath(
  task: Task, entry: io_registry_entry_t, plane: string,
): KernelThread<string | null> {
  const { result, body } = yield* iokitCall(task, entry, IOKit.registry_entry_get_path_ool, plane)
  if (result !== kIOReturnSuccess) return null
  const [short, long] = body as readonly [string, Uint8Array | null]
  return long === null ? short : decodeUtf8Lossless(long).replace(/\0+$/u, '')
}

export function IORegistryEntryGetName(task: Task, entry: io_registry_entry_t): KernelThread<Answer<string>> {
  return iokitValue(iokitCall(task, entry, IOKit.registry_entry_get_name), '')
}

export function IORegistryEntryGetNameInPlane(
  task: Task, entry: io_registry_entry_t, plane: string,
): KernelThread<Answer<string>> {
  return iokitValue(iokitCall(task, entry, IOKit.registry_entry_get_name_in_plane, plane), '')
}

/** The location; kIOReturnNotFound where there is none. */
export function IORegistryEntryGetLocationInPlane(
  task: Task, entry: io_registry_entry_t, plane: string,
): KernelThread<Answer<string>> {
  return iokitValue(iokitCall(task, entry, IOKit.registry_entry_get_location_in_plane, plane), '')
}

/** The number of an entry, which no other ever gets; 0 on failure. */
export function* IORegistryEntryGetRegistryEntryID(
  task: Task, entry: io_registry_entry_t,
): KernelThread<Answer<bigint>> {
  const call = iokitCall(task, entry, IOKit.registry_entry_get_registry_entry_id)
  const { result, value } = yield* iokitValue<number | bigint>(call, 0)
  return { result, value: BigInt(value) }
}

/** All properties, in the order of their hash table unless another is asked for; null on failure. */
export function* IORegistryEntryCreateCFProperties(
  task: Task, entry: io_registry_entry_t, order: CFOrder = 'hash',
): KernelThread<Answer<CFDictionary | null>> {
  const { result, body } = yield* iokitCall(task, entry, IOKit.registry_entry_get_properties_bin)
  const properties = propertiesIn(body[0], order)
  return { result, value: properties instanceof CFDictionary ? properties : null }
}

/** One property of the entry itself; null when it has none of that name. */
export function IORegistryEntryCreateCFProperty(
  task: Task, entry: io_registry_entry_t, key: string, order: CFOrder = 'hash',
): KernelThread<CFType | null> {
  return IORegistryEntrySearchCFProperty(task, entry, { plane: '', key, options: 0, order })
}

/**
 * One property of an entry or, with the recursive option, of the first below it or above it that has it.
 * @xnu IOKitUser IOKitLib.c IORegistryEntrySearchCFProperty — faithful
 */
export function* IORegistryEntrySearchCFProperty(
  task: Task, entry: io_registry_entry_t,
  { plane, key, options, order = 'hash' }: {
    readonly plane: string; readonly key: string; readonly options: number; readonly order?: CFOrder
  },
): KernelThread<CFType | null> {
  const where = (options & kIORegistryIterateRecursively) === 0 ? '' : plane
  const call = iokitCall(task, entry, IOKit.registry_entry_get_property_bin, where, key, options)
  const { result, body } = yield* call
  return result === kIOReturnSuccess ? propertiesIn(body[0], order) : null
}

/** The bytes of a property; texts end in a NUL. */
export function IORegistryEntryGetProperty(
  task: Task, entry: io_registry_entry_t, name: string, capacity = INBAND_BYTES,
): KernelThread<Answer<Uint8Array | null>> {
  const call = iokitCall(task, entry, IOKit.registry_entry_get_property_bytes, name, capacity)
  return iokitValue<Uint8Array | null>(call, null)
}

/**
 * Hands properties to the object behind an entry. @xnu IOKitLib.c IORegistryEntrySetCFProperties — faithful
 */
export function IORegistryEntrySetCFProperties(
  task: Task, entry: io_registry_entry_t, properties: CFType,
): KernelThread<IOReturn> {
  return setProperties(task, entry, IOKit.registry_entry_set_properties, properties)
}

/** As `IORegistryEntrySetCFProperties`, for one. */
export function IORegistryEntrySetCFProperty(
  task: Task, entry: io_registry_entry_t, name: string, value: CFType,
): KernelThread<IOReturn> {
  return IORegistryEntrySetCFProperties(task, entry, new CFDictionary([name], [value]))
}

/** Sends properties to an entry or a connection. */
export function* setProperties(
  task: Task, port: number, routine: MigRoutine, properties: CFType,
): KernelThread<IOReturn> {
  const bytes = IOCFSerializeBinary(properties)
  if (bytes === null) return kIOReturnBadArgument
  const { result, body } = yield* iokitCall(task, port, routine, bytes)
  return result === kIOReturnSuccess ? (body[0] as IOReturn) >>> 0 : result
}

/** Iterators over the entries right below, or right above. */
export function IORegistryEntryGetChildIterator(
  task: Task, entry: io_registry_entry_t, plane: string,
): KernelThread<Answer<io_iterator_t>> {
  return iokitValue(iokitCall(task, entry, IOKit.registry_entry_get_child_iterator, plane), 0)
}

export function IORegistryEntryGetParentIterator(
  task: Task, entry: io_registry_entry_t, plane: string,
): KernelThread<Answer<io_iterator_t>> {
  return iokitValue(iokitCall(task, entry, IOKit.registry_entry_get_parent_iterator, plane), 0)
}

/** The first entry below; kIOReturnNoDevice when there is none. */
export function* IORegistryEntryGetChildEntry(
  task: Task, entry: io_registry_entry_t, plane: string,
): KernelThread<Answer<io_registry_entry_t>> {
  return yield* firstOf(task, yield* IORegistryEntryGetChildIterator(task, entry, plane))
}

/** The first entry above; kIOReturnNoDevice when there is none. */
export function* IORegistryEntryGetParentEntry(
  task: Task, entry: io_registry_entry_t, plane: string,
): KernelThread<Answer<io_registry_entry_t>> {
  return yield* firstOf(task, yield* IORegistryEntryGetParentIterator(task, entry, plane))
}

function* firstOf(
  task: Task, { result, value }: Answer<io_iterator_t>,
): KernelThread<Answer<io_registry_entry_t>> {
  if (result !== kIOReturnSuccess) return { result, value: 0 }
  const first = yield* iokitValue(iokitCall(task, value, IOKit.iterator_next), 0)
  mach_port_deallocate(task, value)
  return first
}

/** An iterator over a whole plane. */
export function IORegistryCreateIterator(
  task: Task, mainPort: number, plane: string, options: number,
): KernelThread<Answer<io_iterator_t>> {
  return onMainPort(task, mainPort, (port) =>
    iokitValue(iokitCall(task, port, IOKit.registry_create_iterator, plane, options), 0))
}

/** An iterator over what lies below an entry. */
export function IORegistryEntryCreateIterator(
  task: Task, entry: io_registry_entry_t, plane: string, options: number,
): KernelThread<Answer<io_iterator_t>> {
  return iokitValue(iokitCall(task, entry, IOKit.registry_entry_create_iterator, plane, options), 0)
}

/** Makes a walk go on below the entry it handed out last. */
export function* IORegistryIteratorEnterEntry(task: Task, iterator: io_iterator_t): KernelThread<IOReturn> {
  return (yield* iokitCall(task, iterator, IOKit.registry_iterator_enter_entry)).result
}

/** Makes a walk go on beside the entry it is below; kIOReturnNoDevice when it is at its start. */
export function* IORegistryIteratorExitEntry(task: Task, iterator: io_iterator_t): KernelThread<IOReturn> {
  return (yield* iokitCall(task, iterator, IOKit.registry_iterator_exit_entry)).result
}

/** Whether an entry is in a plane. */
export function* IORegistryEntryInPlane(
  task: Task, entry: io_registry_entry_t, plane: string,
): KernelThread<boolean> {
  return (yield* iokitValue(iokitCall(task, entry, IOKit.registry_entry_in_plane, plane), false)).value
}
