import {
  kIOReturnBadArgument, kIOReturnMessageTooLarge, kIOReturnNotPermitted,
  kIORegistryEntryAllowableSetPropertiesKey,
  kIORegistryEntryDefaultLockingSetPropertiesKey, type IOReturn,
} from '../../../abi/index.ts'
import { OSArray, OSBoolean, OSDictionary, type OSObject } from '../../../libkern/index.ts'
import { IKOT_IOKIT_CONNECT, IOLog, type KobjectReply, type KobjectRequest } from '../../../mach/index.ts'
import { wait, type KernelThread } from '../../../sim/index.ts'
import { IORegistryEntry } from '../../registry/index.ts'
import { iokitPolicies } from '../filters.ts'
import { IOUserClient } from '../IOUserClient.ts'
import { objectOfPort } from '../iokitPorts.ts'
import { fail, kMaxSerializedBytes, onEntry, reply, unserialize, type Routine } from './call.ts'

/** @xnu iokit/Kernel/IOUserClient.cpp is_io_registry_entry_set_properties — faithful */
export const registry_entry_set_properties = onEntry((entry, request) => setProperties(entry, request))

/** The same on a connection. @xnu iokit/Kernel/IOUserClient.cpp is_io_connect_set_properties — faithful */
export const connect_set_properties: Routine = (request) => {
  const client = objectOfPort(request.port, IKOT_IOKIT_CONNECT)
  return client instanceof IORegistryEntry ? setProperties(client, request) : fail(kIOReturnBadArgument)
}

/** @xnu iokit/Kernel/IOUserClient.cpp is_io_registry_entry_set_properties — faithful */
function* setProperties(entry: IORegistryEntry, request: KobjectRequest): KernelThread<KobjectReply> {
  const bytes = request.body[0] as Uint8Array | null
  if (bytes !== null && bytes.length > kMaxSerializedBytes) return fail(kIOReturnMessageTooLarge)
  const object = bytes === null ? null : unserialize(bytes)
  if (object === null) return reply(kIOReturnBadArgument)
  const isRefused = iokitPolicies().checkSetProperties?.(request.task, entry) === true
  const refusal = isRefused ? kIOReturnNotPermitted : allowableFault(entry, object)
  const result = refusal ?? (yield* deliver(entry, object))
  object.release()
  return reply(result)
}

function allowableFault(entry: IORegistryEntry, object: OSObject): IOReturn | null {
  const allowable = entry.getProperty(kIORegistryEntryAllowableSetPropertiesKey)
  if (allowable === null) return null
  if (!(object instanceof OSDictionary) || !(allowable instanceof OSArray)) return kIOReturnNotPermitted
  const names = [...allowable.values()]
  for (const key of object.keys()) {
    if (names.some((name) => name.isEqualTo(key))) continue
    IOLog(`IORegistryEntrySetProperties(${entry.getName()}, ${key.getCStringNoCopy()}) disallowed due to `
      + 'IORegistryEntryAllowableSetProperties\n')
    return kIOReturnBadArgument
  }
  return null
}

/** Under the client's lock, or the entry's, where its policy says so. */
function* deliver(entry: IORegistryEntry, object: OSObject): KernelThread<IOReturn> {
  if (entry instanceof IOUserClient) {
    if (!entry.defaultLockingSetProperties) return yield* wait(entry.setProperties(object))
    yield* entry.lock.take(true)
    const result = yield* wait(entry.setProperties(object))
    entry.lock.drop(true)
    return result
  }
  const locking = entry.getProperty(kIORegistryEntryDefaultLockingSetPropertiesKey)
  if (locking instanceof OSBoolean && locking.isTrue()) {
    return yield* wait(entry.runPropertyAction(() => entry.setProperties(object)))
  }
  return yield* wait(entry.setProperties(object))
}
