import {
  io_inband_length, io_name_length, io_string_length, kIOCompatibilityPropertiesKey,
  kIORegistryEntryPropertyKeysKey,
  kIOReturnBadArgument, kIOReturnError, kIOReturnIPCError, kIOReturnMessageTooLarge, kIOReturnNoResources,
  kIOReturnNotFound, kIOReturnNotPermitted, kIOReturnSuccess, kIOReturnUnsupported, kIOReturnVMError,
  kIOUserServicePropertiesKey,
} from '../../../abi/index.ts'
import { encodeUtf8Lossless } from '../../../formats/utf8.ts'
import {
  OSArray, OSBoolean, OSCollectionIterator, OSData, OSDictionary, OSNumber, OSSerialize, OSString,
  type OSObject,
} from '../../../libkern/index.ts'
import type { KobjectReply, KobjectRequest } from '../../../mach/index.ts'
import {
  IORegistryEntry, IORegistryIterator, getRegistryRoot, gIODTPlane, kIORegistryIterateRecursively,
  type IORegistryPlane,
} from '../../registry/index.ts'
import { iokitPolicies } from '../filters.ts'
import { IOUserIterator } from '../iterators.ts'
import {
  binaryOf, fail, kMaxSerializedBytes, onEntry, onMainPort, planeNamed, reply, replyNoObject, replyObject,
  xmlOf,
  type Routine,
} from './call.ts'

/** Longest path that is answered out of line. */
const kMaxPath = 16_384

/** @xnu iokit/Kernel/IOUserClient.cpp is_io_registry_get_root_entry — faithful */
export const registry_get_root_entry = onMainPort(() => {
  const root = getRegistryRoot()
  root.retain()
  return replyObject(root)
})

/** @xnu iokit/Kernel/IOUserClient.cpp is_io_registry_create_iterator — faithful */
export const registry_create_iterator = onMainPort((request) => {
  return iteratorFrom(getRegistryRoot(), planeNamed(request), request.body[1] as number)
})

/** @xnu iokit/Kernel/IOUserClient.cpp is_io_registry_entry_create_iterator — faithful */
export const registry_entry_create_iterator = onEntry((entry, request) => {
  return iteratorFrom(entry, planeNamed(request), request.body[1] as number)
})

function iteratorFrom(entry: IORegistryEntry, plane: IORegistryPlane | null, options: number): KobjectReply {
  const iterator = IORegistryIterator.iterateOver(entry, plane, options)
  return iterator === null ? fail(kIOReturnBadArgument) : replyObject(IOUserIterator.withIterator(iterator))
}

/** @xnu iokit/Kernel/IOUserClient.cpp is_io_registry_entry_get_child_iterator — faithful */
export const registry_entry_get_child_iterator = onEntry((entry, request) => {
  return listIterator(request, (plane) => entry.children(plane))
})

/** @xnu iokit/Kernel/IOUserClient.cpp is_io_registry_entry_get_parent_iterator — faithful */
export const registry_entry_get_parent_iterator = onEntry((entry, request) => {
  return listIterator(request, (plane) => entry.parents(plane))
})

/** Children and parents are handed out as a copy of the list: later changes do not disturb the walk. */
function listIterator(
  request: KobjectRequest, list: (plane: IORegistryPlane) => readonly IORegistryEntry[],
): KobjectReply {
  const plane = planeNamed(request)
  if (plane === null) return replyNoObject()
  const array = OSArray.withObjects(list(plane))
  const iterator = OSCollectionIterator.withCollection(array)
  array.release()
  return replyObject(IOUserIterator.withIterator(iterator))
}

/** @xnu iokit/Kernel/IOUserClient.cpp is_io_registry_entry_from_path — faithful */
export const registry_entry_from_path = onMainPort((request) => {
  const entry = IORegistryEntry.fromPath(request.body[0] as string)
  return entry === null ? replyNoObject() : replyObject(entry)
})

