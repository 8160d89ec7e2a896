import type { KernelThread } from '../../../../sim/index.ts'
import { CFData, CFNumber } from '../../../CoreFoundation/index.ts'
import type { Entry, RegistryReader } from '../RegistryReader.ts'

/** Whole 32-bit little-endian cells of a device tree property. */
export function cellsOf(bytes: Uint8Array): readonly number[] {
  const cells: number[] = []
  for (let i = 0; i + 4 <= bytes.length; i += 4) {
    cells.push(
      ((bytes[i] ?? 0) |
        ((bytes[i + 1] ?? 0) << 8) |
        ((bytes[i + 2] ?? 0) << 16) |
        ((bytes[i + 3] ?? 0) << 24)) >>>
        0,
    )
  }
  return cells
}

/** `%08lx` */
export function hex8(cell: number): string {
  return cell.toString(16).padStart(8, '0')
}

/** `%02lu` */
export function two(value: number): string {
  return value.toString().padStart(2, '0')
}

/** First cell of `key` at `entry` or the nearest ancestor in the device tree that has it; 0 when none has. */
export function* inheritedCell(
  reader: RegistryReader,
  entry: Entry | null,
  key: string,
): KernelThread<number> {
  for (let at = entry; at !== null; at = yield* reader.deviceTreeParent(at)) {
    const value = yield* reader.property(at, key)
    if (value instanceof CFData) return cellsOf(value.bytes)[0] ?? 0
    if (value instanceof CFNumber) return Number(BigInt.asUintN(32, value.unsigned()))
  }
  return 0
}
