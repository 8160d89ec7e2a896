import { kIOReturnSuccess, type IOReturn } from '../../abi/index.ts'
import { defineMetaClass, type OSMetaClass, type OSString } from '../../libkern/index.ts'
import { gIODTPlane, type IORegistryEntry, type NameMatch } from '../registry/index.ts'
import type { IOService } from '../service/index.ts'
import type { Blocking } from '../../sim/index.ts'
import { IODTCompareNubName, deviceTreeTexts } from './IODTSupport.ts'
import { IODTNVRAM } from './IODTNVRAM.ts'
import { resolveDeviceTreeNub } from './deviceTreeResources.ts'
import { IOPlatformExpert } from './IOPlatformExpert.ts'

/** Top-level entries that never become nubs. */
const EXCLUDED =
  new Set(['chosen', 'memory', 'openprom', 'AAPL,ROM', 'rom', 'options', 'aliases', 'cpus', 'efi'])

/**
 * A platform expert whose machine is described by a device tree.
 * @xnu iokit/Kernel/IOPlatformExpert.cpp IODTPlatformExpert — simplified: no `processTopLevel` deletions
 */
export class IODTPlatformExpert extends IOPlatformExpert {
  static override readonly metaClass: OSMetaClass =
    defineMetaClass('IODTPlatformExpert', IODTPlatformExpert, IOPlatformExpert)

  /**
   * NVRAM, the processors, then every other top-level entry. @xnu IOPlatformExpert.cpp processTopLevel —
   * faithful
   */
  override configure(provider: IOService): Blocking<boolean> {
    const entries = provider.children(gIODTPlane)
    const named = (name: string): IORegistryEntry | undefined =>
      entries.find((entry) => entry.getName(gIODTPlane) === name)
    const options = named('options')
    if (options !== undefined) this.publishNVRAM(provider, options)
    const cpus = named('cpus')
    if (cpus !== undefined) {
      this.createNubs(this, cpus.children(gIODTPlane))
      this.createNubs(this, [cpus])
    }
    this.createNubs(this, entries.filter((entry) => !EXCLUDED.has(entry.getName(gIODTPlane))))
    return true
  }

  /**
   * Makes and registers a nub for each entry, below `parent`. @xnu IOPlatformExpert.cpp createNubs —
   * faithful
   */
  createNubs(parent: IOService, entries: readonly IORegistryEntry[]): void {
    const nubs: IOService[] = []
    for (const entry of entries) {
      const nub = this.createNub(entry)
      if (nub === null) continue
      nub.attach(parent)
      nubs.push(nub)
    }
    for (const nub of nubs) {
      nub.registerService()
      nub.release()
    }
  }

  protected publishNVRAM(provider: IOService, options: IORegistryEntry): void {
    const nvram = new IODTNVRAM()
    if (nvram.initWithEntry(options, gIODTPlane)) {
      nvram.attach(provider)
      nvram.publish()
    }
    nvram.release()
  }

  /** The names of the device tree, then the registry name. @xnu IOPlatformExpert.cpp compareNubName — faithful */
  override compareNubName(nub: IOService, name: OSString, matched: NameMatch | null = null): boolean {
    return IODTCompareNubName(nub, name, matched) || super.compareNubName(nub, name, matched)
  }

  override getNubResources(nub: IOService): IOReturn {
    if (nub.getDeviceMemory() === null) resolveDeviceTreeNub(nub)
    return kIOReturnSuccess
  }

  override getModelName(): string {
    return deviceTreeTexts(this.getProvider()?.getProperty('model') ?? null)[0] ?? ''
  }
}
