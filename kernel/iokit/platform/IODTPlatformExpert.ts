import { kIOReturnSuccess, type IOReturn } from '../../abi/index.ts'
import { defineMetaClass, type OSMetaClass, type OSString } from '../../libkern/index.ts'
import { gIODTPlane, type IORegistryEntry, type NameMatch } from '../registry/index.ts'
import type { IOService } from '../service/index.ts'
import type { Blocking } from '../../sim/index.ts'
import { IODTCompareNubName, deviceTreeTexts } from './IODTSupport.ts'
import { IODTNVRAM } from './IODTNVRAM.ts'
import { resolveDeviceTreeNub } from './deviceTreeResources.ts'
import { IOPlatformExpert } from './IOPlatformExpert.ts'

/** Top-level entries that leave the device tree. */
const DELETED = new Set(['packages', 'psuedo-usb', 'psuedo-hid', 'multiboot', 'rtas'])
/** Top-level entries that never become nubs. */
const EXCLUDED =
  new Set(['chosen', 'memory', 'openprom', 'AAPL,ROM', 'rom', 'options', 'aliases', 'efi'])

/**
 * A platform expert whose machine is described by a device tree.
 * @xnu iokit/Kernel/IOPlatformExpert.cpp IODTPlatformExpert — simplified: NVRAM is read through `IODTNVRAM`
 *
 * @xnu iokit/Kernel/IOPlatformExpert.cpp IODTPlatformExpert::readXPRAM — absent: no machine has that memory
 * @xnu iokit/Kernel/IOPlatformExpert.cpp IODTPlatformExpert::readNVRAMProperty — absent: ask `IODTNVRAM`
 */
export class IODTPlatformExpert extends IOPlatformExpert {
  static override readonly metaClass: OSMetaClass =
    defineMetaClass('IODTPlatformExpert', IODTPlatformExpert, IOPlatformExpert)

  /**
   * Deletions, NVRAM, the processors, then every top-level entry. Matching thread.
   * @xnu iokit/Kernel/IOPlatformExpert.cpp processTopLevel — faithful
   */
  override configure(provider: IOService): Blocking<boolean> {
    for (const entry of provider.children(gIODTPlane)) {
      if (DELETED.has(entry.getName(gIODTPlane))) entry.detachAll(gIODTPlane)
    }
    const entries = provider.children(gIODTPlane)
    const named = (name: string): IORegistryEntry | undefined =>
      entries.find((entry) => entry.getName(gIODTPlane) === name)
    const options = named('options')
    if (options !== undefined) this.publishNVRAM(provider, options)
    const cpus = named('cpus')
    if (cpus !== undefined) {
      this.createNubs(this, cpus.children(gIODTPlane))
    }
    this.createNubs(this, entries.filter((entry) => !EXCLUDED.has(entry.getName(gIODTPlane))))
    return true
  }

  /**
   * Makes and registers a nub for each entry, below `parent`. Matching thread.
   * @xnu iokit/Kernel/IOPlatformExpert.cpp createNubs — simplified: processors get no logical numbers
   */
  createNubs(parent: IOService, entries: readonly IORegistryEntry[]): void {
    for (const entry of entries) {
      const nub = this.createNub(entry)
      if (nub === null) continue
      nub.attach(parent)
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

  /**
   * Whether `name` is one of the nub's device tree names, or its name. Any context.
   * @xnu iokit/Kernel/IOPlatformExpert.cpp IODTPlatformExpert::compareNubName — faithful
   */
  override compareNubName(nub: IOService, name: OSString, matched: NameMatch | null = null): boolean {
    return IODTCompareNubName(nub, name, matched) || super.compareNubName(nub, name, matched)
  }

  /**
   * Fills in what the nub's entry says, unless there is device memory already. Thread context.
   * @xnu iokit/Kernel/IOPlatformExpert.cpp IODTPlatformExpert::getNubResources — faithful
   */
  override getNubResources(nub: IOService): IOReturn {
    if (nub.getDeviceMemory() === null) resolveDeviceTreeNub(nub)
    return kIOReturnSuccess
  }

  /**
   * First of the machine's compatible names, without `AAPL,` and with dashes for slashes and blanks; null
   * where there is none. Any context.
   * @xnu iokit/Kernel/IOPlatformExpert.cpp IODTPlatformExpert::getModelName — faithful
   */
  override getModelName(): string | null {
    const [name] = deviceTreeTexts(this.getProvider()?.getProperty('compatible') ?? null)
    return name?.replace(/^AAPL,/u, '').replaceAll(/[/ ]/gu, '-') ?? null
  }

  /**
   * The machine's model; null where the tree does not say. Any context.
   * @xnu iokit/Kernel/IOPlatformExpert.cpp IODTPlatformExpert::getMachineName — faithful
   */
  override getMachineName(): string | null {
    return deviceTreeTexts(this.getProvider()?.getProperty('model') ?? null)[0] ?? null
  }
}