/**
 * A path in line, or one of any length out of line that ends in NUL.
 * @xnu is_io_registry_entry_from_path_ool — faithful
 */
export const registry_entry_from_path_ool = onMainPort((request) => {
  const [short, long] = request.body as readonly [string, Uint8Array | null]
  let path = short
  if (short === '') {
    if (long === null || long.length === 0) return fail(kIOReturnBadArgument)
    if (long.length > kMaxSerializedBytes) return fail(kIOReturnMessageTooLarge)
    if (long[long.length - 1] !== 0) return replyNoObject(kIOReturnBadArgument)
    path = textOf(long)
  }
  const entry = IORegistryEntry.fromPath(path)
  return entry === null ? replyNoObject(kIOReturnNotFound) : replyObject(entry, [kIOReturnSuccess])
})

/**
 * Without a plane of that name: whether it is in any.
 * @xnu iokit/Kernel/IOUserClient.cpp is_io_registry_entry_in_plane — faithful
 */
export const registry_entry_in_plane = onEntry((entry, request) => reply(entry.inPlane(planeNamed(request))))

/** @xnu iokit/Kernel/IOUserClient.cpp is_io_registry_entry_get_path — faithful */
export const registry_entry_get_path = onEntry((entry, request) => {
  const plane = planeNamed(request)
  const path = plane === null ? null : entry.getPath(plane, io_string_length)
  return path === null ? fail(kIOReturnBadArgument) : reply(path)
})

/** @xnu iokit/Kernel/IOUserClient.cpp is_io_registry_entry_get_path_ool — faithful */
export const registry_entry_get_path_ool = onEntry((entry, request) => {
  const plane = planeNamed(request)
  const path = plane === null ? null : entry.getPath(plane, kMaxPath)
  if (path === null) return fail(kIOReturnError)
  return path.length < io_inband_length ? reply(path, null) : reply('', encodeUtf8Lossless(`${path}\0`))
})

/** @xnu iokit/Kernel/IOUserClient.cpp is_io_registry_entry_get_name — faithful */
export const registry_entry_get_name = onEntry((entry) => reply(cut(entry.getName())))

/** @xnu iokit/Kernel/IOUserClient.cpp is_io_registry_entry_get_name_in_plane — faithful */
export const registry_entry_get_name_in_plane =
  onEntry((entry, request) => reply(cut(entry.getName(planeNamed(request)))))

/** @xnu iokit/Kernel/IOUserClient.cpp is_io_registry_entry_get_location_in_plane — faithful */
export const registry_entry_get_location_in_plane = onEntry((entry, request) => {
  const location = entry.getLocation(planeNamed(request))
  return location === null ? fail(kIOReturnNotFound) : reply(cut(location))
})

/** @xnu iokit/Kernel/IOUserClient.cpp is_io_registry_entry_get_registry_entry_id — faithful */
export const registry_entry_get_registry_entry_id = onEntry((entry) => reply(entry.getRegistryEntryID()))

/**
 * The text form is gone.
 * @xnu iokit/Kernel/IOUserClient.cpp is_io_registry_entry_get_properties — faithful
 */
export const registry_entry_get_properties: Routine = () => fail(kIOReturnUnsupported)

/** @xnu iokit/Kernel/IOUserClient.cpp is_io_registry_entry_get_properties_bin — faithful */
export const registry_entry_get_properties_bin = onEntry((entry) => {
  const bytes = serializedProperties(entry)
  return bytes === null ? fail(kIOReturnUnsupported) : reply(bytes)
})

/**
 * Into the caller's buffer when they fit.
 * @xnu iokit/Kernel/IOUserClient.cpp is_io_registry_entry_get_properties_bin_buf — faithful
 */
export const registry_entry_get_properties_bin_buf = onEntry((entry, request) => {
  const bytes = serializedProperties(entry)
  return bytes === null ? fail(kIOReturnUnsupported) : intoBuffer(request, bytes, 0)
})

