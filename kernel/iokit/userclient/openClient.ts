import {
  kIOReturnError, kIOReturnNotPrivileged, kIOReturnSuccess, kIOUserClientCreatorKey, kIOUserClientDefaultLockingKey,
  kIOUserClientDefaultLockingSetPropertiesKey, kIOUserClientDefaultLockingSingleThreadExternalMethodKey,
  kIOUserClientEntitlementsKey, kIOUserClientSharedInstanceKey, type IOReturn,
} from '../../abi/index.ts'
import { OSBoolean, OSString, type OSDictionary } from '../../libkern/index.ts'
import { IOLog, type Task } from '../../mach/index.ts'
import { wait, type KernelThread } from '../../sim/index.ts'
import type { IOService } from '../service/IOService.ts'
import { IOUserClient, IOUserClient2022 } from './IOUserClient.ts'

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
 * `IOServiceOpen` in the kernel: makes the client, fixes its locking policy, checks entitlements.
 * @xnu iokit/Kernel/IOUserClient.cpp is_io_service_open_extended — simplified: no MACF or sandbox policies
 */
export function* openUserClient(service: IOService, request: OpenRequest): KernelThread<NewUserClient> {
  const { owningTask } = request
  const opened = yield* wait(service.newUserClient(owningTask, request.securityID, request.type, request.properties))
  if (opened.result !== kIOReturnSuccess) return { result: opened.result, client: null }
  const client = opened.client
  if (!(client instanceof IOUserClient)) return { result: kIOReturnError, client: null }
  client.setProperty(kIOUserClientCreatorKey, OSString.withCString(creatorOf(owningTask)))
  client.sharedInstance = client.getProperty(kIOUserClientSharedInstanceKey) !== null
  const refusal = policyFault(client) ?? entitlementFault(client, owningTask)
  if (refusal === null) {
    client.registerOwner(owningTask)
    return { result: kIOReturnSuccess, client }
  }
  client.closed = true
  yield* wait(client.clientClose())
  client.release()
  return { result: refusal, client: null }
}

function creatorOf(task: Task): string {
  return `pid ${task.pid}, ${task.name}`
}

function policyFault(client: IOUserClient): IOReturn | null {
  const locking = client.getProperty(kIOUserClientDefaultLockingKey)
  const setProperties = client.getProperty(kIOUserClientDefaultLockingSetPropertiesKey)
  const single = client.getProperty(kIOUserClientDefaultLockingSingleThreadExternalMethodKey)
  if (client instanceof IOUserClient2022 && (locking === null || setProperties === null || single === null)) {
    IOLog(`IOUC ${client.getMetaClass().className} requires kIOUserClientDefaultLockingKey, `
      + 'kIOUserClientDefaultLockingSetPropertiesKey, kIOUserClientDefaultLockingSingleThreadExternalMethodKey\n')
    return kIOReturnError
  }
  if (locking === null && setProperties === null && single === null) {
    client.adoptDefaultLocking()
    return null
  }
  client.defaultLocking = isSet(locking)
  client.defaultLockingSetProperties = isSet(setProperties)
  client.defaultLockingSingleThreadExternalMethod = isSet(single)
  return null
}

function isSet(value: unknown): boolean {
  return value !== null && !(value instanceof OSBoolean && value.isFalse())
}

function entitlementFault(client: IOUserClient, task: Task): IOReturn | null {
  const wanted = client.getProperty(kIOUserClientEntitlementsKey)
  const { className } = client.getMetaClass()
  if (wanted === null) {
    if (!(client instanceof IOUserClient2022)) return null
    IOLog(`IOUC ${className} missing IOUserClientEntitlements property\n`)
    return kIOReturnNotPrivileged
  }
  if (wanted instanceof OSBoolean && wanted.isFalse()) return null
  if (!(wanted instanceof OSString)) {
    if (!(client instanceof IOUserClient2022)) return null
    IOLog(`IOUC ${className} had IOUserClientEntitlementswith value not boolean false or string\n`)
    return kIOReturnNotPrivileged
  }
  if (task.hasEntitlement(wanted.getCStringNoCopy())) return null
  IOLog(`IOUC ${className} missing entitlement in process ${creatorOf(task)}\n`)
  return kIOReturnNotPrivileged
}
