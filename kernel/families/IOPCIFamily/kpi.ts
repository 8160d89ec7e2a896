/** `com.apple.iokit.IOPCIFamily`: what a kext that names the family may use of it. */
export { IOPCI2PCIBridge } from './driver/IOPCI2PCIBridge.ts'
export { IOPCIBridge } from './driver/IOPCIBridge.ts'
export { IOPCIDevice, type IOPCIAddressSpace } from './driver/IOPCIDevice.ts'
export * from './registers.ts'
