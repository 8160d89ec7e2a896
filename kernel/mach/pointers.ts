import { kernelState } from '../sim/index.ts'

/** Where the kernel's zones begin on a Mac, and how far apart the printed objects stand. */
const ZONE_BASE = 0xfffffe1b4d2a8000n
const OBJECT_BYTES = 0x80n

const printed = kernelState(() => ({ addresses: new Map<object, bigint>(), next: ZONE_BASE }))

/**
 * The address of an object as `%p` prints it: made up when it is first asked for, the same ever after. Only
 * for texts; any context. @xnu ours: objects have no addresses here
 */
export function kernelPointer(object: object | null): string {
  if (object === null) return '0x0'
  const known = printed()
  let address = known.addresses.get(object)
  if (address === undefined) {
    address = known.next
    known.next += OBJECT_BYTES
    known.addresses.set(object, address)
  }
  return `0x${address.toString(16)}`
}