/** What a DriverKit service shows of itself goes over what the kernel's entry has. */
function serializedProperties(entry: IORegistryEntry): Uint8Array | null {
  const shown = entry.getProperty(kIOUserServicePropertiesKey)
  const serializer = OSSerialize.binaryWithCapacity(4096)
  let isDone: boolean
  if (shown === null) isDone = entry.serializeProperties(serializer)
  else {
    const table = entry.dictionaryWithProperties()
    table.removeObject(kIOUserServicePropertiesKey)
    table.removeObject(kIOCompatibilityPropertiesKey)
    if (shown instanceof OSDictionary) table.merge(shown)
    isDone = table.serialize(serializer)
    table.release()
  }
  const bytes = isDone ? serializer.getBytes() : null
  serializer.release()
  return bytes
}

/** Arguments from `first`: address and size of the caller's buffer, 0 for none. */
function intoBuffer(request: KobjectRequest, bytes: Uint8Array, first: number): KobjectReply {
  const address = Number(request.body[first])
  const capacity = Number(request.body[first + 1])
  if (address === 0 || bytes.length > capacity) return reply(0, bytes)
  return request.task.map.write(address, bytes) ? reply(bytes.length, null) : fail(kIOReturnVMError)
}

/** Whether access control hides the property from the caller. */
function isHidden(request: KobjectRequest, entry: IORegistryEntry, name: string): boolean {
  return iokitPolicies().checkGetProperty?.(request.task, entry, name) === true
}

/** @xnu iokit/Kernel/IOUserClient.cpp is_io_registry_entry_get_property — faithful */
export const registry_entry_get_property = onEntry((entry, request) => {
  const name = request.body[0] as string
  if (isHidden(request, entry, name)) return fail(kIOReturnNotPermitted)
  const value = copyPropertyCompatible(entry, name)
  return value === null ? fail(kIOReturnNotFound) : serialized(value, xmlOf)
})

/** @xnu iokit/Kernel/IOUserClient.cpp is_io_registry_entry_get_property_recursively — faithful */
export const registry_entry_get_property_recursively = onEntry((entry, request) => {
  const [planeName, name, options] = request.body as readonly [string, string, number]
  if (isHidden(request, entry, name)) return fail(kIOReturnNotPermitted)
  const plane = IORegistryEntry.getPlane(planeName)
  const value = plane === null ? entry.copyProperty(name) : entry.getPropertyInPlane(name, plane, options)
  if (plane !== null) value?.retain()
  return value === null ? fail(kIOReturnNotFound) : serialized(value, xmlOf)
})

/** @xnu iokit/Kernel/IOUserClient.cpp is_io_registry_entry_get_property_bin — faithful */
export const registry_entry_get_property_bin = onEntry((entry, request) => {
  const value = searchProperty(entry, request)
  return typeof value === 'number' ? fail(value) : serialized(value, binaryOf)
})

/**
 * Into the caller's buffer when it fits.
 * @xnu iokit/Kernel/IOUserClient.cpp is_io_registry_entry_get_property_bin_buf — faithful
 */
export const registry_entry_get_property_bin_buf = onEntry((entry, request) => {
  const value = searchProperty(entry, request)
  if (typeof value === 'number') return fail(value)
  const bytes = binaryOf(value)
  value.release()
  return bytes === null ? fail(kIOReturnUnsupported) : intoBuffer(request, bytes, 3)
})

function serialized(value: OSObject, form: (value: OSObject) => Uint8Array | null): KobjectReply {
  const bytes = form(value)
  value.release()
  return bytes === null ? fail(kIOReturnUnsupported) : reply(bytes)
}

