import type { IOReturn } from '../../abi/index.ts'
import type { OSObject } from '../../libkern/index.ts'
import { isKernelThread, type Blocking, type KernelThread } from '../../sim/index.ts'
import { lookupInterrupt, resolveInterrupt, type ResolvedInterrupt } from '../interrupts/controllers.ts'
import type { IOInterruptController } from '../interrupts/IOInterruptController.ts'
import type { IOInterruptHandler } from '../workloop/IOInterruptEventSource.ts'
import type { IOService } from './IOService.ts'

/** Type of one of a service's interrupts. */
export interface InterruptTypeResult {
  readonly result: IOReturn
  readonly type: number
}

/** Runs `use` with the controller of an interrupt that was resolved, or answers why there is none. */
function withController(
  service: IOService, source: number, use: (controller: IOInterruptController) => IOReturn,
): IOReturn {
  const { controller, result } = lookupInterrupt(service, source)
  return controller === null ? result : use(controller)
}

/** Runs `use` with what an interrupt resolves to: at once, or when its controller has come. */
function whenResolved<T>(
  service: IOService, source: number, use: (resolved: ResolvedInterrupt) => T,
): Blocking<T> {
  const resolving = resolveInterrupt(service, source)
  return isKernelThread(resolving) ? useLater(resolving, use) : use(resolving)
}

function* useLater<T>(
  resolving: KernelThread<ResolvedInterrupt>, use: (resolved: ResolvedInterrupt) => T,
): KernelThread<T> {
  return use(yield* resolving)
}

/** @xnu iokit/Kernel/IOService.cpp registerInterrupt — faithful */
export function registerInterrupt(
  service: IOService, source: number, target: OSObject, handler: IOInterruptHandler,
): Blocking<IOReturn> {
  return whenResolved(service, source, ({ controller, result }) =>
    controller?.registerInterruptFor(service, source, target, handler) ?? result)
}

/** @xnu iokit/Kernel/IOService.cpp unregisterInterrupt — faithful */
export function unregisterInterrupt(service: IOService, source: number): IOReturn {
  return withController(service, source, (one) => one.unregisterInterruptFor(service, source))
}

/** @xnu iokit/Kernel/IOService.cpp unregisterAllInterrupts — faithful */
export function unregisterAllInterrupts(service: IOService): void {
  const count = service.internals.interruptSources?.length ?? 0
  for (let source = 0; source < count; source++) unregisterInterrupt(service, source)
}

/** @xnu iokit/Kernel/IOService.cpp enableInterrupt — faithful */
export function enableInterrupt(service: IOService, source: number): IOReturn {
  return withController(service, source, (one) => one.enableInterruptFor(service, source))
}

/** @xnu iokit/Kernel/IOService.cpp disableInterrupt — faithful */
export function disableInterrupt(service: IOService, source: number): IOReturn {
  return withController(service, source, (one) => one.disableInterruptFor(service, source))
}

/** @xnu iokit/Kernel/IOService.cpp causeInterrupt — faithful */
export function causeInterrupt(service: IOService, source: number): IOReturn {
  return withController(service, source, (one) => one.causeInterruptFor(service, source))
}

/** @xnu iokit/Kernel/IOService.cpp getInterruptType — faithful */
export function getInterruptType(service: IOService, source: number): Blocking<InterruptTypeResult> {
  return whenResolved(service, source, ({ controller, result }) =>
    controller?.getInterruptTypeFor(service, source) ?? { result, type: 0 })
}
