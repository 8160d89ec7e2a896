import {
  kIOReturnBadArgument, kIOReturnMessageTooLarge, kIOReturnNotFound, kIOReturnNotPrivileged, kIOReturnSuccess,
  kIOReturnUnsupported, kIOServiceRequired, type IOReturn,
} from '../../../abi/index.ts'
import { OSArray, OSDictionary, OSMetaClass, type OSObject } from '../../../libkern/index.ts'
import { IOLog } from '../../../mach/index.ts'
import type { KernelThread } from '../../../sim/index.ts'
import { gIOCatalogue } from '../../matching/IOCatalogue.ts'
import { IOService } from '../../service/IOService.ts'
import { fail, kMaxSerializedBytes, onMainPort, reply, unserialize, xmlOf } from './call.ts'

/** Flags of `IOCatalogueSendData`. */
export const kIOCatalogAddDrivers = 1
export const kIOCatalogAddDriversNoMatch = 2
export const kIOCatalogRemoveDrivers = 3
export const kIOCatalogRemoveDriversNoMatch = 4
export const kIOCatalogResetDrivers = 9
export const kIOCatalogResetDriversNoMatch = 10
/** Flags of `IOCatalogueTerminate`. */
export const kIOCatalogModuleUnload = 1
export const kIOCatalogModuleTerminate = 2
export const kIOCatalogServiceTerminate = 3
/** Flags of `IOCatalogueGetData` and `IOCatalogueReset`. */
export const kIOCatalogGetContents = 1
export const kIOCatalogResetDefault = 1

/** @xnu iokit/Kernel/IOUserClient.cpp is_io_catalog_send_data — simplified: the super user may, nobody else */
export const catalog_send_data = onMainPort((request) => {
  const [flag, bytes] = request.body as readonly [number, Uint8Array | null]
  if (!request.task.isPrivileged) return fail(kIOReturnNotPrivileged)
  if (bytes === null) return fail(kIOReturnBadArgument)
  if (bytes.length > kMaxSerializedBytes) return fail(kIOReturnMessageTooLarge)
  const object = unserialize(bytes)
  if (object === null) {
    IOLog('IOCatalogueSendData() cannot parse the data\n')
    return fail(kIOReturnNotFound)
  }
  const result = sendData(flag, object)
  object.release()
  return reply(result)
})

function sendData(flag: number, object: OSObject): IOReturn {
  const catalogue = gIOCatalogue()
  const accepted = (done: boolean): IOReturn => done ? kIOReturnSuccess : kIOReturnUnsupported
  switch (flag) {
    case kIOCatalogAddDrivers:
    case kIOCatalogAddDriversNoMatch:
      if (!(object instanceof OSArray)) return kIOReturnBadArgument
      return accepted(catalogue.addDrivers(object, flag === kIOCatalogAddDrivers))
    case kIOCatalogRemoveDrivers:
    case kIOCatalogRemoveDriversNoMatch:
      if (!(object instanceof OSDictionary)) return kIOReturnBadArgument
      return accepted(catalogue.removeDrivers(object, flag === kIOCatalogRemoveDrivers))
    case kIOCatalogResetDrivers:
    case kIOCatalogResetDriversNoMatch:
      if (!(object instanceof OSArray)) return kIOReturnBadArgument
      return accepted(catalogue.resetAndAddDrivers(object, flag === kIOCatalogResetDrivers))
    default:
      return kIOReturnBadArgument
  }
}

/** @xnu iokit/Kernel/IOUserClient.cpp is_io_catalog_terminate — faithful */
export const catalog_terminate = onMainPort(function* (request) {
  const [flag, name] = request.body as readonly [number, string]
  if (!request.task.isPrivileged) return fail(kIOReturnNotPrivileged)
  switch (flag) {
    case kIOCatalogServiceTerminate: return fail(yield* terminateClass(name))
    case kIOCatalogModuleUnload:
    case kIOCatalogModuleTerminate:
      return fail(gIOCatalogue().terminateDriversForModule(name, flag === kIOCatalogModuleUnload))
    default: return fail(kIOReturnBadArgument)
  }
})

function* terminateClass(className: string): KernelThread<IOReturn> {
  const victims: IOService[] = []
  OSMetaClass.applyToInstancesOfClassName(className, (instance) => {
    if (instance instanceof IOService) {
      instance.retain()
      victims.push(instance)
    }
    return false
  })
  let result: IOReturn = kIOReturnUnsupported
  for (const victim of victims) {
    const done = yield* victim.terminateSynchronously(kIOServiceRequired)
    result = done ? kIOReturnSuccess : kIOReturnUnsupported
    victim.release()
  }
  return result
}

export const catalog_get_data = onMainPort((request) => {
  if (request.body[0] !== kIOCatalogGetContents) return fail(kIOReturnBadArgument)
  const tables = OSArray.withObjects(gIOCatalogue().all().map((personality) => personality.table))
  const bytes = xmlOf(tables)
  tables.release()
  return bytes === null ? fail(kIOReturnUnsupported) : reply(bytes)
})

export const catalog_get_gen_count = onMainPort(() => reply(gIOCatalogue().getGenerationCount()))

/** Whether some personality of the bundle could be loaded now. */
export const catalog_module_loaded = onMainPort((request) => {
  gIOCatalogue().moduleHasLoaded(request.body[0] as string)
  return reply()
})

export const catalog_reset = onMainPort((request) => {
  if (!request.task.isPrivileged) return fail(kIOReturnNotPrivileged)
  if (request.body[0] !== kIOCatalogResetDefault) return fail(kIOReturnBadArgument)
  const none = OSArray.withCapacity(0)
  gIOCatalogue().resetAndAddDrivers(none)
  none.release()
  return reply()
})
