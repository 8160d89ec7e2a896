import {
  kIOReturnNoInterrupt, kIOReturnNoResources, kIOReturnSuccess, type IOReturn,
} from '../../abi/index.ts'
import { OSArray, OSData, OSSymbol, type OSObject } from '../../libkern/index.ts'
import { kernelTrap } from '../../mach/index.ts'
import {
  isKernelThread, kernelState, scheduler, WaitQueue, type Blocking, type KernelThread,
} from '../../sim/index.ts'
import type { IOInterruptController } from './IOInterruptController.ts'

/** Property keys under which a nub names its controllers and what it tells them. */
export const gIOInterruptControllersKey = 'IOInterruptControllers'
export const gIOInterruptSpecifiersKey = 'IOInterruptSpecifiers'

const controllers = kernelState(() => ({
  byName: new Map<string, IOInterruptController>(), waiters: new WaitQueue(),
}))

/**
 * Makes a controller known under the name that nubs use, and wakes who waits for it. Not retained. Any
 * context. @xnu iokit/Kernel/IOPlatformExpert.cpp registerInterruptController — faithful
 */
export function registerInterruptController(name: string, controller: IOInterruptController): void {
  const { byName, waiters } = controllers()
  byName.set(name, controller)
  scheduler().wakeAll(waiters)
}

/** @xnu iokit/Kernel/IOPlatformExpert.cpp deregisterInterruptController — faithful */
export function deregisterInterruptController(name: string): void {
  controllers().byName.delete(name)
}

/**
 * The controller of that name, or null if nobody has registered it yet. Any context.
 * @xnu ours: callers that know what to do without one
 */
export function knownInterruptController(name: string): IOInterruptController | null {
  return controllers().byName.get(name) ?? null
}

/**
 * The controller of that name: sleeps, and cannot be interrupted, until somebody has registered it. Thread
 * context. @xnu iokit/Kernel/IOPlatformExpert.cpp lookUpInterruptController — faithful
 */
export function lookUpInterruptController(name: string): Blocking<IOInterruptController> {
  return knownInterruptController(name) ?? waitForInterruptController(name)
}

function* waitForInterruptController(name: string): KernelThread<IOInterruptController> {
  const { byName, waiters } = controllers()
  for (;;) {
    const controller = byName.get(name)
    if (controller !== undefined) return controller
    scheduler().assertWait(waiters)
    yield
  }
}

/** One interrupt of a nub as it was resolved: who controls it, and what that one is told. */
export interface InterruptSource {
  readonly controller: IOInterruptController
  /** The specifier; null once a shared controller's client has unregistered. */
  readonly vectorData: Uint8Array | null
}

/** A nub: properties name its interrupts, its table keeps those that were looked up. */
export interface InterruptNub extends OSObject {
  getProperty(key: string): OSObject | null
  readonly internals: { interruptSources: (InterruptSource | null)[] | null }
}

export interface ResolvedInterrupt {
  readonly result: IOReturn
  readonly controller: IOInterruptController | null
}

/**
 * Controller of one interrupt of a nub that was resolved before; else kIOReturnNoInterrupt, and
 * kIOReturnNoResources where the nub has no interrupts. Any context.
 * @xnu iokit/Kernel/IOService.cpp lookupInterrupt — faithful
 */
export function lookupInterrupt(nub: InterruptNub, source: number): ResolvedInterrupt {
  const { internals } = nub
  if (internals.interruptSources === null) {
    const names = nub.getProperty(gIOInterruptControllersKey)
    if (!(names instanceof OSArray)) return failed(kIOReturnNoResources)
    internals.interruptSources = Array.from({ length: names.getCount() }, () => null)
  }
  const known = internals.interruptSources[source] ?? null
  if (known === null) return failed(kIOReturnNoInterrupt)
  return { result: kIOReturnSuccess, controller: known.controller }
}

/**
 * The table's entry of an interrupt that was looked up; without a specifier, the kernel's null dereference.
 */
export function interruptSourceOf(nub: InterruptNub, source: number): { readonly vectorData: Uint8Array } {
  const vectorData = nub.internals.interruptSources?.[source]?.vectorData ?? null
  if (vectorData === null) kernelTrap({ kind: 'page-fault', address: 0n, access: 'read' })
  return { vectorData }
}

/**
 * Controller of one interrupt of a nub: one that nobody has looked up yet is looked up by the nub's
 * properties. Sleeps while the controller they name is not there. kIOReturnNoInterrupt where the nub has no
 * such interrupt, kIOReturnNoResources where its properties do not say enough. Thread context; does not sleep
 * for an interrupt that is resolved. @xnu iokit/Kernel/IOService.cpp lookupInterrupt — faithful
 */
export function resolveInterrupt(nub: InterruptNub, source: number): Blocking<ResolvedInterrupt> {
  const known = lookupInterrupt(nub, source)
  const isUnresolved = known.result === kIOReturnNoInterrupt && isSource(nub, source)
  if (!isUnresolved) return known
  const names = nub.getProperty(gIOInterruptControllersKey)
  const name = names instanceof OSArray ? names.getObject(source) : null
  if (!(name instanceof OSSymbol)) return failed(kIOReturnNoResources)
  const controller = lookUpInterruptController(name.getCStringNoCopy())
  if (isKernelThread(controller)) return resolveLater(nub, source, controller)
  return resolved(nub, source, controller)
}

function isSource(nub: InterruptNub, source: number): boolean {
  return source >= 0 && source < (nub.internals.interruptSources?.length ?? 0)
}

function* resolveLater(
  nub: InterruptNub, source: number, coming: KernelThread<IOInterruptController>,
): KernelThread<ResolvedInterrupt> {
  return resolved(nub, source, yield* coming)
}

/** Writes controller and specifier into the nub's table. @xnu IOService.cpp resolveInterrupt — faithful */
function resolved(nub: InterruptNub, source: number, controller: IOInterruptController): ResolvedInterrupt {
  const specifiers = nub.getProperty(gIOInterruptSpecifiersKey)
  const specifier = specifiers instanceof OSArray ? specifiers.getObject(source) : null
  if (!(specifier instanceof OSData)) return failed(kIOReturnNoResources)
  nub.internals.interruptSources![source] = { controller, vectorData: specifier.bytes().slice() }
  return { result: kIOReturnSuccess, controller }
}

function failed(result: IOReturn): ResolvedInterrupt {
  return { result, controller: null }
}
