import {
  kIOReturnBadArgument, kIOReturnNoDevice, kIOReturnNotFound, kIOReturnSuccess,
} from '../../../abi/index.ts'
import { OSIterator, OSMetaClass, type OSObject } from '../../../libkern/index.ts'
import type { KobjectReply, KobjectRequest } from '../../../mach/index.ts'
import { IORegistryIterator } from '../../registry/index.ts'
import { objectOfPort } from '../iokitPorts.ts'
import { IOUserIterator } from '../iterators.ts'
import { IOUserNotification } from '../IOUserNotification.ts'
import { fail, onMainPort, reply, replyObject } from './call.ts'

/** `IOKIT_SERVER_VERSION`: from 20140421 on, user space may send the binary form. */
export const IOKIT_SERVER_VERSION = 20190926

export function object_get_class(request: KobjectRequest): KobjectReply {
  const object = objectOfPort(request.port)
  return object === null ? fail(kIOReturnBadArgument) : reply(object.getMetaClass().className)
}

export function object_conforms_to(request: KobjectRequest): KobjectReply {
  const object = objectOfPort(request.port)
  if (object === null) return fail(kIOReturnBadArgument)
  return reply(OSMetaClass.checkMetaCastWithName(request.body[0] as string, object) !== null)
}

export function object_get_retain_count(request: KobjectRequest): KobjectReply {
  const object = objectOfPort(request.port)
  return object === null ? fail(kIOReturnBadArgument) : reply(object.getRetainCount())
}

export const object_get_superclass = onMainPort((request) => {
  const parent = OSMetaClass.metaClassWithName(request.body[0] as string)?.superMetaClass ?? null
  return parent === null ? fail(kIOReturnNotFound) : reply(parent.className)
})

export const object_get_bundle_identifier = onMainPort((request) => {
  const bundle = OSMetaClass.metaClassWithName(request.body[0] as string)?.getKextIdentifier() ?? null
  return bundle === null ? fail(kIOReturnNotFound) : reply(bundle)
})

export const server_version = onMainPort(() => reply(IOKIT_SERVER_VERSION))

export function iterator_next(request: KobjectRequest): KobjectReply {
  const iterator = objectOfPort(request.port)
  if (!(iterator instanceof OSIterator)) return fail(kIOReturnBadArgument)
  const next = copyNext(iterator)
  return next === null ? fail(kIOReturnNoDevice) : replyObject(next)
}

export function iterator_reset(request: KobjectRequest): KobjectReply {
  const iterator = objectOfPort(request.port)
  if (!(iterator instanceof OSIterator)) return fail(kIOReturnBadArgument)
  iterator.reset()
  return reply()
}

export function iterator_is_valid(request: KobjectRequest): KobjectReply {
  const iterator = objectOfPort(request.port)
  return iterator instanceof OSIterator ? reply(iterator.isValid()) : fail(kIOReturnBadArgument)
}

export function registry_iterator_enter_entry(request: KobjectRequest): KobjectReply {
  const iterator = registryIterator(request)
  if (iterator === null) return fail(kIOReturnBadArgument)
  iterator.enterEntry()
  return reply()
}

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

/** Notifications hand over their own reference; other iterators keep theirs. */
function copyNext(iterator: OSIterator): OSObject | null {
  const next = iterator.getNextObject()
  if (!(iterator instanceof IOUserNotification)) next?.retain()
  return next
}
