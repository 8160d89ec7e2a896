/** User clients and the kernel's side of the I/O Kit messages. */
import { defineKernelClasses } from '../../libkern/index.ts'
import { IOServiceMessageUserNotification, IOServiceUserNotification, IOUserNotification } from './IOUserNotification.ts'
import { IOUserClient, IOUserClient2022 } from './IOUserClient.ts'
import { IOUserIterator } from './iterators.ts'

export { IOUserClient, IOUserClient2022, IOUserIterator }
export type { ClientMemory, IOExternalTrap } from './IOUserClient.ts'
export {
  emptyArguments, kIOUCVariableStructureSize,
  type IOExternalMethodAction, type IOExternalMethodArguments, type IOExternalMethodDispatch,
  type IOExternalMethodDispatch2022, type OSAsyncReference64,
} from './externalMethod.ts'
export {
  kIOUCForegroundOnly, kIOUCScalarIScalarO, kIOUCScalarIStructI, kIOUCScalarIStructO, kIOUCStructIStructO,
  type IOExternalMethod, type LegacyCall,
} from './legacyMethod.ts'
export { releaseAsyncReference64, sendAsyncResult64 } from './async.ts'
export { destroyUserReferences, hasUserReferences } from './iokitPorts.ts'
export { installIOKitServer } from './server/iokitServer.ts'

defineKernelClasses([
  IOUserClient, IOUserClient2022, IOUserIterator, IOUserNotification, IOServiceUserNotification,
  IOServiceMessageUserNotification,
])
