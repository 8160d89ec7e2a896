import { defineMetaClass, type OSMetaClass } from '../../../libkern/index.ts'
import type { IOService } from '../../../iokit/index.ts'
import type { Blocking } from '../../../sim/index.ts'
import { AppleVTD } from './AppleVTD.ts'
import type { ConfigEntry } from './ConfigEntry.ts'
import { IOPCIBridge } from './IOPCIBridge.ts'

/** A bridge from the platform to a root bus. Its `configure` calls `configureHost`. */
export abstract class IOPCIHostBridge extends IOPCIBridge {
  static override readonly metaClass: OSMetaClass =
    defineMetaClass('IOPCIHostBridge', IOPCIHostBridge, IOPCIBridge, { abstract: true })

  /**
   * The first one lets the remapping units send messages.
   * @xnu IOPCIFamily/IOPCIBridge.cpp IOPCIHostBridge::probe — faithful
   */
  override probe(provider: IOService, score: { value: number }): Blocking<IOService | null> {
    const found = super.probe(provider, score)
    AppleVTD.installInterrupts()
    return found
  }

  protected override busEntries(): readonly ConfigEntry[] {
    return this.getHostData().configurator.children
  }
}
