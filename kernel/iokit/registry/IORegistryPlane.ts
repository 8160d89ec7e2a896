/**
 * One view of the registry graph. A constant handle: what a world keeps per plane hangs on its entries, at `index`.
 * @xnu iokit/Kernel/IORegistryEntry.cpp IORegistryPlane — simplified: link keys are slots, not symbols
 */
export class IORegistryPlane {
  constructor(readonly name: string, readonly index: number) {}
}

/** The planes that the kernel itself makes, in the order it makes them. */
export const gIOServicePlane = new IORegistryPlane('IOService', 0)
export const gIOPowerPlane = new IORegistryPlane('IOPower', 1)
export const gIODTPlane = new IORegistryPlane('IODeviceTree', 2)

/** Longer plane names are cut. */
export const kMaxPlaneNameLength = 32
