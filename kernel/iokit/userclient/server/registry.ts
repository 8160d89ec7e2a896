import {
  io_inband_length, io_name_length, io_string_length, kIOReturnBadArgument, kIOReturnIPCError, kIOReturnNotFound,
  kIOReturnNoMemory, kIOReturnNoResources, kIORegistryEntryPropertyKeysKey,
} from '../../../abi/index.ts'
import { encodeUtf8Lossless } from '../../../formats/utf8.ts'
import {
  OSArray, OSBoolean, OSCollectionIterator, OSData, OSNumber, OSSerialize, OSString, type OSObject,
} from '../../../libkern/index.ts'
import type { KobjectReply, KobjectRequest } from '../../../mach/index.ts'
import {
  IORegistryEntry, IORegistryIterator, getRegistryRoot, gIODTPlane, type IORegistryPlane,
} from '../../registry/index.ts'
import { IOUserIterator } from '../iterators.ts'
import { binaryOf, fail, onEntry, onMainPort, planeNamed, reply, replyNoObject, replyObject, xmlOf } from './call.ts'

export const registry_get_root_entry = onMainPort(() => {
  const root = getRegistryRoot()
  root.retain()
  return replyObject(root)
})

export const registry_create_iterator = onMainPort((request) => {
  return iteratorFrom(getRegistryRoot(), planeNamed(request), request.body[1] as number)
})

export const registry_entry_create_iterator = onEntry((entry, request) => {
  return iteratorFrom(entry, planeNamed(request), request.body[1] as number)
})

function iteratorFrom(entry: IORegistryEntry, plane: IORegistryPlane | null, options: number): KobjectReply {
  const iterator = IORegistryIterator.iterateOver(entry, plane, options)
  return iterator === null ? fail(kIOReturnBadArgument) : replyObject(IOUserIterator.withIterator(iterator))
}

export const registry_entry_get_child_iterator = onEntry((entry, request) => {
  return listIterator(request, (plane) => entry.children(plane))
})

export const registry_entry_get_parent_iterator = onEntry((entry, request) => {
  return listIterator(request, (plane) => entry.parents(plane))
})

/** Children and parents are handed out as a copy of the list: later changes do not disturb the walk. */
function listIterator(
  request: KobjectRequest, list: (plane: IORegistryPlane) => readonly IORegistryEntry[],
): KobjectReply {
  const plane = planeNamed(request)
  if (plane === null) return fail(kIOReturnBadArgument)
  const array = OSArray.withObjects(list(plane))
  const iterator = OSCollectionIterator.withCollection(array)
  array.release()
  return replyObject(IOUserIterator.withIterator(iterator))
}

export const registry_entry_from_path = onMainPort((request) => {
  const entry = IORegistryEntry.fromPath(request.body[0] as string)
  return entry === null ? replyNoObject() : replyObject(entry)
})

export const registry_entry_from_path_ool = onMainPort((request) => {
  const long = request.body[1] as Uint8Array | null
  const path = long === null ? request.body[0] as string : textOf(long)
  const entry = IORegistryEntry.fromPath(path)
  return entry === null ? replyNoObject(0) : replyObject(entry, [0])
})

export const registry_entry_in_plane = onEntry((entry, request) => {
  const name = request.body[0] as string
  const plane = name === '' ? null : IORegistryEntry.getPlane(name)
  if (name !== '' && plane === null) return reply(false)
  return reply(entry.inPlane(plane))
})

export const registry_entry_get_path = onEntry((entry, request) => {
  const plane = planeNamed(request)
  const path = plane === null ? null : entry.getPath(plane, io_string_length)
  return path === null ? fail(kIOReturnBadArgument) : reply(path)
})

export const registry_entry_get_path_ool = onEntry((entry, request) => {
  const plane = planeNamed(request)
  const path = plane === null ? null : entry.getPath(plane)
  if (path === null) return fail(kIOReturnBadArgument)
  return path.length < io_inband_length ? reply(path, null) : reply('', encodeUtf8Lossless(path))
})

export const registry_entry_get_name = onEntry((entry) => reply(cut(entry.getName())))

export const registry_entry_get_name_in_plane = onEntry((entry, request) => {
  const name = request.body[0] as string
  const plane = name === '' ? null : IORegistryEntry.getPlane(name)
  if (name !== '' && plane === null) return fail(kIOReturnBadArgument)
  return reply(cut(entry.getName(plane)))
})

