import type { IOMemoryMap, IOService } from '../../../iokit/index.ts'
import { deviceTreeWords } from '../../../iokit/platform/index.ts'
import { defineMetaClass, type OSMetaClass, type PlainValue } from '../../../libkern/index.ts'
import type { KernelThread } from '../../../sim/index.ts'
import { ANS_BOOT_READY, Reg } from '../registers.ts'
import { IONVMeBlockStorageDevice } from './IONVMeBlockStorageDevice.ts'
import { IONVMeController } from './IONVMeController.ts'

/** Which of the coprocessor's register windows holds the NVMe registers. */
const NVME_WINDOW = 2
const PAGE_BYTES = 4096

/** Controllers of Apple's own. */
export abstract class AppleNVMeController extends IONVMeController {
  static override readonly metaClass: OSMetaClass =
    defineMetaClass('AppleNVMeController', AppleNVMeController, IONVMeController, { abstract: true })
}

/** Controllers that are part of the chip. */
export abstract class AppleEmbeddedNVMeController extends AppleNVMeController {
  static override readonly metaClass: OSMetaClass =
    defineMetaClass(
      'AppleEmbeddedNVMeController', AppleEmbeddedNVMeController, AppleNVMeController, { abstract: true },
    )
}

/**
 * The storage coprocessor of Apple silicon: NVMe registers and interrupt of the coprocessor's nub, which lies
 * above
 * the RTBuddy service that this driver matches.
 */
export class AppleANS3NVMeController extends AppleEmbeddedNVMeController {
  static override readonly metaClass: OSMetaClass =
    defineMetaClass('AppleANS3NVMeController', AppleANS3NVMeController, AppleEmbeddedNVMeController)

  protected override mapRegisters(provider: IOService): IOMemoryMap | null {
    const nub = coprocessorNub(provider)
    const map = nub?.mapDeviceMemoryWithIndex(NVME_WINDOW) ?? null
    if (map === null) return null
    if (map.read32(Reg.ansBootStatus) === ANS_BOOT_READY) {
      this.setProperty('AppleNANDStatus', 'Ready')
      return map
    }
    map.release()
    return null
  }

  protected override *interruptOf(provider: IOService): KernelThread<{ nub: IOService; index: number }> {
    const nub = coprocessorNub(provider) ?? provider
    return { nub, index: deviceTreeWords(nub.getProperty('nvme-interrupt-idx'))[0] ?? 0 }
  }

  protected override get commandPoolSize(): number {
    return 64
  }

  protected override get minimumSegmentAlignment(): number {
    return PAGE_BYTES
  }

  protected override get physicalInterconnect(): string {
    return 'Apple Fabric'
  }

  protected override createBlockDevice(): IONVMeBlockStorageDevice {
    return new IOEmbeddedNVMeBlockDevice()
  }
}

/** The nub of the coprocessor: the nearest above that says which interrupt is for NVMe. */
function coprocessorNub(provider: IOService): IOService | null {
  for (let nub: IOService | null = provider; nub !== null; nub = nub.getProvider()) {
    if (nub.getProperty('nvme-interrupt-idx') !== null) return nub
  }
  return null
}

/** A namespace of the built-in storage. */
export class IOEmbeddedNVMeBlockDevice extends IONVMeBlockStorageDevice {
  static override readonly metaClass: OSMetaClass =
    defineMetaClass('IOEmbeddedNVMeBlockDevice', IOEmbeddedNVMeBlockDevice, IONVMeBlockStorageDevice)

  protected override get nubName(): string {
    return `NS_${String(this.nsid).padStart(2, '0')}`
  }

  protected override get interconnect(): string {
    return 'Apple Fabric'
  }

  protected override namespaceProperties(): Record<string, PlainValue> {
    const bytes = this.unit.getControllerData().maxTransferBytes
    const blocks = bytes / this.namespace.blockBytes
    const long = (value: number): PlainValue => ({ number: value, bits: 64 })
    return {
      ...super.namespaceProperties(),
      EmbeddedDeviceTypeRoot: this.nsid === 1, NamespaceUUID: 0,
      IOMaximumBlockCountRead: long(blocks), IOMaximumBlockCountWrite: long(blocks),
      IOMaximumByteCountRead: long(bytes), IOMaximumByteCountWrite: long(bytes),
      IOMaximumSegmentCountRead: long(bytes / PAGE_BYTES),
      IOMaximumSegmentCountWrite: long(bytes / PAGE_BYTES),
      IOMaximumSegmentByteCountRead: long(bytes), IOMaximumSegmentByteCountWrite: long(bytes),
      IOMinimumSegmentAlignmentByteCount: long(PAGE_BYTES),
    }
  }
}
