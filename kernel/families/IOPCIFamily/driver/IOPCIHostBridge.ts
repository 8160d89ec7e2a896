import { defineMetaClass, type OSMetaClass } from '../../../libkern/index.ts'
import type { ConfigEntry } from './ConfigEntry.ts'
import { IOPCIBridge } from './IOPCIBridge.ts'

/** A bridge from the platform to a root bus. Its `configure` calls `configureHost`. */
export abstract class IOPCIHostBridge extends IOPCIBridge {
  static override readonly metaClass: OSMetaClass =
    defineMetaClass('IOPCIHostBridge', IOPCIHostBridge, IOPCIBridge, { abstract: true })

  protected override busEntries(): readonly ConfigEntry[] {
    return this.getHostData().configurator.children
  }
}
