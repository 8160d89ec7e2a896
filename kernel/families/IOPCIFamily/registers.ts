/**
 * Configuration space as drivers name it (IOKit/pci/IOPCIDevice.h names; PCI 3.0 chapter 6, PCIe 4.0 chapter
 * 7).
 */
export const kIOPCIConfigVendorID = 0x00
export const kIOPCIConfigDeviceID = 0x02
export const kIOPCIConfigCommand = 0x04
export const kIOPCIConfigStatus = 0x06
export const kIOPCIConfigRevisionID = 0x08
export const kIOPCIConfigClassCode = 0x09
export const kIOPCIConfigHeaderType = 0x0e
export const kIOPCIConfigBaseAddress0 = 0x10
export const kIOPCIConfigBaseAddress1 = 0x14
export const kIOPCIConfigBaseAddress2 = 0x18
export const kIOPCIConfigBaseAddress3 = 0x1c
export const kIOPCIConfigBaseAddress4 = 0x20
export const kIOPCIConfigBaseAddress5 = 0x24
export const kIOPCIConfigSubSystemVendorID = 0x2c
export const kIOPCIConfigSubSystemID = 0x2e
export const kIOPCIConfigCapabilitiesPtr = 0x34
export const kIOPCIConfigInterruptLine = 0x3c
export const kIOPCIConfigInterruptPin = 0x3d

export const kIOPCICommandIOSpace = 0x0001
export const kIOPCICommandMemorySpace = 0x0002
export const kIOPCICommandBusLead = 0x0004
export const kIOPCICommandInterruptDisable = 0x0400
export const kIOPCIStatusCapabilities = 0x0010

export const kIOPCIPowerManagementCapability = 0x01
export const kIOPCIMSICapability = 0x05
export const kIOPCIPCIExpressCapability = 0x10
export const kIOPCIMSIXCapability = 0x11

/** Bridge header. */
export const kPCI2PCIPrimaryBus = 0x18
export const kPCI2PCISecondaryBus = 0x19
export const kPCI2PCISubordinateBus = 0x1a
export const kPCI2PCIIORange = 0x1c
export const kPCI2PCIMemoryRange = 0x20
export const kPCI2PCIPrefetchMemoryRange = 0x24
export const kPCI2PCIPrefetchUpperBase = 0x28
export const kPCI2PCIPrefetchUpperLimit = 0x2c

/** Offsets inside the PCI Express capability. */
export const kPCIExpressCapabilities = 0x02
export const kPCIExpressLinkCapabilities = 0x0c
export const kPCIExpressLinkStatus = 0x12
export const kPCIExpressSlotCapabilities = 0x14
export const kPCIExpressSlotControl = 0x18
export const kPCIExpressSlotStatus = 0x1a
export const kPCIExpressSlotPresent = 0x40
/** Slot events that are cleared by writing one. */
export const kPCIExpressSlotEvents = 0x011f
/** Presence and link interrupts, and the hot-plug interrupt enable. */
export const kPCIExpressSlotInterrupts = 0x1028
export const kPCIExpressSlotHotPlug = 0x60

/** Spaces in an address cell (Open Firmware PCI binding). */
export const kIOPCIConfigSpace = 0
export const kIOPCIIOSpace = 1
export const kIOPCI32BitMemorySpace = 2

export const kIOPCIInterruptTypePCIMessaged = 0x10000
