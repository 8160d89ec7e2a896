/** Constants and types of Apple's headers that every library's users see. */
export * from '../../abi/IOKitKeys.ts'
export * from '../../abi/IOMessage.ts'
export * from '../../abi/IOReturn.ts'
export * from '../../abi/kern_return.ts'
export * from '../../abi/serviceState.ts'
