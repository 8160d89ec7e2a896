import {
  kIOMatchCategoryKey, kIOReturnBadArgument, kIOReturnNoMedia, kIOReturnNotOpen,
  kIOReturnNotPrivileged, kIOReturnSuccess,
  kIOReturnUnformattedMedia, type IOReturn,
} from '../../../abi/index.ts'
import {
  gIOServicePlane, kIOServiceAsynchronous, type FamilyMatcher, type IOMemoryDescriptor, type IORegistryEntry,
  type IORegistryPlane, type IOService,
} from '../../../iokit/index.ts'
import {
  defineMetaClass, OSDynamicCast, OSNumber, OSString, type OSDictionary, type OSMetaClass,
} from '../../../libkern/index.ts'
import type { KernelThread } from '../../../sim/index.ts'
import * as keys from '../keys.ts'
import { mediaMatcher } from '../matching.ts'
import { combineAccess } from './access.ts'
import { IOStorage, type IOStorageCompletion, type IOStorageExtent } from './IOStorage.ts'

/** What a medium is. */
export interface IOMediaGeometry {
  /** Byte offset in the provider. */
  readonly base: number
  readonly size: number
  readonly preferredBlockSize: number
  readonly isEjectable: boolean
  readonly isRemovable: boolean
  readonly isWhole: boolean
  readonly isWritable: boolean
  readonly contentHint: string
}

/** A range of bytes that can be read and written: a disk, a partition, a volume. */
export class IOMedia extends IOStorage {
  static override readonly metaClass: OSMetaClass = defineMetaClass('IOMedia', IOMedia, IOStorage)

  private geometry: IOMediaGeometry = {
    base: 0, size: 0, preferredBlockSize: 0, isEjectable: false, isRemovable: false,
    isWhole: false, isWritable: false,
    contentHint: '',
  }
  private openLevel = keys.kIOStorageAccessNone
  private readonly openClients = new Map<IOService, number>()

  /**
   * Sets geometry and the properties that show it. May be called again when parameters have changed.
   * @xnu IOStorageFamily/IOMedia.cpp init — faithful
   */
  initMedia(geometry: IOMediaGeometry, properties: OSDictionary | null = null): boolean {
    const isNew = this.getProperty(keys.kIOMediaContentHintKey) === null
    if (isNew && !this.init(properties)) return false
    this.geometry = geometry
    if (isNew) {
      this.setProperty(keys.kIOMediaContentKey, geometry.contentHint)
      this.setProperty(keys.kIOMediaLeafKey, true)
      this.setProperty(keys.kIOMediaOpenKey, false)
    }
    this.setProperty(keys.kIOMediaContentHintKey, geometry.contentHint)
    this.setProperty(keys.kIOMediaEjectableKey, geometry.isEjectable)
    this.setNumber(keys.kIOMediaPreferredBlockSizeKey, geometry.preferredBlockSize)
    this.setProperty(keys.kIOMediaRemovableKey, geometry.isRemovable)
    this.setNumber(keys.kIOMediaSizeKey, geometry.size)
    this.setProperty(keys.kIOMediaWholeKey, geometry.isWhole)
    this.setProperty(keys.kIOMediaWritableKey, geometry.isWritable)
    return true
  }

  getGeometry(): IOMediaGeometry {
    return this.geometry
  }

  getSize(): number {
    return this.geometry.size
  }

  getBase(): number {
    return this.geometry.base
  }

  getPreferredBlockSize(): number {
    return this.geometry.preferredBlockSize
  }

  isWhole(): boolean {
    return this.geometry.isWhole
  }

  isWritable(): boolean {
    return this.geometry.isWritable
  }

  isFormatted(): boolean {
    return this.geometry.size > 0
  }

  getContentHint(): string {
    return this.geometry.contentHint
  }

  /** @xnu IOStorageFamily/IOMedia.cpp matchPropertyTable — faithful */
  override getFamilyMatcher(): FamilyMatcher {
    return mediaMatcher
  }

  /**
   * A storage driver below makes this medium a container: not a leaf, and its content is what the driver
   * found.
   */
  override attachToChild(child: IORegistryEntry, plane: IORegistryPlane): boolean {
    if (!super.attachToChild(child, plane)) return false
    if (isStorageDriver(child)) {
      this.setProperty(keys.kIOMediaLeafKey, false)
      const mask = OSDynamicCast(OSString, child.getProperty(keys.kIOMediaContentMaskKey))
      if (mask !== null) this.setProperty(keys.kIOMediaContentKey, mask.getCStringNoCopy())
    }
    return true
  }

  override detachFromChild(child: IORegistryEntry, plane: IORegistryPlane): void {
    if (isStorageDriver(child)) {
      this.setProperty(keys.kIOMediaContentKey, this.getContentHint())
      this.setProperty(keys.kIOMediaLeafKey, true)
    }
    super.detachFromChild(child, plane)
  }

