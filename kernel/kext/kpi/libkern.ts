/** `com.apple.kpi.libkern`: objects, collections and their written forms. */
export * from './constants.ts'
export type * from '../../libkern/index.ts'
export {
  OSArray, OSBoolean, OSCollection, OSCollectionIterator, OSData, OSDictionary, OSDynamicCast, OSIterator,
  OSNumber, OSObject, OSOrderedSet, OSRequiredCast, OSRetain, OSSafeRelease, OSSerialize, OSSerializer,
  OSSet, OSString, OSSymbol, OSUnserialize, OSUnserializeBinary, OSUnserializeXML, defineMetaClass,
  fromOSObject, osNumber, strtol, strtoul, toOSDictionary, toOSObject,
} from '../../libkern/index.ts'
export {
  kOSBooleanFalse, kOSBooleanTrue, kOSIndexNotFound, kOSNumberDoubleBits, kOSNumberFloatBits,
  kOSSerializeArray, kOSSerializeBinarySignature, kOSSerializeBoolean, kOSSerializeData,
  kOSSerializeDataMask, kOSSerializeDictionary, kOSSerializeEndCollecton,
  kOSSerializeIndexedBinarySignature, kOSSerializeNumber, kOSSerializeObject, kOSSerializeSet,
  kOSSerializeString, kOSSerializeSymbol, kOSSerializeTypeMask,
} from '../../libkern/index.ts'
