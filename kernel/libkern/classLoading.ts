import { kOSMetaClassDuplicateClass, kOSMetaClassHasInstances, kOSReturnSuccess } from '../abi/index.ts'
import type { IOReturn } from '../abi/index.ts'
import { kernelBundleID, kernelClasses, registry } from './ClassRegistry.ts'
import { OSMetaClass, type OSObjectClass } from './OSMetaClass.ts'

/**
 * Names classes as part of the kernel: they exist in every world made afterwards.
 * Call at module level only (each kernel layer lists its own in its index).
 * @xnu libkern/c++/OSRuntime.cpp OSRuntimeInitializeCPP — simplified: a list in place of constructors
 */
export function defineKernelClasses(classes: readonly OSObjectClass[]): void {
  for (const { metaClass } of classes) if (!kernelClasses.includes(metaClass)) kernelClasses.push(metaClass)
}

/** Why `registerClasses` refused. */
export interface ClassRegistration {
  readonly result: IOReturn
  /** Class whose name is taken and the bundle that has it. */
  readonly duplicate?: { readonly className: string; readonly bundleID: string; readonly message: string }
}

/**
 * Enters the classes of a loaded bundle into this world, all or none.
 * @xnu libkern/c++/OSMetaClass.cpp postModLoad — faithful
 */
export function registerClasses(bundleID: string, metaClasses: readonly OSMetaClass[]): ClassRegistration {
  const classes = registry()
  for (const metaClass of metaClasses) {
    const { className } = metaClass
    const other = classes.byName.get(className)
    if (other === undefined) continue
    const owner = classes.bundleOf.get(other) ?? kernelBundleID
    if (owner === bundleID && other === metaClass) continue
    const message = `OSMetaClass: Kext ${bundleID} class ${className} is a duplicate;`
      + `kext ${owner} already has a class by that name.`
    return { result: kOSMetaClassDuplicateClass, duplicate: { className, bundleID: owner, message } }
  }
  for (const metaClass of metaClasses) classes.add(metaClass, bundleID)
  return { result: kOSReturnSuccess }
}

/**
 * Takes the classes of a bundle out of this world; refused while any of them has instances.
 * @xnu libkern/c++/OSMetaClass.cpp removeClasses — faithful
 */
export function removeClasses(bundleID: string): IOReturn {
  const classes = registry()
  const own = OSMetaClass.classesOfBundle(bundleID)
  if (own.some((metaClass) => metaClass.getInstanceCount() > 0)) return kOSMetaClassHasInstances
  if (own.some((metaClass) => (classes.held.get(metaClass) ?? 0) > 0)) return kOSMetaClassHasInstances
  for (const metaClass of own) {
    classes.byName.delete(metaClass.className)
    classes.bundleOf.delete(metaClass)
  }
  return kOSReturnSuccess
}
