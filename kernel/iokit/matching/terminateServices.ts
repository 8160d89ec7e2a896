import {
  kIOReturnNoMemory, kIOReturnSuccess, kIOReturnUnsupported, kIOServiceRequired, type IOReturn,
} from '../../abi/index.ts'
import { kernelBundleID, OSMetaClass, type OSDictionary } from '../../libkern/index.ts'
import { IOLog } from '../../mach/index.ts'
import type { KernelThread } from '../../sim/index.ts'
import { gIOServicePlane, IORegistryIterator, kIORegistryIterateRecursively } from '../registry/index.ts'
import type { IORegistryEntry } from '../registry/index.ts'
import { getModuleLoader } from './ModuleLoader.ts'

/** Which services are to go: those whose properties agree with a table, or those of a class. */
export interface TerminationChoice {
  readonly matching?: OSDictionary
  readonly className?: string
}

/**
 * Terminates the chosen services one after the other in registry order, each to its end; the walk starts over when
 * the registry changed meanwhile. One that may not be ended stops the rest: kIOReturnUnsupported. Thread context.
 * @xnu iokit/Kernel/IOCatalogue.cpp terminateDrivers — faithful
 */
export function* terminateServices(choice: TerminationChoice): KernelThread<IOReturn> {
  const iterator = IORegistryIterator.iterateOverRoot(gIOServicePlane, kIORegistryIterateRecursively)
  if (iterator === null) return kIOReturnNoMemory
  let result: IOReturn = kIOReturnSuccess
  do {
    iterator.reset()
    let entry = iterator.getNextObject()
    while (entry !== null && result === kIOReturnSuccess) {
      if (isChosen(entry, choice)) result = yield* terminateOne(entry)
      if (result === kIOReturnSuccess) entry = iterator.getNextObject()
    }
  } while (result === kIOReturnSuccess && !iterator.isValid())
  iterator.release()
  return result
}

function isChosen(entry: IORegistryEntry, { matching, className }: TerminationChoice): boolean {
  if (className !== undefined && OSMetaClass.checkMetaCastWithName(className, entry) === null) return false
  return matching === undefined || entry.getPropertyTable().isEqualTo(matching, matching)
}

function* terminateOne(entry: IORegistryEntry): KernelThread<IOReturn> {
  const service = entry.asService()
  if (service === null) return kIOReturnSuccess
  const bundle = service.getMetaClass().getKextIdentifier()
  if (bundle !== null && !mayTerminate(bundle)) {
    IOLog(`disallowing kextunload terminate for bundleID ${bundle}\n`)
    return kIOReturnUnsupported
  }
  service.retain()
  const isDone = yield* service.terminateSynchronously(kIOServiceRequired)
  service.release()
  return isDone ? kIOReturnSuccess : kIOReturnUnsupported
}

/** What the bundle says of itself; one that says nothing may be ended unless it is Apple's or the kernel. */
function mayTerminate(bundleIdentifier: string): boolean {
  const own = getModuleLoader()?.allowsUserTerminate(bundleIdentifier) ?? null
  return own ?? !(bundleIdentifier === kernelBundleID || bundleIdentifier.startsWith('com.apple.'))
}
