import {
  kIOReturnError, kIOReturnNotPermitted, kIOReturnNotPrivileged, kIOReturnSuccess, kIOReturnUnsupported,
  kIOUserClientCreatorKey, kIOUserClientDefaultLockingKey, kIOUserClientDefaultLockingSetPropertiesKey,
  kIOUserClientDefaultLockingSingleThreadExternalMethodKey, kIOUserClientEntitlementsKey,
  kIOUserClientMessageAppSuspendedKey, kIOUserClientSharedInstanceKey, type IOReturn,
} from '../../abi/index.ts'
import { OSBoolean, OSString, type OSDictionary } from '../../libkern/index.ts'
import { IOLog, kernelTrap, type Task } from '../../mach/index.ts'
import { wait, type KernelThread } from '../../sim/index.ts'
import type { IOService } from '../service/IOService.ts'
import { filterCallbacks, iokitPolicies } from './filters.ts'
import { IOUserClient, IOUserClient2022 } from './IOUserClient.ts'
import { logNameOf } from './privileges.ts'

export interface NewUserClient {
  readonly result: IOReturn
  readonly client: IOUserClient | null
}

export interface OpenRequest {
  readonly owningTask: Task
  readonly securityID: unknown
  readonly type: number
  readonly properties: OSDictionary | null
}

/**
 * `IOServiceOpen` in the kernel, after the service made a client (`IOService.newUserClient`): fixes its
 * locking policy, then asks entitlement, access control and sandbox. A refused client is closed. The client
 * comes with one
 * reference. Thread of the caller's task.
 * @xnu iokit/Kernel/IOUserClient.cpp is_io_service_open_extended — faithful
 */
export function* openUserClient(service: IOService, request: OpenRequest): KernelThread<NewUserClient> {
  const { owningTask, type } = request
  const opened = yield* wait(service.newUserClient(owningTask, request.securityID, type, request.properties))
  if (opened.result !== kIOReturnSuccess) return { result: opened.result, client: null }
  const { client } = opened
  if (!(client instanceof IOUserClient)) {
    client?.release()
    return { result: kIOReturnError, client: null }
  }
  const creator = logNameOf(owningTask)
  const creatorName = OSString.withCString(creator)
  client.setProperty(kIOUserClientCreatorKey, creatorName)
  creatorName.release()
  client.sharedInstance = client.getProperty(kIOUserClientSharedInstanceKey) !== null
  const result = admit(client, request, creator)
  if (result !== kIOReturnSuccess) yield* wait(client.clientClose())
  client.setTerminateDefer(service, false)
  if (result === kIOReturnSuccess) return { result, client }
  client.release()
  return { result, client: null }
}

/** Later checks overrule earlier results, as in the original; a refusal is final. */
function admit(client: IOUserClient, { owningTask, type }: OpenRequest, creator: string): IOReturn {
  let result = fixPolicy(client)
  const { className } = client.getMetaClass()
  if (!isEntitled(client, owningTask, creator)) result = kIOReturnNotPrivileged
  else if (iokitPolicies().checkOpen?.(owningTask, client, type) === true) {
    IOLog(`IOUC ${className} failed MACF in process ${creator}\n`)
    result = kIOReturnNotPermitted
  }
  if (result === kIOReturnSuccess) result = resolveFilter(client, owningTask, type)
  return result === kIOReturnSuccess ? client.registerOwner(owningTask) : result
}

/** Locking flags, from properties; once for a client. */
function fixPolicy(client: IOUserClient): IOReturn {
  if (client.opened) return kIOReturnSuccess
  client.opened = true
  client.messageAppSuspended = client.getProperty(kIOUserClientMessageAppSuspendedKey) !== null
  const locking = client.getProperty(kIOUserClientDefaultLockingKey)
  const setProperties = client.getProperty(kIOUserClientDefaultLockingSetPropertiesKey)
  const single = client.getProperty(kIOUserClientDefaultLockingSingleThreadExternalMethodKey)
  client.defaultLocking = isSet(locking)
  client.defaultLockingSetProperties = isSet(setProperties)
  client.defaultLockingSingleThreadExternalMethod = isSet(single)
  const isIncomplete = locking === null || setProperties === null || single === null
  let result: IOReturn = kIOReturnSuccess
  if (client instanceof IOUserClient2022 && isIncomplete) {
    IOLog(`IOUC ${client.getMetaClass().className} requires kIOUserClientDefaultLockingKey, `
      + 'kIOUserClientDefaultLockingSetPropertiesKey, '
      + 'kIOUserClientDefaultLockingSingleThreadExternalMethodKey\n')
    result = kIOReturnError
  }
  if (locking === null && setProperties === null && single === null) {
    client.defaultLocking = true
    client.setProperty(kIOUserClientDefaultLockingKey, true)
  }
  return result
}

function isSet(value: unknown): boolean {
  return value !== null && !(value instanceof OSBoolean && value.isFalse())
}

function isEntitled(client: IOUserClient, task: Task, creator: string): boolean {
  const wanted = client.getProperty(kIOUserClientEntitlementsKey)
  const { className } = client.getMetaClass()
  const isAnyone = wanted instanceof OSBoolean && wanted.isFalse()
  if (client instanceof IOUserClient2022) {
    if (wanted === null) {
      IOLog(`IOUC ${className} missing IOUserClientEntitlements property\n`)
      return false
    }
    if (!(wanted instanceof OSString) && !isAnyone) {
      IOLog(`IOUC ${className} had IOUserClientEntitlementswith value not boolean false or string\n`)
      return false
    }
  }
  if (wanted === null || isAnyone) return true
  // The original calls a method of a null string here: a classic client with another value stops the machine.
  if (!(wanted instanceof OSString)) kernelTrap({ kind: 'page-fault', address: 0n, access: 'read' })
  if (task.hasEntitlement(wanted.getCStringNoCopy())) return true
  IOLog(`IOUC ${className} missing entitlement in process ${creator}\n`)
  return false
}

/** The sandbox's say, once for each task. */
function resolveFilter(client: IOUserClient, task: Task, type: number): IOReturn {
  const callbacks = filterCallbacks()
  if (callbacks === null || client.filterPolicies.has(task)) return kIOReturnSuccess
  const { result, policy } = callbacks.resolve(task, client, type)
  if (result === kIOReturnUnsupported) return kIOReturnSuccess
  if (result !== kIOReturnSuccess) {
    IOLog(`IOUC ${client.getMetaClass().className} failed sandbox in process ${logNameOf(task)}\n`)
    return result
  }
  if (policy !== null) client.filterPolicies.set(task, policy)
  return kIOReturnSuccess
}
