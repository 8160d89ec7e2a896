import { kernelState } from '../../sim/index.ts'
import type { IOPlatformExpert } from './IOPlatformExpert.ts'

const state = kernelState(() => ({ expert: null as IOPlatformExpert | null }))

/**
 * The platform expert of this machine; null before it has started. @xnu iokit/Kernel/IOService.cpp
 * getPlatform — faithful
 */
export function getPlatform(): IOPlatformExpert | null {
  return state().expert
}

/** Makes the platform expert known. @xnu iokit/Kernel/IOService.cpp setPlatform — faithful */
export function setPlatform(expert: IOPlatformExpert): void {
  state().expert = expert
}
