/** CoreFoundation's values as userland sees them, with its hash order and the kernel's binary form. */
export { CFArray, CFData, CFDictionary, CFHash, CFNumber, CFSet, type CFNumberType, type CFOrder, type CFType } from './CFTypes.ts'
export { CFStringHash64 } from './CFHash.ts'
export { IOCFUnserializeBinary } from './IOCFUnserialize.ts'
export { IOCFSerializeBinary } from './IOCFSerialize.ts'
export { CFPropertyListCreateWithData, CFPropertyListCreateXMLData } from './CFPropertyList.ts'
export { CFMachPort, type CFMachPortCallBack } from './CFMachPort.ts'
export * from './CFRunLoop.ts'
