import type { IOService } from '../../../iokit/index.ts'
import { gIOServicePlane } from '../../../iokit/index.ts'
import { OSNumber } from '../../../libkern/index.ts'
import * as keys from '../keys.ts'

/** Most bytes that one command to the device may carry. */
export interface TransferLimits {
  readonly readBytes: number
  readonly writeBytes: number
}

/** Limits that the device and the controllers above it publish; blocks and bytes, whichever is less. */
export function transferLimits(driver: IOService, blockBytes: number): TransferLimits {
  return {
    readBytes: limitOf(driver, blockBytes, keys.kIOMaximumByteCountReadKey, keys.kIOMaximumBlockCountReadKey),
    writeBytes: limitOf(
      driver, blockBytes, keys.kIOMaximumByteCountWriteKey, keys.kIOMaximumBlockCountWriteKey,
    ),
  }
}

function limitOf(driver: IOService, blockBytes: number, byteKey: string, blockKey: string): number {
  const bytes = numberAbove(driver, byteKey)
  const blocks = numberAbove(driver, blockKey)
  const least = Math.min(bytes ?? Infinity, blocks === null ? Infinity : blocks * blockBytes)
  return least === Infinity ? Number.MAX_SAFE_INTEGER : Math.max(blockBytes, least - (least % blockBytes))
}

/** A number published by the entry or by one above it. */
function numberAbove(driver: IOService, key: string): number | null {
  for (let entry: IOService | null = driver; entry !== null;) {
    const value = entry.getProperty(key)
    if (value instanceof OSNumber) return value.numberValue()
    entry = entry.getParentEntry(gIOServicePlane) as IOService | null
  }
  return null
}
