import { IODeviceMemory } from '../../../iokit/memory/index.ts'
import type { IORegistryEntry } from '../../../iokit/registry/index.ts'
import type { IOService } from '../../../iokit/service/index.ts'
import { OSData, defineMetaClass, type OSMetaClass } from '../../../libkern/index.ts'
import type { IOPCIDevice, LegacyInterrupt } from '../../IOPCIFamily/index.ts'
import { IOPCIHostBridge } from '../../IOPCIFamily/index.ts'
import { acpiTables } from '../acpi.ts'
import { IOACPIPlatformDevice } from './IOACPIPlatformDevice.ts'

const ECAM_BUS_BYTES = 0x100000
const IO_APIC_CONTROLLER = 'io-apic-0'
/** Flag word of a PCI pin's specifier: level, low active, shared. */
const PCI_PIN_FLAGS = 7
const CONFIG_INTERRUPT_PIN = 0x3d

/**
 * The PCI host bridge of a machine with ACPI: configuration space by MCFG, windows by `_CRS`, pins by
 * `_PRT`.
 */
export class AppleACPIPCI extends IOPCIHostBridge {
  static override readonly metaClass: OSMetaClass =
    defineMetaClass('AppleACPIPCI', AppleACPIPCI, IOPCIHostBridge)

  protected override configure(provider: IOService): boolean {
    const object = provider instanceof IOACPIPlatformDevice ? provider.acpiObject() : null
    const ecam = acpiTables().ecam.find(({ busStart }) => busStart === (object?.bbn ?? 0))
    if (object === null || ecam === undefined) return false
    const { busStart, busEnd } = ecam
    const memory = IODeviceMemory.withRange(ecam.base + busStart * ECAM_BUS_BYTES,
      (busEnd - busStart + 1) * ECAM_BUS_BYTES)
    const configMap = memory.map()
    memory.release()
    if (configMap === null) return false
    const { io = [], memory: ranges = [] } = object.windows ?? {}
    this.configureHost({
      configMap, busStart, busEnd,
      windows: [
        ...ranges.map(({ base, sizeBytes }) => ({ space: 'memory' as const, base, sizeBytes })),
        ...io.map(({ base, sizeBytes }) => ({ space: 'io' as const, base, sizeBytes })),
      ],
    })
    provider.setProperty('IOPCIConfigured', true)
    return true
  }

  /** The pin's wire: that of the device on the root bus, turned once per bridge on the way. */
  override legacyInterrupt(nub: IOPCIDevice): LegacyInterrupt | null {
    let pin = nub.configRead8(CONFIG_INTERRUPT_PIN)
    if (pin < 1 || pin > 4) return null
    let at = nub
    for (let above = bridgeAbove(at); above !== null; above = bridgeAbove(at)) {
      pin = ((pin - 1 + at.getDeviceNumber()) % 4) + 1
      at = above
    }
    const input = acpiTables().routing(at.getDeviceNumber(), pin)
    return { controller: IO_APIC_CONTROLLER,
      specifier: Uint8Array.of(input, 0, 0, 0, PCI_PIN_FLAGS, 0, 0, 0) }
  }

  /** What firmware says of functions that are part of the machine. */
  override decorateNub(nub: IOPCIDevice, firmware: IORegistryEntry | null): void {
    if (firmware === null) return
    const builtIn = OSData.withBytes(Uint8Array.of(0))
    nub.setProperty('built-in', builtIn)
    builtIn.release()
  }
}

/** The bridge function that a function hangs below; null on a root bus. */
function bridgeAbove(nub: IOPCIDevice): IOPCIDevice | null {
  const provider = nub.getProvider()?.getProvider() ?? null
  return provider !== null && 'getConfigEntry' in provider ? provider as IOPCIDevice : null
}
