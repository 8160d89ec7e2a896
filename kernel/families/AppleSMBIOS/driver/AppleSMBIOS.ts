import { IODeviceMemory } from '../../../iokit/memory/index.ts'
import { deviceTreeWords } from '../../../iokit/platform/index.ts'
import { IORegistryEntry } from '../../../iokit/registry/index.ts'
import { IOService } from '../../../iokit/service/index.ts'
import { OSData, defineMetaClass, type OSMetaClass } from '../../../libkern/index.ts'
import { wait, type KernelThread } from '../../../sim/index.ts'

const TABLE_PATH = 'IODeviceTree:/efi/configuration-table/EB9D2D31-2D88-11D3-9A16-0090273FC14D'
/** SMBIOS 2.7, 5.2.1: anchor, length of the entry point, length and address of the structures. */
const ANCHOR = [0x5f, 0x53, 0x4d, 0x5f] as const
const EntryPoint = { length: 0x05, tableLength: 0x16, tableAddress: 0x18 } as const
const MAX_ENTRY_POINT_BYTES = 0x20

/** Finds the SMBIOS tables that firmware left in memory and shows them. */
export class AppleSMBIOS extends IOService {
  static override readonly metaClass: OSMetaClass = defineMetaClass('AppleSMBIOS', AppleSMBIOS, IOService)

  /** Matching thread. */
  override *start(provider: IOService): KernelThread<boolean> {
    if (!(yield* wait(super.start(provider)))) return false
    const entry = IORegistryEntry.fromPath(TABLE_PATH)
    const address = deviceTreeWords(entry?.getProperty('table') ?? null)[0]
    entry?.release()
    const point = address === undefined ? null : readMemory(address, MAX_ENTRY_POINT_BYTES)
    if (point === null || ANCHOR.some((byte, index) => point[index] !== byte)) return false
    const view = new DataView(point.buffer, point.byteOffset, point.byteLength)
    const table =
      readMemory(view.getUint32(EntryPoint.tableAddress, true), view.getUint16(EntryPoint.tableLength, true))
    if (table === null) return false
    this.setBytes('SMBIOS-EPS', point.subarray(0, point[EntryPoint.length]))
    this.setBytes('SMBIOS', table)
    this.registerService()
    return true
  }

  private setBytes(key: string, bytes: Uint8Array): void {
    const data = OSData.withBytes(bytes)
    this.setProperty(key, data)
    data.release()
  }
}

function readMemory(address: number, sizeBytes: number): Uint8Array | null {
  const memory = IODeviceMemory.withRange(address, sizeBytes)
  const bytes = new Uint8Array(sizeBytes)
  const read = memory.readBytes(0, bytes)
  memory.release()
  return read === sizeBytes ? bytes : null
}
