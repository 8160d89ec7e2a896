import { OSSymbol, toOSObject, type PlainValue } from '../../libkern/index.ts'
import type { IOService } from './IOService.ts'

/**
 * Sets a property of IOResources (or IOUserResources) and publishes that service again.
 * @xnu iokit/Kernel/IOService.cpp publishResource — faithful
 */
export function publishResource(
  resources: IOService | null, key: OSSymbol | string, value: PlainValue | null,
): void {
  if (resources === null) return
  const object = value === null ? OSSymbol.withCString('IOService') : toOSObject(value)
  resources.setProperty(key, object)
  object.release()
  resources.registerService()
}
