import { PE_parse_boot_argn } from '../../../mach/index.ts'

/** Bits of the boot argument `pci` that this kernel heeds (IOPCIConfigurator.h). */
export const kIOPCIConfiguratorPanicOnFault = 0x100
export const kIOPCIConfiguratorIGIsMapped = 0x8000
/** Drivers behind a tunnel must say that they are made for it; set unless `npci` clears it. */
export const kIOPCIConfiguratorCheckTunnel = 0x80000
/** No drivers behind tunnels. */
export const kIOPCIConfiguratorNoTunnelDrv = 0x100000

/**
 * What `pci=` sets and `npci=` clears.
 * @xnu IOPCIFamily/IOPCIBridge.cpp gIOPCIFlags — simplified: four bits are heeded
 */
export function pciFlags(): number {
  const set = kIOPCIConfiguratorCheckTunnel | (PE_parse_boot_argn('pci') ?? 0)
  return set & ~(PE_parse_boot_argn('npci') ?? 0)
}
