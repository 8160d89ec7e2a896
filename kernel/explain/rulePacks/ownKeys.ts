/**
 * Keys of a personality that the driver itself overwrites once it runs: what a dump shows there is not what
 * was matched. Read in source.
 */
const OWN_KEYS: ReadonlyMap<string, readonly string[]> = new Map([
  ['IOSCSIPeripheralDeviceNub', ['IOMatchCategory']],
  ['IOSCSILogicalUnitNub', ['IOMatchCategory']],
  ['IOCompactDiscServices', ['IOMatchCategory']],
  ['IODVDServices', ['IOMatchCategory']],
])

/** Whether a driver of this class writes a key of its personality anew. */
export function writesItself(ioClass: string, key: string): boolean {
  return OWN_KEYS.get(ioClass)?.includes(key) === true
}
