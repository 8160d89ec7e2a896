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

  static withBoolean(value: boolean): OSBoolean {
    return value ? kOSBooleanTrue : kOSBooleanFalse
  }

  isTrue(): boolean {
    return this.value
  }

  isFalse(): boolean {
    return !this.value
  }

  getValue(): boolean {
    return this.value
  }

  override isEqualTo(other: OSObject | null): boolean {
    return this === other
  }

  override serialize(serializer: OSSerialize): boolean {
    if (serializer.isBinary()) return serializer.binarySerialize(this)
    return serializer.addString(this.value ? '<true/>' : '<false/>')
  }
}

export const kOSBooleanTrue = new OSBoolean(true)
export const kOSBooleanFalse = new OSBoolean(false)
