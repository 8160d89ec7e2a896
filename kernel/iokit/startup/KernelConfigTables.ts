import { OSArray, toOSDictionary } from '../../libkern/index.ts'
import { gIOCatalogue } from '../matching/index.ts'

/**
 * Enters the personalities that are part of the kernel: the platform expert of a machine that nobody knows. Boot
 * context, before the kexts'.
 * @xnu iokit/KernelConfigTables.cpp gIOKernelConfigTables — simplified: without IOExclaveProxy
 */
export function addKernelConfigTables(): void {
  const tables = OSArray.withCapacity(1)
  tables.adopt(toOSDictionary({ IOClass: 'IOPanicPlatform', IOProviderClass: 'IOPlatformExpertDevice', IOProbeScore: 0 }))
  gIOCatalogue().addBuiltInDrivers(tables)
  tables.release()
}
