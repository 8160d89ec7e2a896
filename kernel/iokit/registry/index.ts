/** The I/O Registry: entries, planes, paths, iterators. */
import { defineKernelClasses } from '../../libkern/index.ts'
import { IOKitDiagnostics } from './IOKitDiagnostics.ts'
import { IORegistryEntry } from './IORegistryEntry.ts'
import { IORegistryIterator } from './IORegistryIterator.ts'
import { IORegistryPlaneObject } from './planes.ts'

export { IOKitDiagnostics, IORegistryEntry, IORegistryIterator, IORegistryPlaneObject }
export type { NameMatch } from './IORegistryEntry.ts'
export { gIODTPlane, gIOPowerPlane, gIOServicePlane, IORegistryPlane } from './IORegistryPlane.ts'
export { kIORegistryIterateParents, kIORegistryIterateRecursively } from './iterateOptions.ts'
export type { PropertyValue } from './properties.ts'
export { describeKernel, getRegistryRoot } from './registryRoot.ts'

defineKernelClasses([IORegistryEntry, IORegistryIterator, IORegistryPlaneObject, IOKitDiagnostics])
