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

/** Sets what the root says of the kernel: its version string, its diagnostics, the system's build. */
export function describeKernel(kernelVersion: string, osBuild: string): void {
  const root = getRegistryRoot()
  root.setProperty(kIOKitBuildVersionKey, kernelVersion)
  const diagnostics = IOKitDiagnostics.diagnostics()
  root.setProperty(kIOKitDiagnosticsKey, diagnostics)
  diagnostics.release()
  root.setProperty('OS Build Version', osBuild)
}
