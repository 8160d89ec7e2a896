import {
  kIOReturnBadArgument, kIOReturnNoDevice, kIOReturnNotFound, kIOReturnSuccess,
} from '../../../abi/index.ts'
import { OSIterator, OSMetaClass, type OSObject } from '../../../libkern/index.ts'
import type { KobjectReply, KobjectRequest } from '../../../mach/index.ts'
import { IORegistryIterator } from '../../registry/index.ts'
import { objectOfPort } from '../iokitPorts.ts'
import { IOUserIterator } from '../iterators.ts'
import { fail, onMainPort, reply, replyObject, type Routine } from './call.ts'

/**
 * From 20140421 on, user space may send the binary form.
 * @xnu osfmk/device/device_types.h IOKIT_SERVER_VERSION — faithful
 */
export const IOKIT_SERVER_VERSION = 20210810

/** @xnu iokit/Kernel/IOUserClient.cpp is_io_object_get_class — faithful */
export function object_get_class(request: KobjectRequest): KobjectReply {
  const object = objectOfPort(request.port)
  return object === null ? fail(kIOReturnBadArgument) : reply(object.getMetaClass().className)
}

/** @xnu iokit/Kernel/IOUserClient.cpp is_io_object_conforms_to — faithful */
export function object_conforms_to(request: KobjectRequest): KobjectReply {
  const object = objectOfPort(request.port)
  if (object === null) return fail(kIOReturnBadArgument)
  return reply(OSMetaClass.checkMetaCastWithName(request.body[0] as string, object) !== null)
}

/** @xnu iokit/Kernel/IOUserClient.cpp is_io_object_get_retain_count — faithful */
export function object_get_retain_count(request: KobjectRequest): KobjectReply {
  const object = objectOfPort(request.port)
  return object === null ? fail(kIOReturnBadArgument) : reply(object.getRetainCount())
}

/** @xnu iokit/Kernel/IOUserClient.cpp is_io_object_get_superclass — faithful */
export const object_get_superclass = onMainPort((request) => {
  const parent = OSMetaClass.metaClassWithName(request.body[0] as string)?.superMetaClass ?? null
  return parent === null ? fail(kIOReturnNotFound) : reply(parent.className)
})

/** @xnu iokit/Kernel/IOUserClient.cpp is_io_object_get_bundle_identifier — faithful */
export const object_get_bundle_identifier = onMainPort((request) => {
  const bundle = OSMetaClass.metaClassWithName(request.body[0] as string)?.getKextIdentifier() ?? null
  return bundle === null ? fail(kIOReturnNotFound) : reply(bundle)
})

/** Any port will do. @xnu iokit/Kernel/IOUserClient.cpp is_io_server_version — faithful */
export const server_version: Routine = () => reply(IOKIT_SERVER_VERSION)

/** @xnu iokit/Kernel/IOUserClient.cpp is_io_iterator_next — faithful */
export function iterator_next(request: KobjectRequest): KobjectReply {
  const iterator = objectOfPort(request.port)
  if (!(iterator instanceof OSIterator)) return fail(kIOReturnBadArgument)
  const next = copyNext(iterator)
  return next === null ? fail(kIOReturnNoDevice) : replyObject(next)
}

/** @xnu iokit/Kernel/IOUserClient.cpp is_io_iterator_reset — faithful */
export function iterator_reset(request: KobjectRequest): KobjectReply {
  const iterator = objectOfPort(request.port)
  if (!(iterator instanceof OSIterator)) return fail(kIOReturnBadArgument)
  iterator.reset()
  return reply()
}

/** @xnu iokit/Kernel/IOUserClient.cpp is_io_iterator_is_valid — faithful */
export function iterator_is_valid(request: KobjectRequest): KobjectReply {
  const iterator = objectOfPort(request.port)
  return iterator instanceof OSIterator ? reply(iterator.isValid()) : fail(kIOReturnBadArgument)
}

/** @xnu iokit/Kernel/IOUserClient.cpp is_io_registry_iterator_enter_entry — faithful */
export function registry_iterator_enter_entry(request: KobjectRequest): KobjectReply {
  const iterator = registryIterator(request)
  if (iterator === null) return fail(kIOReturnBadArgument)
  iterator.enterEntry()
  return reply()
}

/** @xnu iokit/Kernel/IOUserClient.cpp is_io_registry_iterator_exit_entry — faithful */
export function registry_iterator_exit_entry(request: KobjectRequest): KobjectReply {
  const iterator = registryIterator(request)
  if (iterator === null) return fail(kIOReturnBadArgument)
  return iterator.exitEntry() ? fail(kIOReturnSuccess) : fail(kIOReturnNoDevice)
}

function registryIterator(request: KobjectRequest): IORegistryIterator | null {
  const object = objectOfPort(request.port)
  const inner = object instanceof IOUserIterator ? object.inner : null
  return inner instanceof IORegistryIterator ? inner : null
}

function copyNext(iterator: OSIterator): OSObject | null {
  if (iterator instanceof IOUserIterator) return iterator.copyNextObject()
  const next = iterator.getNextObject()
  next?.retain()
  return next
}
