import { IOKit, kIOReturnBadArgument, kIOReturnSuccess, type IOReturn } from '../../abi/index.ts'
import type { Task } from '../../mach/user.ts'
import type { KernelThread } from '../../sim/index.ts'
import type { CFType } from '../CoreFoundation/index.ts'
import { IOCFSerializeBinary, iokitCall, iokitValue, onMainPort, type Answer } from './call.ts'

export const kIOCatalogAddDrivers = 1
export const kIOCatalogRemoveDrivers = 3
export const kIOCatalogModuleUnload = 1
export const kIOCatalogModuleTerminate = 2
export const kIOCatalogServiceTerminate = 3

/** Adds personalities to the catalogue, or takes them from it. Root only. */
export function IOCatalogueSendData(
  task: Task, mainPort: number, flag: number, data: CFType,
): KernelThread<IOReturn> {
  return onMainPort(task, mainPort, function* (port) {
    const bytes = IOCFSerializeBinary(data)
    if (bytes === null) return kIOReturnBadArgument
    const { result, body } = yield* iokitCall(task, port, IOKit.catalog_send_data, flag, bytes)
    return result === kIOReturnSuccess ? (body[0] as IOReturn) >>> 0 : result
  })
}

/** Terminates the services of a class or of a module. Root only. */
export function IOCatalogueTerminate(
  task: Task, mainPort: number, flag: number, name: string,
): KernelThread<IOReturn> {
  return onMainPort(task, mainPort, function* (port) {
    return (yield* iokitCall(task, port, IOKit.catalog_terminate, flag, name)).result
  })
}

/** Tells the catalogue that a module is there. */
export function IOCatalogueModuleLoaded(task: Task, mainPort: number, name: string): KernelThread<IOReturn> {
  return onMainPort(task, mainPort, function* (port) {
    return (yield* iokitCall(task, port, IOKit.catalog_module_loaded, name)).result
  })
}

/** How often the catalogue has changed. The missing letter is Apple's. */
export function IOCatlogueGetGenCount(task: Task, mainPort: number): KernelThread<Answer<number>> {
  return onMainPort(task, mainPort, (port) =>
    iokitValue(iokitCall(task, port, IOKit.catalog_get_gen_count), 0))
}
