import { defineMetaClass, type OSMetaClass } from './OSMetaClass.ts'
import { OSObject } from './OSObject.ts'
import type { OSSerialize } from './OSSerialize.ts'

/**
 * True or false: two objects, shared by all worlds, that are never freed.
 * @xnu libkern/c++/OSBoolean.cpp OSBoolean — faithful
 */
export class OSBoolean extends OSObject {
  static override readonly metaClass: OSMetaClass = defineMetaClass('OSBoolean', OSBoolean, OSObject)

  readonly value: boolean

  constructor(value = false) {
    super(true)
    this.value = value
  }

  /** One of the two objects; nothing is retained. @xnu libkern/c++/OSBoolean.cpp withBoolean — faithful */
  static withBoolean(value: boolean): OSBoolean {
    return value ? kOSBooleanTrue : kOSBooleanFalse
  }

  /** @xnu libkern/c++/OSBoolean.cpp isTrue — faithful */
  isTrue(): boolean {
    return this.value
  }

  /** @xnu libkern/c++/OSBoolean.cpp isFalse — faithful */
  isFalse(): boolean {
    return !this.value
  }

  /** @xnu libkern/c++/OSBoolean.cpp getValue — faithful */
  getValue(): boolean {
    return this.value
  }

  /** @xnu libkern/c++/OSBoolean.cpp isEqualTo — faithful */
  override isEqualTo(other: OSObject | null): boolean {
    return this === other
  }

  /**
   * Written without a number and never as a reference in XML.
   * @xnu libkern/c++/OSBoolean.cpp serialize — faithful
   */
  override serialize(serializer: OSSerialize): boolean {
    if (serializer.isBinary()) return serializer.binarySerialize(this)
    return serializer.addString(this.value ? '<true/>' : '<false/>')
  }
}

export const kOSBooleanTrue = new OSBoolean(true)
export const kOSBooleanFalse = new OSBoolean(false)
