/** User clients and the kernel's side of the I/O Kit messages. */
import { defineKernelClasses } from '../../libkern/index.ts'
import {
  IOServiceMessageUserNotification, IOServiceUserNotification, IOUserNotification,
} from './IOUserNotification.ts'
import { IOUserClient, IOUserClient2022 } from './IOUserClient.ts'
import { IOMachPort } from './IOMachPort.ts'
import { IOUserIterator } from './iterators.ts'

export {
  IOMachPort, IOServiceMessageUserNotification, IOServiceUserNotification, IOUserClient, IOUserClient2022,
  IOUserIterator,
  IOUserNotification,
}
export type { ClientMemory, ClientSemaphore, IOExternalTrap } from './IOUserClient.ts'
export {
  emptyArguments, kIOUCVariableStructureSize,
  type IOExternalMethodAction, type IOExternalMethodArguments, type IOExternalMethodDispatch,
  type IOExternalMethodDispatch2022, type OSAsyncReference64,
} from './externalMethod.ts'
export {
  kIOUCForegroundOnly, kIOUCScalarIScalarO, kIOUCScalarIStructI, kIOUCScalarIStructO, kIOUCStructIStructO,
  type IOExternalMethod, type LegacyCall,
} from './legacyMethod.ts'
export {
  kIOUserNotifyOptionCanDrop, releaseAsyncReference64, releaseNotificationPort, sendAsyncResult64,
  sendAsyncResult64WithOptions, setAsyncReference, setAsyncReference64,
} from './async.ts'
export {
  registerFilterCallbacks, setIOKitPolicies, type FilterCallbacks, type IOKitPolicies,
} from './filters.ts'
export { destroyUserReferences, hasUserReferences, iokit_port_object_description } from './iokitPorts.ts'
export { iokit_task_app_suspended_changed } from './owners.ts'
export {
  IOCurrentTaskHasEntitlement, IOTaskHasEntitlement, clientHasAuthorization, clientHasPrivilege,
  copyClientEntitlement,
  copyClientEntitlements,
} from './privileges.ts'
export { installIOKitServer } from './server/iokitServer.ts'

defineKernelClasses([
  IOMachPort, IOUserClient, IOUserClient2022, IOUserIterator, IOUserNotification, IOServiceUserNotification,
  IOServiceMessageUserNotification,
])
