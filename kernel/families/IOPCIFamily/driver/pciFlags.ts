import { PE_parse_boot_argn } from '../../../mach/index.ts'

/** Bits of the boot argument `pci` that this kernel heeds (IOPCIConfigurator.h). */
export const kIOPCIConfiguratorPanicOnFault = 0x100
export const kIOPCIConfiguratorIGIsMapped = 0x8000

/** What `pci=` sets and `npci=` clears. @xnu IOPCIFamily/IOPCIBridge.cpp gIOPCIFlags — simplified: two bits are heeded */
export function pciFlags(): number {
  return (PE_parse_boot_argn('pci') ?? 0) & ~(PE_parse_boot_argn('npci') ?? 0)
}
