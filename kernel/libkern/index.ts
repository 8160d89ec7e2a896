/** The kernel's object library: run-time classes, reference counts, containers, serialisation. */
import { OSArray } from './OSArray.ts'
import { OSBoolean } from './OSBoolean.ts'
import { OSCollection } from './OSCollection.ts'
import { OSData } from './OSData.ts'
import { OSDictionary } from './OSDictionary.ts'
import { OSCollectionIterator, OSIterator } from './OSIterator.ts'
import { defineKernelClasses } from './classLoading.ts'
import { OSNumber } from './OSNumber.ts'
import { OSObject } from './OSObject.ts'
import { OSOrderedSet } from './OSOrderedSet.ts'
import { OSSerialize } from './OSSerialize.ts'
import { OSSerializer } from './OSSerializer.ts'
import { OSSet } from './OSSet.ts'
import { OSString } from './OSString.ts'
import { OSSymbol } from './OSSymbol.ts'

export {
  OSArray, OSBoolean, OSCollection, OSCollectionIterator, OSData, OSDictionary, OSIterator, OSNumber,
  OSObject, OSOrderedSet, OSSerialize, OSSerializer, OSSet, OSString, OSSymbol,
}
export { kOSIndexNotFound } from './OSArray.ts'
export { kOSBooleanFalse, kOSBooleanTrue } from './OSBoolean.ts'
export { kImmutable, kMASK, kSort, collectionTag, setRegistryModificationsAllowed } from './OSCollection.ts'
export type { CollectionCopies } from './OSCollection.ts'
export type { OSDictionaryKey } from './OSDictionary.ts'
export { kernelBundleID } from './ClassRegistry.ts'
export { defineKernelClasses, registerClasses, removeClasses } from './classLoading.ts'
export type { ClassRegistration } from './classLoading.ts'
export { defineMetaClass, OSMetaClass } from './OSMetaClass.ts'
export type { OSObjectClass } from './OSMetaClass.ts'
export { kOSNumberDoubleBits, kOSNumberFloatBits } from './OSNumber.ts'
export { OSDynamicCast, OSRequiredCast, OSRetain, OSSafeRelease } from './OSObject.ts'
export type { OSOrderFunction } from './OSOrderedSet.ts'
export type { OSSerializeEditor } from './OSSerialize.ts'
export type { OSSerializerBlock } from './OSSerializer.ts'
export * from './OSSerializeBinary.ts'
export { kMaxStringLength } from './OSString.ts'
export { strtol, strtoul } from './strtoul.ts'
export { OSUnserialize } from './OSUnserialize.ts'
export { OSUnserializeBinary } from './OSUnserializeBinary.ts'
export { OSUnserializeXML } from './OSUnserializeXML.ts'
export type { Unserialized } from './unserialize.ts'
export { fromOSObject, osNumber, toOSDictionary, toOSObject } from './plain.ts'
export type { PlainResult, PlainValue, SizedNumber } from './plain.ts'

defineKernelClasses([
  OSObject, OSCollection, OSArray, OSBoolean, OSData, OSDictionary, OSIterator, OSCollectionIterator,
  OSNumber, OSOrderedSet, OSSerialize, OSSerializer, OSSet, OSString, OSSymbol,
])
