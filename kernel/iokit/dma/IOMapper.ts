import type { IOReturn } from '../../abi/index.ts'
import { defineMetaClass, OSData, OSSymbol, type OSMetaClass, type OSObject } from '../../libkern/index.ts'
import { IOLog } from '../../mach/index.ts'
import { kernelState, scheduler, wait, WaitQueue, type KernelThread } from '../../sim/index.ts'
import {
  setSystemMapper, systemMapper, type DMAMapAnswer, type DMAMapper, type DMAMapRequest,
} from '../memory/index.ts'
import { IOService } from '../service/index.ts'

/** What a mapper is found by: the number that the device's `iommu-parent` names. */
export const gIOMapperIDKey = 'IOMapperID'

/** @xnu iokit/IOKit/IOMapper.h SystemMapperState — faithful */
const kNoMapper = 0
const kUnknown = 1
const kHasMapper = 2
const kLive = 4

const state = kernelState(() => ({ system: kUnknown, waiting: new WaitQueue() }))

/**
 * The driver of an IOMMU: gives memory device addresses. Abstract.
 * @xnu iokit/Kernel/IOMapper.cpp IOMapper — faithful
 */
export abstract class IOMapper extends IOService implements DMAMapper {
  static override readonly metaClass: OSMetaClass =
    defineMetaClass('IOMapper', IOMapper, IOService, { abstract: true })

  /** Set by `initHardware` of the mapper of all devices without one of their own. */
  protected fIsSystem = false

  /**
   * The system mapper that runs; null while there is none. Any context.
   * @xnu iokit/Kernel/IOMapper.cpp gSystem — faithful
   */
  static get gSystem(): IOMapper | null {
    const mapper = systemMapper()
    return mapper instanceof IOMapper ? mapper : null
  }

  /**
   * Whether this machine will have a system mapper; without one nobody waits any longer.
   * @xnu iokit/Kernel/IOMapper.cpp setMapperRequired — faithful
   */
  static setMapperRequired(hasMapper: boolean): void {
    const system = state()
    if (systemMapper() !== null) return
    system.system = hasMapper ? kHasMapper : kNoMapper
    if (!hasMapper) scheduler().wakeAll(system.waiting)
  }

  /**
   * Waits until it is known whether there is a system mapper and until it runs; no limit. Thread context.
   * @xnu iokit/Kernel/IOMapper.cpp waitForSystemMapper — faithful
   */
  static* checkForSystemMapper(): KernelThread {
    const system = state()
    while (system.system === kUnknown || system.system === kHasMapper) {
      IOLog('waitForSystemMapper\n')
      scheduler().assertWait(system.waiting)
      yield
    }
  }

  /**
   * The mapper of a device, retained; null where it has none. Waits for it.
   * @xnu IOMapper.cpp copyMapperForDevice — faithful
   */
  static* copyMapperForDevice(device: IOService): KernelThread<IOMapper | null> {
    return yield* IOMapper.copyMapperForDeviceWithIndex(device, 0)
  }

  /**
   * The n-th mapper that a device's `iommu-parent` names, retained; null where there is none. Waits for it
   * without
   * limit. Thread context.
   * @xnu iokit/Kernel/IOMapper.cpp copyMapperForDeviceWithIndex — faithful
   */
  static* copyMapperForDeviceWithIndex(device: IOService, index: number): KernelThread<IOMapper | null> {
    const parent = device.copyProperty('iommu-parent')
    if (parent === null) return null
    if (parent instanceof IOMapper) return parent
    const identifier = parent instanceof OSData ? wordOf(parent, index) : parent
    if (identifier !== parent) parent.release()
    if (identifier === null) return null
    const matching = IOService.propertyMatching(OSSymbol.withCString(gIOMapperIDKey), identifier)
    identifier.release()
    const found = yield* IOService.waitForMatchingService(matching, Infinity)
    matching.release()
    if (found instanceof IOMapper) return found
    found?.release()
    return null
  }

  /** @xnu iokit/Kernel/IOMapper.cpp IOMapper::start — faithful */
  override *start(provider: IOService): KernelThread<boolean> {
    if (!(yield* wait(super.start(provider)))) return false
    if (!this.initHardware(provider)) return false
    if (this.fIsSystem) {
      setSystemMapper(this)
      state().system = kLive
      scheduler().wakeAll(state().waiting)
    }
    const identifier = provider.copyProperty('iommu-id') ?? provider.copyProperty('AAPL,phandle')
    if (identifier !== null) {
      this.setProperty(gIOMapperIDKey, identifier)
      identifier.release()
    }
    return true
  }

  /** Finds the hardware and says whether it is the system's. Matching thread. */
  protected abstract initHardware(provider: IOService): boolean

  /** Bytes that it maps at once. Any context. @xnu iokit/IOKit/IOMapper.h getPageSize — faithful */
  abstract getPageSize(): number

  /**
   * Gives memory device addresses: of a descriptor's part, or room for pages that are inserted later. Thread
   * context. @xnu iokit/IOKit/IOMapper.h iovmMapMemory — faithful
   */
  abstract iovmMapMemory(request: DMAMapRequest): DMAMapAnswer

  /**
   * Takes device addresses away: a device that uses them faults. Any context.
   * @xnu iokit/IOKit/IOMapper.h iovmUnmapMemory — simplified: descriptor and command are not named
   */
  abstract iovmUnmapMemory(address: number, length: number): IOReturn

  /**
   * Puts physical pages at a place of a mapped range. `options`: kIODMAMap access bits.
   * @xnu iokit/IOKit/IOMapper.h iovmInsert — faithful
   */
  abstract iovmInsert(options: number, address: number, physicalAddress: number, length: number): IOReturn

  /**
   * Physical address behind a device address; 0 where there is none. Any context.
   * @xnu iokit/IOKit/IOMapper.h mapToPhysicalAddress — faithful
   */
  abstract mapToPhysicalAddress(address: number): number
}

function wordOf(data: OSData, index: number): OSObject | null {
  const bytes = data.bytes()
  return 4 * index + 4 > bytes.length ? null : OSData.withBytes(bytes.slice(4 * index, 4 * index + 4))
}
