import { VM_PURGABLE_EMPTY, VM_PURGABLE_NONVOLATILE, VM_PURGABLE_VOLATILE } from '../../mach/index.ts'
import {
  kIOMemoryPurgeableEmpty, kIOMemoryPurgeableKeepCurrent, kIOMemoryPurgeableNonVolatile,
  kIOMemoryPurgeableVolatile,
} from './options.ts'

/**
 * The state that a request names; null to keep the current one, undefined for a request of no meaning.
 * @xnu iokit/Kernel/IOMemoryDescriptor.cpp purgeableControlBits — simplified: groups and orderings are
 * ignored
 */
export function purgeableStateOf(request: number): number | null | undefined {
  switch (request & 15) {
    case kIOMemoryPurgeableKeepCurrent: return null
    case kIOMemoryPurgeableNonVolatile: return VM_PURGABLE_NONVOLATILE
    case kIOMemoryPurgeableVolatile: return VM_PURGABLE_VOLATILE
    case kIOMemoryPurgeableEmpty: return VM_PURGABLE_EMPTY
    default: return undefined
  }
}

/** The answer for a state. @xnu iokit/Kernel/IOMemoryDescriptor.cpp purgeableStateBits — faithful */
export function purgeableStateName(state: number): number {
  if (state === VM_PURGABLE_EMPTY) return kIOMemoryPurgeableEmpty
  return state === VM_PURGABLE_VOLATILE ? kIOMemoryPurgeableVolatile : kIOMemoryPurgeableNonVolatile
}
