import { kernelState } from '../../sim/index.ts'
import type { IORegistryEntry } from './IORegistryEntry.ts'
import { gIODTPlane, gIOPowerPlane, gIOServicePlane, type IORegistryPlane } from './IORegistryPlane.ts'

/** `kIORegistryIDReserved`: the last number below the first entry's. */
const reservedID = 0x1000000ff

/** What one world knows of the registry as a whole. */
class RegistryState {
  root: IORegistryEntry | null = null
  lastID = reservedID
  generation = 0
  /** Whether an entry that takes another's place keeps its identifier, as kernels before xnu-10002 had it. */
  sharesIDs = false
  readonly planes = new Map<string, IORegistryPlane>()
  /** Index the next plane made at run time gets. */
  nextPlaneIndex = 3
  /** Live entries that have an identifier. */
  readonly entriesByID = new Map<number, IORegistryEntry>()

  constructor() {
    for (const plane of [gIOServicePlane, gIOPowerPlane, gIODTPlane]) this.planes.set(plane.name, plane)
  }
}

export const registryState = kernelState(() => new RegistryState())
