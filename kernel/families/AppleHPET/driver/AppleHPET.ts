import type { IOMemoryMap } from '../../../iokit/memory/index.ts'
import { IOService } from '../../../iokit/service/index.ts'
import { defineMetaClass, type OSMetaClass } from '../../../libkern/index.ts'
import { wait, type KernelThread } from '../../../sim/index.ts'

/** IA-PC HPET 1.0a, 2.3: capabilities, period, configuration, main counter. */
const Register = { capabilities: 0x00, period: 0x04, config: 0x10, counter: 0xf0 } as const
const CONFIG_ENABLE = 1 << 0
/** Longest period the specification allows, in femtoseconds. */
const MAX_PERIOD_FS = 100_000_000

/** Starts the main counter of the high precision event timer and reads it for others. */
export class AppleHPET extends IOService {
  static override readonly metaClass: OSMetaClass = defineMetaClass('AppleHPET', AppleHPET, IOService)

  private registers: IOMemoryMap | null = null

  /** Matching thread. The driver stays unregistered: nothing attaches to it. */
  override *start(provider: IOService): KernelThread<boolean> {
    if (!(yield* wait(super.start(provider)))) return false
    const registers = provider.mapDeviceMemoryWithIndex(0)
    if (registers === null) return false
    const periodFs = registers.read32(Register.period)
    if (periodFs === 0 || periodFs > MAX_PERIOD_FS) return false
    registers.write32(Register.config, registers.read32(Register.config) | CONFIG_ENABLE)
    this.registers = registers
    this.setProperty('HPTC', 0, 32)
    return true
  }

  /** The main counter. Any context. */
  readCounter(): bigint {
    return this.registers?.read64(Register.counter) ?? 0n
  }
}
