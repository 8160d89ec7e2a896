import { kIOReturnBadArgument, kIOReturnNotPrivileged } from '../../../abi/index.ts'
import { OSUnserializeXML, OSDictionary, OSSerialize, type OSObject } from '../../../libkern/index.ts'
import {
  IKOT_IOKIT_OBJECT, IKOT_MAIN_DEVICE, type KobjectReply, type KobjectRequest,
} from '../../../mach/index.ts'
import type { Blocking } from '../../../sim/index.ts'
import { IORegistryEntry, type IORegistryPlane } from '../../registry/index.ts'
import { IOService } from '../../service/IOService.ts'
import { makeObjectRight, objectOfPort, type IOKitPortType } from '../iokitPorts.ts'

/** One routine on the kernel's side. The shapes of the body were checked against the table. */
export type Routine = (request: KobjectRequest) => Blocking<KobjectReply>

/** Bytes a property list from user space may have. */
export const kMaxSerializedBytes = 4 * 1024 * 1024

const NOTHING: readonly unknown[] = []

export function fail(code: number): KobjectReply {
  return { code, body: NOTHING }
}

export function reply(...body: readonly unknown[]): KobjectReply {
  return { code: 0, body }
}

/** A success whose last word is a port of `object`; the caller's reference is used up. */
export function replyObject(
  object: OSObject, before: readonly unknown[] = NOTHING, type: IOKitPortType = IKOT_IOKIT_OBJECT,
): KobjectReply {
  const port = makeObjectRight(object, type)
  object.release()
  return { code: 0, body: [...before, port], ports: [{ index: before.length, right: 17, port }] }
}

/** A success with no object where one could be. */
export function replyNoObject(...before: readonly unknown[]): KobjectReply {
  return { code: 0, body: [...before, 0] }
}

/** Lets only requests on the main port through. */
export function onMainPort(routine: Routine): Routine {
  return (request) => request.port.kotype === IKOT_MAIN_DEVICE
    ? routine(request)
    : fail(kIOReturnNotPrivileged)
}

/** Lets only requests on a registry entry's port through. */
export function onEntry(
  routine: (entry: IORegistryEntry, request: KobjectRequest) => Blocking<KobjectReply>,
): Routine {
  return (request) => {
    const object = objectOfPort(request.port)
    return object instanceof IORegistryEntry ? routine(object, request) : fail(kIOReturnBadArgument)
  }
}

/** Lets only requests on a service's port through. */
export function onService(
  routine: (service: IOService, request: KobjectRequest) => Blocking<KobjectReply>,
): Routine {
  return (request) => {
    const object = objectOfPort(request.port)
    return object instanceof IOService ? routine(object, request) : fail(kIOReturnBadArgument)
  }
}

export function planeNamed(request: KobjectRequest, index = 0): IORegistryPlane | null {
  return IORegistryEntry.getPlane(request.body[index] as string)
}

/** The object in serialised bytes (binary or XML), with one reference; null when they are refused. */
export function unserialize(bytes: Uint8Array): OSObject | null {
  return OSUnserializeXML(bytes).object
}

/** The dictionary in serialised bytes, with one reference. */
export function unserializeDictionary(bytes: Uint8Array): OSDictionary | null {
  const object = unserialize(bytes)
  if (object instanceof OSDictionary) return object
  object?.release()
  return null
}

/** The binary form of an object. */
export function binaryOf(object: OSObject): Uint8Array | null {
  const serializer = OSSerialize.binaryWithCapacity(4096)
  const bytes = object.serialize(serializer) ? serializer.getBytes() : null
  serializer.release()
  return bytes
}

/** The XML form of an object, with the closing NUL. */
export function xmlOf(object: OSObject): Uint8Array | null {
  const serializer = OSSerialize.withCapacity(4096)
  const bytes = object.serialize(serializer) ? serializer.getBytes() : null
  serializer.release()
  return bytes
}