export const registry_entry_get_location_in_plane = onEntry((entry, request) => {
  const name = request.body[0] as string
  const plane = name === '' ? null : IORegistryEntry.getPlane(name)
  if (name !== '' && plane === null) return fail(kIOReturnBadArgument)
  const location = entry.getLocation(plane)
  return location === null ? fail(kIOReturnNotFound) : reply(cut(location))
})

export const registry_entry_get_registry_entry_id = onEntry((entry) => reply(entry.getRegistryEntryID()))

export const registry_entry_get_properties = onEntry((entry) => properties(entry, OSSerialize.withCapacity(4096)))

export const registry_entry_get_properties_bin = onEntry((entry) => {
  return properties(entry, OSSerialize.binaryWithCapacity(4096))
})

/** The properties in the caller's buffer when they fit, else out of line. */
export const registry_entry_get_properties_bin_buf = onEntry((entry, request) => {
  const answer = properties(entry, OSSerialize.binaryWithCapacity(4096))
  return answer.code === 0 ? inBuffer(answer.body[0] as Uint8Array, request.body[0] as number) : answer
})

function properties(entry: IORegistryEntry, serializer: OSSerialize): KobjectReply {
  const bytes = entry.serializeProperties(serializer) ? serializer.getBytes() : null
  serializer.release()
  return bytes === null ? fail(kIOReturnNoMemory) : reply(bytes)
}

function inBuffer(bytes: Uint8Array, capacity: number): KobjectReply {
  return reply(bytes.length <= capacity, bytes)
}

export const registry_entry_get_property = onEntry((entry, request) => {
  const value = copyProperty(entry, request.body[0] as string)
  if (value === null) return fail(kIOReturnNotFound)
  return serialized(value, xmlOf)
})

export const registry_entry_get_property_recursively = onEntry((entry, request) => {
  const value = searchProperty(entry, request)
  return value === null ? fail(kIOReturnNotFound) : serialized(value, xmlOf)
})

export const registry_entry_get_property_bin = onEntry((entry, request) => {
  const value = searchProperty(entry, request)
  return value === null ? fail(kIOReturnNotFound) : serialized(value, binaryOf)
})

export const registry_entry_get_property_bin_buf = onEntry((entry, request) => {
  const value = searchProperty(entry, request)
  if (value === null) return fail(kIOReturnNotFound)
  const answer = serialized(value, binaryOf)
  return answer.code === 0 ? inBuffer(answer.body[0] as Uint8Array, request.body[3] as number) : answer
})

function serialized(value: OSObject, form: (value: OSObject) => Uint8Array | null): KobjectReply {
  const bytes = form(value)
  value.release()
  return bytes === null ? fail(kIOReturnNoMemory) : reply(bytes)
}

/** Arguments: plane, name, options. Without a plane, or without the recursive bit, only the entry itself. */
function searchProperty(entry: IORegistryEntry, request: KobjectRequest): OSObject | null {
  const [planeName, name, options] = request.body as readonly [string, string, number]
  const plane = planeName === '' || (options & 1) === 0 ? null : IORegistryEntry.getPlane(planeName)
  if (plane === null) return copyProperty(entry, name)
  const value = entry.getPropertyInPlane(name, plane, options)
  value?.retain()
  return value
}

function copyProperty(entry: IORegistryEntry, name: string): OSObject | null {
  return name === kIORegistryEntryPropertyKeysKey ? propertyKeys(entry) : entry.copyProperty(name)
}

function propertyKeys(entry: IORegistryEntry): OSArray {
  const keys = OSArray.withCapacity(16)
  for (const [key] of entry.propertyEntries()) keys.setObject(key)
  return keys
}

/** @xnu iokit/Kernel/IOUserClient.cpp is_io_registry_entry_get_property_bytes — faithful */
export const registry_entry_get_property_bytes = onEntry((entry, request) => {
  const value = entry.getProperty(request.body[0] as string)
  if (value === null) return fail(kIOReturnNoResources)
  const bytes = rawBytes(value)
  if (bytes === null) return fail(kIOReturnBadArgument)
  return bytes.length > (request.body[1] as number) ? fail(kIOReturnIPCError) : reply(bytes)
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
  return bytes.slice(0, value.numberOfBytes())
}

function withNul(text: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(text.length + 1)
  bytes.set(text)
  return bytes
}

/** Whether the device tree has an entry of that name. */
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
  for (const byte of bytes) if (byte !== 0) text += String.fromCharCode(byte)
  return text
}
