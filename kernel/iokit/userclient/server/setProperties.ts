import {
  kIOReturnBadArgument, kIOReturnMessageTooLarge, kIOReturnNotPermitted, type IOReturn,
} from '../../../abi/index.ts'
import { OSArray, OSDictionary, OSString, type OSObject } from '../../../libkern/index.ts'
import { IOLog } from '../../../mach/index.ts'
import { wait, type KernelThread } from '../../../sim/index.ts'
import type { IORegistryEntry } from '../../registry/index.ts'
import { IOUserClient } from '../IOUserClient.ts'
import { kMaxSerializedBytes, onEntry, reply, unserialize } from './call.ts'

const kAllowableKey = 'IORegistryEntryAllowableSetProperties'
const kDefaultLockingKey = 'IORegistryEntryDefaultLockingSetProperties'

export const registry_entry_set_properties = onEntry(function* (entry, request) {
  return reply(yield* setProperties(entry, request.body[0] as Uint8Array | null))
})

export const connect_set_properties = registry_entry_set_properties

/** @xnu iokit/Kernel/IOUserClient.cpp is_io_registry_entry_set_properties — simplified: no MACF */
function* setProperties(entry: IORegistryEntry, bytes: Uint8Array | null): KernelThread<IOReturn> {
  if (bytes !== null && bytes.length > kMaxSerializedBytes) return kIOReturnMessageTooLarge
  const object = bytes === null ? null : unserialize(bytes)
  if (object === null) return kIOReturnBadArgument
  const refusal = allowableFault(entry, object)
  const result = refusal ?? (yield* deliver(entry, object))
  object.release()
  return result
}

function allowableFault(entry: IORegistryEntry, object: OSObject): IOReturn | null {
  const allowable = entry.getProperty(kAllowableKey)
  if (allowable === null) return null
  if (!(allowable instanceof OSArray) || !(object instanceof OSDictionary)) return kIOReturnNotPermitted
  const names = new Set<string>()
  for (const name of allowable.values()) if (name instanceof OSString) names.add(name.getCStringNoCopy())
  for (const key of object.keys()) {
    if (names.has(key.getCStringNoCopy())) continue
    IOLog(`IORegistryEntrySetProperties(${entry.getName()}, ${key.getCStringNoCopy()}) disallowed due to `
      + 'IORegistryEntryAllowableSetProperties\n')
    return kIOReturnBadArgument
  }
  return null
}

function* deliver(entry: IORegistryEntry, object: OSObject): KernelThread<IOReturn> {
  if (entry instanceof IOUserClient && entry.defaultLockingSetProperties) {
    yield* entry.lock.take(true)
    const result = yield* wait(entry.setProperties(object))
    entry.lock.drop(true)
    return result
  }
  if (entry.getProperty(kDefaultLockingKey) !== null) return entry.runPropertyAction(() => entry.setProperties(object))
  return yield* wait(entry.setProperties(object))
}
