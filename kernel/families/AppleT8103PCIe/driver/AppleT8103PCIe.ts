import { knownInterruptController } from '../../../iokit/interrupts/index.ts'
import { deviceTreeWords, getPlatform, interruptControllerName } from '../../../iokit/platform/index.ts'
import type { IOService } from '../../../iokit/service/index.ts'
import { OSDynamicCast, defineMetaClass, type OSMetaClass } from '../../../libkern/index.ts'
import { AppleInterruptController } from '../../AppleInterruptController/index.ts'
import { IOPCIHostBridge, type IOPCIDevice, type LegacyInterrupt } from '../../IOPCIFamily/index.ts'
import { ApplePCIEMSIController } from './ApplePCIEMSIController.ts'

const WORD = 4294967296
/** Space codes of a PCI address cell. */
const SPACE_SHIFT = 24
const SPACE_MASK = 3
const SPACE_IO = 1
const CONFIG_INTERRUPT_PIN = 0x3d

/** Base of the PCIe blocks in Apple's chips: everything about them is in the device tree. */
export class AppleEmbeddedPCIE extends IOPCIHostBridge {
  static override readonly metaClass: OSMetaClass =
    defineMetaClass('AppleEmbeddedPCIE', AppleEmbeddedPCIE, IOPCIHostBridge, { abstract: true })

  private controllerName = ''
  private wireSpecifier: Uint8Array | null = null
  private wireController = ''

  override get hasACPI(): boolean {
    return false
  }

  override get messagedInterruptControllerName(): string {
    return this.controllerName
  }

  protected override configure(provider: IOService): boolean {
    const configMap = provider.mapDeviceMemoryWithIndex(0)
    const buses = deviceTreeWords(provider.getProperty('bus-range'))
    if (configMap === null || !this.makeMessageController(provider)) return false
    this.configureHost({
      configMap, busStart: buses[0] ?? 0, busEnd: buses[1] ?? 0, windows: windowsOf(provider),
    })
    const interrupts = deviceTreeWords(provider.getProperty('interrupts'))
    const parent = deviceTreeWords(provider.getProperty('interrupt-parent'))[0]
    if (interrupts[0] !== undefined && parent !== undefined) {
      this.wireController = interruptControllerName(parent)
      this.wireSpecifier = Uint8Array.of(interrupts[0] & 0xff, interrupts[0] >>> 8, 0, 0)
    }
    provider.setProperty('IOPCIConfigured', true)
    return true
  }

  override legacyInterrupt(nub: IOPCIDevice): LegacyInterrupt | null {
    const isBridge = nub.getConfigEntry().ids.isBridge
    if (!isBridge || this.wireSpecifier === null || nub.configRead8(CONFIG_INTERRUPT_PIN) === 0) return null
    return { controller: this.wireController, specifier: this.wireSpecifier }
  }

  private makeMessageController(provider: IOService): boolean {
    const phandle = deviceTreeWords(provider.getProperty('msi-parent-controller'))[0]
    const first = deviceTreeWords(provider.getProperty('msi-vector-offset'))[0]
    const count = deviceTreeWords(provider.getProperty('#msi-vectors'))[0]
    const address = deviceTreeWords(provider.getProperty('msi-address'))[0]
    const platform = getPlatform()
    if (phandle === undefined || first === undefined || count === undefined || platform === null) return false
    const parent =
      OSDynamicCast(AppleInterruptController, knownInterruptController(interruptControllerName(phandle)))
    if (parent === null) return false
    const controller = new ApplePCIEMSIController()
    this.controllerName = `ApplePCIEMSIController-${provider.getName()}`
    controller.initWithWindow(parent,
      { name: this.controllerName, address: BigInt(address ?? 0), first, count })
    controller.attach(platform)
    controller.registerService()
    controller.release()
    return true
  }
}

/** The PCIe block of the T8103. */
export class AppleT8103PCIe extends AppleEmbeddedPCIE {
  static override readonly metaClass: OSMetaClass =
    defineMetaClass('AppleT8103PCIe', AppleT8103PCIe, AppleEmbeddedPCIE)
}

/** Address windows: three words of PCI address, two of processor address, two of size. */
function windowsOf(provider: IOService): { space: 'io' | 'memory'; base: number; sizeBytes: number }[] {
  const words = deviceTreeWords(provider.getProperty('ranges'))
  return Array.from({ length: Math.floor(words.length / 7) }, (_, index) => {
    const [flags = 0, low = 0, high = 0, , , sizeLow = 0, sizeHigh = 0] =
      words.slice(index * 7, index * 7 + 7)
    const space = ((flags >>> SPACE_SHIFT) & SPACE_MASK) === SPACE_IO ? 'io' as const : 'memory' as const
    return { space, base: high * WORD + low, sizeBytes: sizeHigh * WORD + sizeLow }
  })
}
