import type { OSObject } from '../../libkern/index.ts'
import type { Frame } from '../../sim/index.ts'

/** Text bytes over which a kext's functions are spread when it declares no symbols. */
const TEXT_SPREAD_BYTES = 0x3000

/** The frame of a method of `owner`, in the kext that its class comes from. Make it once, not per call. */
export function driverFrame(owner: OSObject, method: string): Frame {
  const metaClass = owner.getMetaClass()
  return namedFrame(metaClass.getKextIdentifier() ?? '__kernel__', `${metaClass.className}::${method}`)
}

/** A frame of the kernel itself. */
export function kernelFrame(symbol: string): Frame {
  return { bundle: '__kernel__', symbol, offset: 0 }
}

/** A frame in any bundle: its place follows from its name. */
export function namedFrame(bundle: string, symbol: string): Frame {
  let hash = 0x811c9dc5
  for (let i = 0; i < symbol.length; i++) hash = Math.imul(hash ^ symbol.charCodeAt(i), 0x01000193)
  return { bundle, symbol, offset: bundle === '__kernel__' ? 0 : ((hash >>> 0) % TEXT_SPREAD_BYTES) & ~3 }
}

/** Name of a callback as a frame shows it: its own name, or `action` when it has none. */
export function actionName(action: { readonly name: string }): string {
  return action.name.replace(/^bound /u, '') || 'action'
}
