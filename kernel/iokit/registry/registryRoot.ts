import { kIOConsoleLockedKey, kIOKitBuildVersionKey, kIOKitDiagnosticsKey } from '../../abi/index.ts'
import { IOKitDiagnostics } from './IOKitDiagnostics.ts'
import { IORegistryEntry } from './IORegistryEntry.ts'
import { gIODTPlane, gIOPowerPlane, gIOServicePlane } from './IORegistryPlane.ts'
import { assignRegistryID } from './links.ts'
import { publishPlane } from './planes.ts'
import { registryState } from './registryState.ts'

/** The root of all planes; made on first use. @xnu iokit/Kernel/IORegistryEntry.cpp initialize — faithful */
export function getRegistryRoot(): IORegistryEntry {
  const state = registryState()
  if (state.root !== null) return state.root
  const root = new IORegistryEntry()
  root.init()
  state.root = root
  assignRegistryID(root)
  root.setName('Root')
  for (const plane of [gIOServicePlane, gIOPowerPlane, gIODTPlane]) publishPlane(plane)
  root.setProperty(kIOConsoleLockedKey, true)
  return root
}

/** The first kernel whose nubs get identifiers of their own: that of macOS 14. */
const kFirstXnuWithOwnIDs = 10_002

/** Whether a kernel is older than that; one whose version string names no xnu counts as new. */
function sharesRegistryIDs(kernelVersion: string): boolean {
  const major = /xnu-(\d+)/.exec(kernelVersion)?.[1]
  return major !== undefined && Number(major) < kFirstXnuWithOwnIDs
}

/**
 * Sets what the root says of the kernel: its version string, its diagnostics, the system's build. Boot context, before
 * any nub is made.
 * @xnu iokit/Kernel/IORegistryEntry.cpp initialize, IORegistrySetOSBuildVersion — simplified: one call for both
 */
export function describeKernel(kernelVersion: string, osBuild: string): void {
  const root = getRegistryRoot()
  registryState().sharesIDs = sharesRegistryIDs(kernelVersion)
  root.setProperty(kIOKitBuildVersionKey, kernelVersion)
  const diagnostics = IOKitDiagnostics.diagnostics()
  root.setProperty(kIOKitDiagnosticsKey, diagnostics)
  diagnostics.release()
  root.setProperty('OS Build Version', osBuild)
}
