import { kIOReturnNoInterrupt, kIOReturnSuccess, type IOReturn } from '../../abi/index.ts'
import { OSArray, OSData, OSString, type OSObject } from '../../libkern/index.ts'
import { kernelState } from '../../sim/index.ts'
import type { IOInterruptController } from './IOInterruptController.ts'

/** Property keys under which a nub names its controllers and what it tells them. */
export const gIOInterruptControllersKey = 'IOInterruptControllers'
export const gIOInterruptSpecifiersKey = 'IOInterruptSpecifiers'

const controllers = kernelState(() => new Map<string, IOInterruptController>())

/**
 * Makes a controller known under the name that nubs use. Any thread.
 * @xnu iokit/Kernel/IOPlatformExpert.cpp registerInterruptController — simplified: nobody sleeps for a controller
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

/** A nub that can be asked for its properties. */
export interface InterruptNub extends OSObject {
  getProperty(key: string): OSObject | null
}

export interface ResolvedInterrupt {
  readonly result: IOReturn
  readonly controller: IOInterruptController | null
  /** What the nub tells the controller of this source: its specifier. */
  readonly vectorData: Uint8Array
}

const NONE: ResolvedInterrupt = { result: kIOReturnNoInterrupt, controller: null, vectorData: new Uint8Array(0) }

/**
 * Controller and specifier of one interrupt of a nub, through its properties.
 * @xnu iokit/Kernel/IOService.cpp lookupInterrupt — faithful
 */
export function lookupInterrupt(nub: InterruptNub, source: number): ResolvedInterrupt {
  const names = nub.getProperty(gIOInterruptControllersKey)
  const specifiers = nub.getProperty(gIOInterruptSpecifiersKey)
  if (!(names instanceof OSArray) || !(specifiers instanceof OSArray)) return NONE
  const name = names.getObject(source)
  const specifier = specifiers.getObject(source)
  if (!(name instanceof OSString) || !(specifier instanceof OSData)) return NONE
  const controller = lookUpInterruptController(name.getCStringNoCopy())
  if (controller === null) return NONE
  return { result: kIOReturnSuccess, controller, vectorData: specifier.bytes() }
}
