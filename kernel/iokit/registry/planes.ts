import { kIORegistryPlanesKey } from '../../abi/index.ts'
import { OSDictionary, OSObject, OSString, defineMetaClass, type OSMetaClass, type OSSerialize } from
  '../../libkern/index.ts'
import type { IORegistryPlane } from './IORegistryPlane.ts'
import { registryState } from './registryState.ts'

/**
 * Stands for a plane among the registry root's properties: it prints as the plane's name.
 * @xnu iokit/Kernel/IORegistryEntry.cpp IORegistryPlane — simplified: the plane itself is another object
 */
export class IORegistryPlaneObject extends OSObject {
  static override readonly metaClass: OSMetaClass =
    defineMetaClass('IORegistryPlane', IORegistryPlaneObject, OSObject)

  private name = ''

  /** One reference to the caller. @xnu ours: in the original the plane is the property */
  static withPlane(plane: IORegistryPlane): IORegistryPlaneObject {
    const object = new IORegistryPlaneObject()
    object.name = plane.name
    return object
  }

  /** Any thread. @xnu iokit/Kernel/IORegistryEntry.cpp IORegistryPlane::serialize — faithful */
  override serialize(serializer: OSSerialize): boolean {
    const name = OSString.withCString(this.name)
    const result = name.serialize(serializer)
    name.release()
    return result
  }
}

/** Adds a plane to the root's `IORegistryPlanes`. */
export function publishPlane(plane: IORegistryPlane): void {
  const root = registryState().root
  if (root === null) return
  const former = root.getProperty(kIORegistryPlanesKey)
  const planes = former instanceof OSDictionary ? OSDictionary.withDictionary(former) : OSDictionary.withCapacity(4)
  planes.adopt(plane.name, IORegistryPlaneObject.withPlane(plane))
  root.setProperty(kIORegistryPlanesKey, planes)
  planes.release()
}
