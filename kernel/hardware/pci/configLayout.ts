/**
 * Offsets and bits of PCI configuration space (PCI 3.0 chapter 6, PCI-to-PCI Bridge 1.2, PCIe 4.0 chapter 7).
 */
export const Config = {
  vendorId: 0x00, deviceId: 0x02, command: 0x04, status: 0x06, revisionId: 0x08, classCode: 0x09,
  cacheLineSize: 0x0c, latencyTimer: 0x0d, headerType: 0x0e, bar0: 0x10,
  subsystemVendorId: 0x2c, subsystemId: 0x2e, expansionRom: 0x30, capabilities: 0x34,
  interruptLine: 0x3c, interruptPin: 0x3d,
  primaryBus: 0x18, secondaryBus: 0x19, subordinateBus: 0x1a, ioBase: 0x1c,
  ioLimit: 0x1d, secondaryStatus: 0x1e,
  memoryBase: 0x20, memoryLimit: 0x22, prefetchBase: 0x24, prefetchLimit: 0x26,
  prefetchBaseUpper: 0x28, prefetchLimitUpper: 0x2c, ioBaseUpper: 0x30, ioLimitUpper: 0x32,
  bridgeRom: 0x38, bridgeControl: 0x3e,
} as const

/** Bits of the command register. */
export const Command = { io: 1, memory: 2, busMaster: 4, interruptDisable: 0x400, writable: 0x0547 } as const
/** Bits of the status register. */
export const Status = { interrupt: 0x08, capabilities: 0x10, writeOneClears: 0xf900 } as const
/** Layouts of configuration space. */
export const HeaderType = { device: 0x00, bridge: 0x01, multiFunction: 0x80 } as const
export const BridgeControl = { secondaryReset: 0x40, writable: 0x0fff } as const

/** Identifiers of capabilities in configuration space. */
export const CapabilityId = {
  powerManagement: 0x01, msi: 0x05, vendor: 0x09, express: 0x10, msix: 0x11,
} as const

/** Device/port type of the PCI Express capability. */
export const ExpressType = {
  endpoint: 0, rootPort: 4, upstreamPort: 5, downstreamPort: 6, integrated: 9,
} as const

export const CONFIG_BYTES = 4096
export const LEGACY_CONFIG_BYTES = 256
/** Bytes of ECAM space per bus. */
export const ECAM_BUS_BYTES = 1 << 20