/** Arguments: plane, name, options. With the recursive bit and a plane name entries below are asked too. */
function searchProperty(entry: IORegistryEntry, request: KobjectRequest): OSObject | number {
  const [planeName, name, options] = request.body as readonly [string, string, number]
  if (isHidden(request, entry, name)) return kIOReturnNotPermitted
  if (name === kIORegistryEntryPropertyKeysKey) return propertyKeys(entry)
  const own = copyPropertyCompatible(entry, name)
  if (own !== null || (options & kIORegistryIterateRecursively) === 0 || planeName === '') {
    return own ?? kIOReturnNotFound
  }
  const iterator = IORegistryIterator.iterateOver(entry, IORegistryEntry.getPlane(planeName), options)
  let found: OSObject | number = kIOReturnNotFound
  for (let at = iterator?.getNextObject() ?? null; at !== null && typeof found === 'number';) {
    const value = copyPropertyCompatible(at, name)
    if (value !== null && isHidden(request, at, name)) {
      value.release()
      found = kIOReturnNotPermitted
    } else if (value !== null) found = value
    at = iterator!.getNextObject()
  }
  iterator?.release()
  return found
}

/**
 * The entry's property, else what a DriverKit service shows.
 * @xnu iokit/Kernel/IOUserClient.cpp IOCopyPropertyCompatible — faithful
 */
function copyPropertyCompatible(entry: IORegistryEntry, name: string): OSObject | null {
  const own = entry.copyProperty(name)
  if (own !== null) return own
  const shown = entry.getProperty(kIOUserServicePropertiesKey)
  const value = shown instanceof OSDictionary ? shown.getObject(name) : null
  value?.retain()
  return value
}

function propertyKeys(entry: IORegistryEntry): OSArray {
  const keys = OSArray.withCapacity(16)
  for (const [key] of entry.propertyEntries()) keys.setObject(key)
  return keys
}

/** @xnu iokit/Kernel/IOUserClient.cpp is_io_registry_entry_get_property_bytes — faithful */
export const registry_entry_get_property_bytes = onEntry((entry, request) => {
  const [name, capacity] = request.body as readonly [string, number]
  if (isHidden(request, entry, name)) return fail(kIOReturnNotPermitted)
  const value = copyPropertyCompatible(entry, name)
  if (value === null) return fail(kIOReturnNoResources)
  const bytes = rawBytes(value)
  value.release()
  if (bytes === null) return fail(kIOReturnBadArgument)
  return bytes.length > Math.min(capacity, io_inband_length) ? fail(kIOReturnIPCError) : reply(bytes)
})

function rawBytes(value: OSObject): Uint8Array | null {
  if (value instanceof OSData) return value.bytes().slice()
  if (value instanceof OSString) return withNul(value.getBytes())
  if (value instanceof OSBoolean) return encodeUtf8Lossless(value.isTrue() ? 'Yes\0' : 'No\0')
  if (!(value instanceof OSNumber)) return null
  const bytes = new Uint8Array(8)
  const view = new DataView(bytes.buffer)
  view.setUint32(0, value.lowWord(), true)
  view.setUint32(4, value.highWord(), true)
  return bytes.slice(0, Math.min(value.numberOfBytes(), 8))
}

function withNul(text: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(text.length + 1)
  bytes.set(text)
  return bytes
}

/**
 * Whether the device tree has an entry of that name.
 * @xnu is_io_device_tree_entry_exists_with_name — faithful
 */
export const device_tree_entry_exists_with_name = onMainPort((request) => {
  const iterator = IORegistryIterator.iterateOverRoot(gIODTPlane, 1)
  let exists = false
  for (let entry = iterator?.getNextObject() ?? null; entry !== null && !exists;) {
    exists = entry.getName(gIODTPlane) === request.body[0]
    entry = iterator!.getNextObject()
  }
  iterator?.release()
  return reply(exists)
})

/** Names are cut to io_name_t. */
function cut(name: string): string {
  return name.length < io_name_length ? name : name.slice(0, io_name_length - 1)
}

function textOf(bytes: Uint8Array): string {
  let text = ''
  for (const byte of bytes) {
    if (byte === 0) break
    text += String.fromCharCode(byte)
  }
  return text
}
