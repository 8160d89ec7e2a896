import { kIOServiceInactiveState, kIOServiceMatchedState, kIOServiceRegisteredState } from '../../abi/index.ts'
import { OSMetaClass, OSNumber } from '../../libkern/index.ts'
import { IORegistryEntry } from '../registry/index.ts'
import type { IOService } from '../service/IOService.ts'
import { newOutcome, type CompiledTable } from './CompiledTable.ts'
import { gIORegistryEntryIDKey } from './keys.ts'
import { kIOServiceClassDone, matchPassive } from './matchPassive.ts'

/**
 * Calls back with each published, active service that satisfies the table and has the state bits, until true.
 * By identifier where the table names one, else by class: no walk over the registry.
 * @xnu iokit/Kernel/IOService.cpp copyExistingServices — faithful
 */
export function applyToExistingServices(
  compiled: CompiledTable, inState: number, applier: (service: IOService) => boolean,
): void {
  // What matching found out beside yes or no is not asked for here: one record does for all.
  const outcome = newOutcome()
  const isWanted = (service: IOService, options: number): boolean => {
    const state = service.getState()
    if ((state & inState) !== inState || (state & kIOServiceInactiveState) !== 0) return false
    return matchPassive(service, compiled, options, outcome)
  }
  const id = compiled.table.getObject(gIORegistryEntryIDKey)
  if (id instanceof OSNumber) {
    const service = IORegistryEntry.entryWithID(id.numberValue())?.asService() ?? null
    if (service !== null && isWanted(service, 0)) applier(service)
    return
  }
  const hasClass = compiled.providerClass !== null
  const options = hasClass ? kIOServiceClassDone : 0
  OSMetaClass.applyToInstancesOfClassName(compiled.providerClass ?? 'IOService', (instance) => {
    const service = instance as IOService
    return isWanted(service, options) && applier(service)
  })
}

/** All of them, not retained. */
export function existingServices(compiled: CompiledTable, inState: number): IOService[] {
  const found: IOService[] = []
  applyToExistingServices(compiled, inState, (service) => {
    found.push(service)
    return false
  })
  return found
}

export function registeredServices(compiled: CompiledTable): IOService[] {
  return existingServices(compiled, kIOServiceRegisteredState)
}

export function matchedServices(compiled: CompiledTable): IOService[] {
  return existingServices(compiled, kIOServiceMatchedState)
}
