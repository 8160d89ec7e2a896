import type { IOReturn } from '../../abi/index.ts'
import type { OSObject } from '../../libkern/index.ts'
import { lookupInterrupt } from '../interrupts/controllers.ts'
import type { IOInterruptController } from '../interrupts/IOInterruptController.ts'
import type { IOInterruptHandler } from '../workloop/IOInterruptEventSource.ts'
import type { IOService } from './IOService.ts'

/** Type of one of a service's interrupts. */
export interface InterruptTypeResult {
  readonly result: IOReturn
  readonly type: number
}

/** Runs `use` with the controller of an interrupt source, or answers why there is none. */
function withController(
  service: IOService, source: number, resolve: boolean, use: (controller: IOInterruptController) => IOReturn,
): IOReturn {
  const { controller, result } = lookupInterrupt(service, source, resolve)
  return controller === null ? result : use(controller)
}

/**
 * @xnu iokit/Kernel/IOService.cpp registerInterrupt — simplified: an unknown controller fails instead of
 * blocking
 */
export function registerInterrupt(
  service: IOService, source: number, target: OSObject, handler: IOInterruptHandler,
): IOReturn {
  return withController(service, source, true,
    (controller) => controller.registerInterruptFor(service, source, target, handler))
}

/** @xnu iokit/Kernel/IOService.cpp unregisterInterrupt — faithful */
export function unregisterInterrupt(service: IOService, source: number): IOReturn {
  return withController(service, source, false, (one) => one.unregisterInterruptFor(service, source))
}

/** @xnu iokit/Kernel/IOService.cpp unregisterAllInterrupts — faithful */
export function unregisterAllInterrupts(service: IOService): void {
  const count = service.internals.interruptSources?.length ?? 0
  for (let source = 0; source < count; source++) unregisterInterrupt(service, source)
}

/** @xnu iokit/Kernel/IOService.cpp enableInterrupt — faithful */
export function enableInterrupt(service: IOService, source: number): IOReturn {
  return withController(service, source, false, (one) => one.enableInterruptFor(service, source))
}

/** @xnu iokit/Kernel/IOService.cpp disableInterrupt — faithful */
export function disableInterrupt(service: IOService, source: number): IOReturn {
  return withController(service, source, false, (one) => one.disableInterruptFor(service, source))
}

/** @xnu iokit/Kernel/IOService.cpp causeInterrupt — faithful */
export function causeInterrupt(service: IOService, source: number): IOReturn {
  return withController(service, source, false, (one) => one.causeInterruptFor(service, source))
}

/** @xnu iokit/Kernel/IOService.cpp getInterruptType — faithful */
export function getInterruptType(service: IOService, source: number): InterruptTypeResult {
  const { controller, result } = lookupInterrupt(service, source, true)
  if (controller === null) return { result, type: 0 }
  return controller.getInterruptTypeFor(service, source)
}
