import type { ListedPci } from '../../api/index.ts'
import type { Draft } from '../deviceList/drafts.ts'

const BRIDGE_HEADER = 1
const HEADER_BYTES = 64
const MAX_CONFIG_BYTES = 4096

/** The configuration space of the function that is being read, as `lspci -x` prints it. */
export class ConfigBytes {
  private readonly bytes = new Map<number, number>()

  /** Takes a line of the dump; false when it is none. */
  read(line: string): boolean {
    const match = /^([0-9a-f]{2,3}):((?: [0-9a-f]{2}){1,16})\s*$/iu.exec(line)
    if (match === null) return false
    const start = Number.parseInt(match[1]!, 16)
    for (const [index, byte] of match[2]!.trim().split(' ').entries()) {
      if (start + index < MAX_CONFIG_BYTES) this.bytes.set(start + index, Number.parseInt(byte, 16))
    }
    return true
  }

  /** Fills in what the text left out; to be called at the end of the function. */
  complete(into: Draft<ListedPci>): void {
    const { bytes } = this
    if (bytes.size < HEADER_BYTES) return
    const word = (at: number): number => (bytes.get(at) ?? 0) | ((bytes.get(at + 1) ?? 0) << 8)
    into.vendorId ??= word(0)
    into.deviceId ??= word(2)
    into.revision ??= bytes.get(8) ?? null
    into.programmingInterface ??= bytes.get(9) ?? null
    into.classCode ??= word(10)
    const isBridge = ((bytes.get(14) ?? 0) & 0x7f) === BRIDGE_HEADER
    if (isBridge) into.buses ??= { secondary: bytes.get(0x19) ?? 0, subordinate: bytes.get(0x1a) ?? 0 }
    else if (word(0x2c) !== 0) {
      into.subsystemVendorId ??= word(0x2c)
      into.subsystemId ??= word(0x2e)
    }
  }

  clear(): void {
    this.bytes.clear()
  }
}
