import type { IOReturn } from '../../../abi/index.ts'
import {
  gIODTPlane, gIOServicePlane, type IOMemoryDescriptor, type IORegistryEntry, type IOService,
} from '../../../iokit/index.ts'
import { defineMetaClass, OSDynamicCast, type OSMetaClass } from '../../../libkern/index.ts'
import type { KernelThread } from '../../../sim/index.ts'
import * as keys from '../keys.ts'
import { IOMedia } from './IOMedia.ts'
import { IOStorage, type IOStorageCompletion, type IOStorageExtent } from './IOStorage.ts'

/** Divides a medium into partitions: multiplexes their opens into one and passes their transfers through. */
export abstract class IOPartitionScheme extends IOStorage {
  static override readonly metaClass: OSMetaClass =
    defineMetaClass('IOPartitionScheme', IOPartitionScheme, IOStorage, { abstract: true })

  private openLevel = keys.kIOStorageAccessNone
  private readonly readers = new Set<IOService>()
  private readonly writers = new Set<IOService>()

  /** The medium that is divided. */
  protected get media(): IOMedia | null {
    return OSDynamicCast(IOMedia, this.getProvider())
  }

  /**
   * Puts a partition beside its medium in the device tree, as `unit:partition`.
   * @xnu IOStorageFamily/IOPartitionScheme.cpp attachMediaObjectToDeviceTree — faithful
   */
  protected attachMediaObjectToDeviceTree(media: IOMedia): boolean {
    let whole: IORegistryEntry | null = this.getParentEntry(gIOServicePlane)
    while (whole !== null && !whole.inPlane(gIODTPlane)) whole = whole.getParentEntry(gIOServicePlane)
    const location = whole?.getLocation(gIODTPlane) ?? null
    const parent = whole?.getParentEntry(gIODTPlane) ?? null
    if (!(whole instanceof IOMedia) || location === null || parent === null) return false
    if (!media.attachToParent(parent, gIODTPlane)) return false
    const colon = location.indexOf(':')
    const before = colon < 0 ? location : location.slice(0, colon + 1)
    media.setLocation(before + (media.getLocation() ?? ''), gIODTPlane)
    media.setName(whole.getName(gIODTPlane), gIODTPlane)
    return true
  }

  /** @xnu IOStorageFamily/IOPartitionScheme.cpp detachMediaObjectFromDeviceTree — faithful */
  protected detachMediaObjectFromDeviceTree(media: IOMedia): void {
    const parent = media.getParentEntry(gIODTPlane)
    if (parent !== null) media.detachFromParent(parent, gIODTPlane)
  }

  /** @xnu IOStorageFamily/IOPartitionScheme.cpp handleOpen — faithful */
  override handleOpen(client: IOService, options: number, argument: unknown): boolean {
    const access = (argument as number) & keys.kIOStorageAccessReaderWriter
    const writes = access === keys.kIOStorageAccessReaderWriter
    const otherWriters = this.writers.size - (this.writers.has(client) ? 1 : 0)
    const level = writes || otherWriters > 0 ? keys.kIOStorageAccessReaderWriter : keys.kIOStorageAccessReader
    if (!this.openMedia(level, options)) return false
    ;(writes ? this.readers : this.writers).delete(client)
    ;(writes ? this.writers : this.readers).add(client)
    return true
  }

  override handleIsOpen(client: IOService | null): boolean {
    if (client === null) return this.openLevel !== keys.kIOStorageAccessNone
    return this.readers.has(client) || this.writers.has(client)
  }

  /** @xnu IOStorageFamily/IOPartitionScheme.cpp handleClose — faithful */
  override handleClose(client: IOService, options: number): void {
    if (!this.writers.delete(client) && !this.readers.delete(client)) return
    if (this.writers.size > 0) return
    if (this.readers.size > 0) {
      this.openMedia(keys.kIOStorageAccessReader, 0)
      return
    }
    this.openLevel = keys.kIOStorageAccessNone
    this.getProvider()?.close(this, options)
  }

  override read(
    _client: IOService, byteStart: number, buffer: IOMemoryDescriptor, completion: IOStorageCompletion,
  ): void {
    ;(this.getProvider() as IOStorage).read(this, byteStart, buffer, completion)
  }

  override write(
    _client: IOService, byteStart: number, buffer: IOMemoryDescriptor, completion: IOStorageCompletion,
  ): void {
    ;(this.getProvider() as IOStorage).write(this, byteStart, buffer, completion)
  }

  override *synchronize(_client: IOService): KernelThread<IOReturn> {
    return yield* (this.getProvider() as IOStorage).synchronize(this)
  }

  override *unmap(_client: IOService, extents: readonly IOStorageExtent[]): KernelThread<IOReturn> {
    return yield* (this.getProvider() as IOStorage).unmap(this, extents)
  }

  private openMedia(level: number, options: number): boolean {
    if (level === this.openLevel) return true
    const opened = this.getProvider()?.open(this, options, level | keys.kIOStorageAccessSharedLock) ?? false
    if (opened) this.openLevel = level
    return opened
  }
}
