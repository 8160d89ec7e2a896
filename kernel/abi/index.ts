/** Constants that both sides of the kernel boundary share, as Apple ships them in headers. */
export * from './IOKitKeys.ts'
export * from './deviceDefs.ts'
export * from './IOMessage.ts'
export * from './IOReturn.ts'
export * from './IOReturnText.ts'
export * from './kern_return.ts'
export * from './serviceState.ts'
