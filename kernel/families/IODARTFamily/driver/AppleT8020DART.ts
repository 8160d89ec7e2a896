import type { IOMemoryMap } from '../../../iokit/memory/index.ts'
import { gIODTPlane } from '../../../iokit/registry/index.ts'
import type { IOService } from '../../../iokit/service/index.ts'
import { IOInterruptEventSource, IOWorkLoop } from '../../../iokit/workloop/index.ts'
import { OSData, defineMetaClass, type OSMetaClass } from '../../../libkern/index.ts'
import { IOLog, kernel_task, mach_absolute_time, panic } from '../../../mach/index.ts'
import { present, wait, type KernelThread } from '../../../sim/index.ts'
import {
  DART_STREAMS, DART_TTBRS, DartError, DartRegister, PARAMS1_PAGE_SHIFT, PARAMS2_BYPASS_SUPPORT,
  StreamCommand, StreamControl, TtbrBits,
} from '../registers.ts'
import { faultText } from './faultText.ts'
import { IODART, IODARTMapperNub } from './IODART.ts'

/**
 * Drives a DART of the t8020 generation: every stream passes unchanged until its mapper is used; a fault
 * stops the
 * machine.
 */
export class AppleT8020DART extends IODART {
  static override readonly metaClass: OSMetaClass = defineMetaClass('AppleT8020DART', AppleT8020DART, IODART)

  private registers: IOMemoryMap | null = null

  /** Reads what the block can do, opens its streams, publishes a nub per mapper. Matching thread. */
  override *start(provider: IOService): KernelThread<boolean> {
    if (!(yield* wait(super.start(provider)))) return false
    const registers = provider.mapDeviceMemoryWithIndex(0)
    if (registers === null) return false
    this.registers = registers
    if ((registers.read32(DartRegister.params2) & PARAMS2_BYPASS_SUPPORT) === 0) {
      IOLog(`${this.getName()}: ${provider.getName()} cannot bypass\n`)
      return false
    }
    const pageShift = (registers.read32(DartRegister.params1) >>> PARAMS1_PAGE_SHIFT) & 15
    this.setProperty('page-size', 2 ** pageShift, 32)
    this.openStreams()
    yield* this.listen(provider)
    const phandle = provider.getProperty('AAPL,phandle')
    if (phandle instanceof OSData) this.setProperty('iommu-dart-identity', phandle)
    this.registerService()
    for (const entry of provider.children(gIODTPlane)) {
      const nub = new IODARTMapperNub()
      if (!nub.initWithEntry(entry, gIODTPlane)) continue
      nub.attach(this)
      nub.registerService()
      nub.release()
    }
    return true
  }

  private openStreams(): void {
    for (let stream = 0; stream < DART_STREAMS; stream++) {
      this.map.write32(DartRegister.control + 4 * stream, StreamControl.bypassDart | StreamControl.bypassDapf)
    }
    this.map.write32(DartRegister.streamSelect, (1 << DART_STREAMS) - 1)
    this.map.write32(DartRegister.streamCommand, StreamCommand.invalidate)
    this.map.write32(DartRegister.error, 0xffffffff)
  }

  private *listen(provider: IOService): KernelThread {
    const action = (): void => this.handleFault()
    const source = yield* wait(IOInterruptEventSource.interruptEventSource(this, action, provider, 0))
    if (source === null) return
    IOWorkLoop.workLoop().addEventSource(source)
    source.enable()
  }

  override translateStream(stream: number, top: number): void {
    this.map.write32(DartRegister.translationBase + 4 * DART_TTBRS * stream,
      (TtbrBits.valid | (top / 2 ** TtbrBits.addressShift)) >>> 0)
    this.map.write32(DartRegister.control + 4 * stream, StreamControl.translate)
    this.invalidateStream(stream)
  }

  override invalidateStream(stream: number): void {
    this.map.write32(DartRegister.streamSelect, 1 << stream)
    this.map.write32(DartRegister.streamCommand, StreamCommand.invalidate)
  }

  /** A device that uses an address it was not given stops the machine. Work-loop context. */
  handleFault(): void {
    const error = this.map.read32(DartRegister.error)
    if ((error & DartError.flag) === 0) return
    const address = this.map.read32(DartRegister.errorAddressHigh) * 4294967296
      + this.map.read32(DartRegister.errorAddressLow)
    panic(faultText({
      name: this.getProvider()?.getName() ?? 'dart', error, address, timeNs: mach_absolute_time(),
      registers: kernel_task().map.printed(this.map.getVirtualAddress()),
    }))
  }

  private get map(): IOMemoryMap {
    return present(this.registers, 'the DART has started')
  }
}
