import { kOSReturnSuccess, type IOReturn } from '../../abi/index.ts'
import { kernelState } from '../../sim/index.ts'
import type { Personality } from './Personality.ts'

/** What the catalogue needs of the kext subsystem. */
export interface ModuleLoader {
  /**
   * Makes the classes of a bundle available. `kOSKextReturnDeferred` stalls matching until the catalogue's
   * `startMatching` is called for that bundle; any other failure lets matching go on (and fail to make the class).
   */
  loadKextWithIdentifier(bundleIdentifier: string): IOReturn
  /** Whether the bundle is part of the boot kernel collection; also true for one nobody knows. */
  isBootKext(bundleIdentifier: string): boolean
  /** What the bundle says of user space terminating its services; null where it says nothing. */
  allowsUserTerminate(bundleIdentifier: string): boolean | null
  /** Whether the bundle's code is there. */
  isKextWithIdentifierLoaded(bundleIdentifier: string): boolean
  /** Whether nothing that is loaded is linked against the bundle. Instances of its classes are not looked at. */
  canUnloadKextWithIdentifier(bundleIdentifier: string): boolean
  /** Unloads a bundle whose services are gone; an error while instances remain. */
  unloadKextWithIdentifier(bundleIdentifier: string): IOReturn
}

const loader = kernelState(() => ({ current: null as ModuleLoader | null }))

/** Connects the kext subsystem; null: every class is in the kernel. */
export function setModuleLoader(moduleLoader: ModuleLoader | null): void {
  loader().current = moduleLoader
}

export function getModuleLoader(): ModuleLoader | null {
  return loader().current
}

/**
 * Whether a personality belongs to the boot: no bundle, one that nobody knows, or one of the boot collection.
 * @xnu iokit/Kernel/IOCatalogue.cpp personalityIsBoot — faithful
 */
export function isBootPersonality({ bundleIdentifier }: Personality): boolean {
  return bundleIdentifier === null || (loader().current?.isBootKext(bundleIdentifier) ?? true)
}

/** Asks the loader for a bundle; without one, or without a bundle, all is well. */
export function loadModule(bundleIdentifier: string | null): IOReturn {
  if (bundleIdentifier === null) return kOSReturnSuccess
  return loader().current?.loadKextWithIdentifier(bundleIdentifier) ?? kOSReturnSuccess
}
