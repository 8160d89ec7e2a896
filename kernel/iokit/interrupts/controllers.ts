import {
  kIOReturnNoInterrupt, kIOReturnNoResources, kIOReturnSuccess, type IOReturn,
} from '../../abi/index.ts'
import { OSArray, OSData, OSString, type OSObject } from '../../libkern/index.ts'
import { kernelTrap } from '../../mach/index.ts'
import { kernelState } from '../../sim/index.ts'
import type { IOInterruptController } from './IOInterruptController.ts'

/** Property keys under which a nub names its controllers and what it tells them. */
export const gIOInterruptControllersKey = 'IOInterruptControllers'
export const gIOInterruptSpecifiersKey = 'IOInterruptSpecifiers'

const controllers = kernelState(() => new Map<string, IOInterruptController>())

/**
 * Makes a controller known under the name that nubs use. Any thread. @xnu iokit/Kernel/IOPlatformExpert.cpp
 * registerInterruptController — simplified: nobody sleeps for a controller
 */
export function registerInterruptController(name: string, controller: IOInterruptController): void {
  controllers().set(name, controller)
}

/** @xnu iokit/Kernel/IOPlatformExpert.cpp deregisterInterruptController — faithful */
export function deregisterInterruptController(name: string): void {
  controllers().delete(name)
}

/** The controller of that name, or null. */
export function lookUpInterruptController(name: string): IOInterruptController | null {
  return controllers().get(name) ?? null
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
 * Controller of one interrupt of a nub. One that nobody has looked up yet is looked up by the nub's
 * properties if `resolve`, else it is kIOReturnNoInterrupt. kIOReturnNoResources where the properties do not
 * say enough. @xnu iokit/Kernel/IOService.cpp lookupInterrupt — faithful
 */
export function lookupInterrupt(nub: InterruptNub, source: number, resolve: boolean): ResolvedInterrupt {
  const { internals } = nub
  if (internals.interruptSources === null) {
    const names = nub.getProperty(gIOInterruptControllersKey)
    if (!(names instanceof OSArray)) return failed(kIOReturnNoResources)
    internals.interruptSources = Array.from({ length: names.getCount() }, () => null)
  }
  if (source < 0 || source >= internals.interruptSources.length) return failed(kIOReturnNoInterrupt)
  if (internals.interruptSources[source] === null) {
    if (!resolve) return failed(kIOReturnNoInterrupt)
    internals.interruptSources[source] = resolveInterrupt(nub, source)
  }
  const known = internals.interruptSources[source] ?? null
  if (known === null) return failed(kIOReturnNoResources)
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
 * @xnu iokit/Kernel/IOService.cpp resolveInterrupt — simplified: a controller nobody has registered is not
 * waited for
 */
function resolveInterrupt(nub: InterruptNub, source: number): InterruptSource | null {
  const names = nub.getProperty(gIOInterruptControllersKey)
  const specifiers = nub.getProperty(gIOInterruptSpecifiersKey)
  if (!(names instanceof OSArray) || !(specifiers instanceof OSArray)) return null
  const name = names.getObject(source)
  const specifier = specifiers.getObject(source)
  if (!(name instanceof OSString) || !(specifier instanceof OSData)) return null
  const controller = lookUpInterruptController(name.getCStringNoCopy())
  return controller === null ? null : { controller, vectorData: specifier.bytes().slice() }
}

function failed(result: IOReturn): ResolvedInterrupt {
  return { result, controller: null }
}
