import { defineMetaClass, type OSMetaClass } from './OSMetaClass.ts'
import { OSObject } from './OSObject.ts'
import type { OSSerialize } from './OSSerialize.ts'

/** Writes what stands for an object at this moment; false stops the serialisation. */
export type OSSerializerBlock = (serializer: OSSerialize) => boolean

/**
 * An object that is worked out when it is serialised: a property whose value is made anew on each read.
 * @xnu libkern/c++/OSSerialize.cpp OSSerializer — faithful
 */
export class OSSerializer extends OSObject {
  static override readonly metaClass: OSMetaClass = defineMetaClass('OSSerializer', OSSerializer, OSObject)

  private block: OSSerializerBlock = () => false

  /**
   * Calls back with the target. One reference to the caller.
   * @xnu libkern/c++/OSSerialize.cpp forTarget — faithful
   */
  static forTarget<T, R>(
    target: T, callback: (target: T, ref: R | null, serializer: OSSerialize) => boolean, ref: R | null = null,
  ): OSSerializer {
    return OSSerializer.withBlock((serializer) => callback(target, ref, serializer))
  }

  /** Calls the block. One reference to the caller. @xnu libkern/c++/OSSerialize.cpp withBlock — faithful */
  static withBlock(block: OSSerializerBlock): OSSerializer {
    const serializer = new OSSerializer()
    serializer.block = block
    return serializer
  }

  /** @xnu libkern/c++/OSSerialize.cpp OSSerializer::serialize — faithful */
  override serialize(serializer: OSSerialize): boolean {
    return this.block(serializer)
  }
}
