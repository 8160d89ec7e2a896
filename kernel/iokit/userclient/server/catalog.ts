import {
  KERN_NOT_SUPPORTED, kIOReturnBadArgument, kIOReturnError, kIOReturnMessageTooLarge, kIOReturnNoMemory,
  kIOReturnSuccess, type IOReturn,
} from '../../../abi/index.ts'
import { OSArray, OSDictionary, type OSObject } from '../../../libkern/index.ts'
import { IOLog } from '../../../mach/index.ts'
import { gIOCatalogue } from '../../matching/IOCatalogue.ts'
import { terminateServices } from '../../matching/terminateServices.ts'
import { clientHasPrivilege, kIOClientPrivilegeAdministrator, logNameOf } from '../privileges.ts'
import { fail, kMaxSerializedBytes, onMainPort, reply, unserialize } from './call.ts'

/** Flags of `IOCatalogueSendData`. */
export const kIOCatalogAddDrivers = 1
export const kIOCatalogAddDriversNoMatch = 2
export const kIOCatalogRemoveDrivers = 3
export const kIOCatalogRemoveDriversNoMatch = 4
export const kIOCatalogStartMatching__Removed = 5
export const kIOCatalogRemoveKernelLinker__Removed = 6
export const kIOCatalogKextdActive = 7
export const kIOCatalogKextdFinishedLaunching = 8
export const kIOCatalogResetDrivers = 9
export const kIOCatalogResetDriversNoMatch = 10
/** Flags of `IOCatalogueTerminate`. */
export const kIOCatalogModuleUnload = 1
export const kIOCatalogModuleTerminate = 2
export const kIOCatalogServiceTerminate = 3
/** Flags of `IOCatalogueGetData` and `IOCatalogueReset`. */
export const kIOCatalogGetContents = 1
export const kIOCatalogGetModuleDemandList = 2
export const kIOCatalogGetCacheMissList = 3
export const kIOCatalogGetROMMkextList = 4
export const kIOCatalogResetDefault = 1

const kIOCatalogManagementEntitlement = 'com.apple.private.security.iocatalog-management'

/**
 * Who may not is told of success, and nothing happens: applications rely on that.
 * @xnu iokit/Kernel/IOUserClient.cpp is_io_catalog_send_data — faithful: a system with a kext daemon
 */
export const catalog_send_data = onMainPort((request) => {
  const [flag, bytes] = request.body as readonly [number, Uint8Array | null]
  const isPlain = flag === kIOCatalogRemoveKernelLinker__Removed || flag === kIOCatalogKextdActive
    || flag === kIOCatalogKextdFinishedLaunching
  const isEmpty = bytes === null || bytes.length === 0
  if (!isPlain && isEmpty) return fail(kIOReturnBadArgument)
  if (!request.task.hasEntitlement(kIOCatalogManagementEntitlement)) {
    IOLog(`IOCatalogueSendData(${logNameOf(request.task)}): Not entitled\n`)
    return reply(kIOReturnSuccess)
  }
  if (bytes !== null && bytes.length > kMaxSerializedBytes) return fail(kIOReturnMessageTooLarge)
  const object = isEmpty ? null : unserialize(bytes)
  if (!isEmpty && object === null) return reply(kIOReturnNoMemory)
  const result = sendData(flag, object)
  object?.release()
  return reply(result)
})

function sendData(flag: number, object: OSObject | null): IOReturn {
  const catalogue = gIOCatalogue()
  const accepted = (done: boolean): IOReturn => done ? kIOReturnSuccess : kIOReturnError
  switch (flag) {
    case kIOCatalogResetDrivers:
    case kIOCatalogResetDriversNoMatch:
      if (!(object instanceof OSArray)) return kIOReturnBadArgument
      return accepted(catalogue.resetAndAddDrivers(object, flag === kIOCatalogResetDrivers))
    case kIOCatalogAddDrivers:
    case kIOCatalogAddDriversNoMatch:
      if (!(object instanceof OSArray)) return kIOReturnBadArgument
      return accepted(catalogue.addDrivers(object, flag === kIOCatalogAddDrivers))
    case kIOCatalogRemoveDrivers:
    case kIOCatalogRemoveDriversNoMatch:
      if (!(object instanceof OSDictionary)) return kIOReturnBadArgument
      return accepted(catalogue.removeDrivers(object, flag === kIOCatalogRemoveDrivers))
    case kIOCatalogStartMatching__Removed:
    case kIOCatalogRemoveKernelLinker__Removed:
    case kIOCatalogKextdActive:
    case kIOCatalogKextdFinishedLaunching: return KERN_NOT_SUPPORTED
    default: return kIOReturnBadArgument
  }
}

/** @xnu iokit/Kernel/IOUserClient.cpp is_io_catalog_terminate — faithful */
export const catalog_terminate = onMainPort(function* (request) {
  const [flag, name] = request.body as readonly [number, string]
  const privilege = clientHasPrivilege(request.task, kIOClientPrivilegeAdministrator)
  if (privilege !== kIOReturnSuccess) return fail(privilege)
  switch (flag) {
    case kIOCatalogServiceTerminate: return fail(yield* terminateServices({ className: name }))
    case kIOCatalogModuleUnload:
    case kIOCatalogModuleTerminate:
      return fail(yield* gIOCatalogue().terminateDriversForModule(name, flag === kIOCatalogModuleUnload))
    default: return fail(kIOReturnBadArgument)
  }
})

/**
 * The lists this once gave are not kept any more.
 * @xnu iokit/Kernel/IOCatalogue.cpp serializeData — faithful
 */
export const catalog_get_data = onMainPort((request) => {
  const flag = request.body[0] as number
  const isKnown = flag >= kIOCatalogGetContents && flag <= kIOCatalogGetROMMkextList
  return fail(isKnown ? KERN_NOT_SUPPORTED : kIOReturnBadArgument)
})

/** @xnu iokit/Kernel/IOUserClient.cpp is_io_catalog_get_gen_count — faithful */
export const catalog_get_gen_count = onMainPort(() => reply(gIOCatalogue().getGenerationCount()))

/**
 * Services that wait for the bundle match again.
 * @xnu iokit/Kernel/IOUserClient.cpp is_io_catalog_module_loaded — faithful
 */
export const catalog_module_loaded = onMainPort((request) => {
  gIOCatalogue().moduleHasLoaded(request.body[0] as string)
  return reply()
})

/** @xnu iokit/Kernel/IOUserClient.cpp is_io_catalog_reset — faithful */
export const catalog_reset = onMainPort((request) => {
  if (request.body[0] !== kIOCatalogResetDefault) return fail(kIOReturnBadArgument)
  const none = OSArray.withCapacity(0)
  gIOCatalogue().resetAndAddDrivers(none, false)
  none.release()
  return reply()
})
