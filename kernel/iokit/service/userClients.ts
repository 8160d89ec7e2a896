import {
  kIOReturnBadArgument, kIOReturnNoMemory, kIOReturnSuccess, kIOReturnUnsupported, kIOUserClientClassKey, type IOReturn,
} from '../../abi/index.ts'
import { OSMetaClass, OSString, type OSDictionary } from '../../libkern/index.ts'
import type { KernelThread } from '../../sim/index.ts'
import { callBlockingHook } from './driverFrames.ts'
import type { IOService } from './IOService.ts'

/** What `newUserClient` answers; the client comes with one reference. */
export interface NewUserClientResult {
  readonly result: IOReturn
  readonly client: IOService | null
}

/** Who opens, and how. */
export interface NewUserClientRequest {
  /** The owning task, as kernel/mach knows it. */
  readonly owningTask: object
  readonly securityID: unknown
  readonly type: number
  readonly properties: OSDictionary | null
}

/** The second stage that tells a user client from any other service. */
interface TaskInitialised extends IOService {
  initWithTask(owningTask: object, securityID: unknown, type: number, properties: OSDictionary | null): boolean
}

function isUserClient(service: IOService): service is TaskInitialised {
  return 'initWithTask' in service && typeof service.initWithTask === 'function'
}

const refused = (result: IOReturn): NewUserClientResult => ({ result, client: null })

/**
 * Makes the user client that the service's `IOUserClientClass` names, attaches and starts it. Thread context.
 * @xnu iokit/Kernel/IOService.cpp newUserClient — faithful
 */
export function* newUserClient(service: IOService, request: NewUserClientRequest): KernelThread<NewUserClientResult> {
  const className = service.getProperty(kIOUserClientClassKey)
  if (!(className instanceof OSString)) return refused(kIOReturnUnsupported)
  const object = OSMetaClass.allocClassWithName(className.getCStringNoCopy())
  if (object === null) return refused(kIOReturnNoMemory)
  const client = (object as IOService).asService?.() ?? null
  if (client === null || !isUserClient(client)) {
    object.release()
    return refused(kIOReturnUnsupported)
  }
  const { owningTask, securityID, type, properties } = request
  if (!client.initWithTask(owningTask, securityID, type, properties)) {
    client.release()
    return refused(kIOReturnBadArgument)
  }
  if (!client.attach(service)) {
    client.release()
    return refused(kIOReturnUnsupported)
  }
  if (!(yield* callBlockingHook(client, 'start', () => client.start(service)))) {
    client.detach(service)
    client.release()
    return refused(kIOReturnUnsupported)
  }
  return { result: kIOReturnSuccess, client }
}
