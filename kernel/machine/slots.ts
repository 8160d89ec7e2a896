/** A place on a PCI bus. */
export interface PciSlot {
  readonly device: number
  readonly functionNumber: number
}

/** Reads `device[,function]` in hexadecimal; null when it is not one. */
export function parsePciSlot(slot: string): PciSlot | null {
  const match = /^([0-9a-fA-F]{1,2})(?:,([0-7]))?$/u.exec(slot)
  if (match === null) return null
  const device = Number.parseInt(match[1]!, 16)
  return device > 31 ? null : { device, functionNumber: Number(match[2] ?? 0) }
}