  /**
   * Grants or denies a level of access (`kIOStorageAccess…`). A writer that does not share ends the storage
   * driver
   * below, unless that has the medium open itself.
   * @xnu IOStorageFamily/IOMedia.cpp handleOpen — faithful
   */
  override handleOpen(client: IOService, options: number, argument: unknown): boolean {
    const accessIn = argument as number
    const former = this.openClients.get(client) ?? keys.kIOStorageAccessNone
    const driver = this.storageDriver()
    const level = combineAccess(this.levelWithout(client), accessIn)
    if (level === keys.kIOStorageAccessInvalid) return false
    const writes = (accessIn & keys.kIOStorageAccessWriter) !== 0
    if (writes && !this.geometry.isWritable) return false
    if (this.isInactive() && (former === keys.kIOStorageAccessNone || writes)) return false
    const shares = (accessIn & keys.kIOStorageAccessSharedLock) !== 0
    const teardown = writes && !shares && driver !== null && driver !== client
    if (teardown && (this.openClients.has(driver) || !driver.terminate())) return false
    if (!this.openProvider(level & keys.kIOStorageAccessReaderWriter, options)) {
      if (teardown) this.registerService(kIOServiceAsynchronous)
      return false
    }
    this.openClients.set(client, accessIn)
    if (!writes && (former & keys.kIOStorageAccessWriter) !== 0) this.rematch(driver, client)
    return true
  }

  override handleIsOpen(client: IOService | null): boolean {
    return client === null ? this.openLevel !== keys.kIOStorageAccessNone : this.openClients.has(client)
  }

  /** @xnu IOStorageFamily/IOMedia.cpp handleClose — faithful */
  override handleClose(client: IOService, options: number): void {
    const former = this.openClients.get(client) ?? keys.kIOStorageAccessNone
    const driver = this.storageDriver()
    const level = this.levelWithout(client) & keys.kIOStorageAccessReaderWriter
    const provider = this.getProvider()
    if (level !== this.openLevel && provider !== null) {
      if (level === keys.kIOStorageAccessNone) {
        provider.close(this, options)
        this.setProperty(keys.kIOMediaOpenKey, false)
      } else provider.open(this, 0, level)
    }
    this.openClients.delete(client)
    this.openLevel = level
    if ((former & keys.kIOStorageAccessWriter) !== 0) this.rematch(driver, client)
  }

  override read(
    client: IOService, byteStart: number, buffer: IOMemoryDescriptor, completion: IOStorageCompletion,
  ): void {
    const fault = this.requestFault(byteStart, buffer, false)
    if (fault !== kIOReturnSuccess) completion(fault, 0)
    else this.storageProvider().read(client, byteStart + this.geometry.base, buffer, completion)
  }

  override write(
    client: IOService, byteStart: number, buffer: IOMemoryDescriptor, completion: IOStorageCompletion,
  ): void {
    const fault = this.requestFault(byteStart, buffer, true)
    if (fault !== kIOReturnSuccess) completion(fault, 0)
    else this.storageProvider().write(client, byteStart + this.geometry.base, buffer, completion)
  }

  override *synchronize(client: IOService): KernelThread<IOReturn> {
    if (this.isInactive()) return kIOReturnNoMedia
    if (this.openLevel === keys.kIOStorageAccessNone) return kIOReturnNotOpen
    return yield* this.storageProvider().synchronize(client)
  }

  override *unmap(client: IOService, extents: readonly IOStorageExtent[]): KernelThread<IOReturn> {
    if (this.isInactive()) return kIOReturnNoMedia
    if (this.openLevel === keys.kIOStorageAccessNone) return kIOReturnNotOpen
    if ((this.openLevel & keys.kIOStorageAccessWriter) === 0) return kIOReturnNotPrivileged
    if (extents.some(
      (extent) => extent.byteStart + extent.byteCount > this.geometry.size
    )) return kIOReturnBadArgument
    const moved = extents.map((extent) => ({ ...extent, byteStart: extent.byteStart + this.geometry.base }))
    return yield* this.storageProvider().unmap(client, moved)
  }

  private storageProvider(): IOStorage {
    return this.getProvider() as IOStorage
  }

  private setNumber(key: string, value: number): void {
    const number = OSNumber.withNumber(value, 64)
    this.setProperty(key, number)
    number.release()
  }

  private levelWithout(client: IOService): number {
    let level: number = keys.kIOStorageAccessNone
    for (const [other, access] of this.openClients) if (other !== client) level = combineAccess(level, access)
    return level
  }

  private openProvider(level: number, options: number): boolean {
    if (level === this.openLevel) return true
    if (this.getProvider()?.open(this, options, level) !== true) return false
    this.openLevel = level
    this.setProperty(keys.kIOMediaOpenKey, true)
    return true
  }

  private storageDriver(): IOService | null {
    const found = this.children(gIOServicePlane).find(isStorageDriver)
    return (found as IOService | undefined) ?? null
  }

  /** A writer has gone: whoever reads the content should look again. */
  private rematch(driver: IOService | null, client: IOService): void {
    if (this.isInactive()) return
    if (driver === null) this.registerService(kIOServiceAsynchronous)
    else if (driver !== client) driver.requestProbe(0)
  }

  private requestFault(byteStart: number, buffer: IOMemoryDescriptor, isWrite: boolean): IOReturn {
    if (this.isInactive()) return kIOReturnNoMedia
    if (this.openLevel === keys.kIOStorageAccessNone) return kIOReturnNotOpen
    if (isWrite && (this.openLevel & keys.kIOStorageAccessWriter) === 0) return kIOReturnNotPrivileged
    if (this.geometry.size === 0) return kIOReturnUnformattedMedia
    const isInside = byteStart >= 0 && byteStart + buffer.getLength() <= this.geometry.size
    return isInside ? kIOReturnSuccess : kIOReturnBadArgument
  }
}

function isStorageDriver(entry: IORegistryEntry): boolean {
  const category = OSDynamicCast(OSString, entry.getProperty(kIOMatchCategoryKey))
  return category?.getCStringNoCopy() === keys.kIOStorageCategory
}
