import {
  kIOReturnBadArgument, kIOReturnNoMedia, kIOReturnNoMemory, kIOReturnNotAligned,
  kIOReturnNotOpen, kIOReturnSuccess,
  type IOReturn,
} from '../../../abi/index.ts'
import {
  gIODTPlane, type IOService, IOSubMemoryDescriptor, kIODirectionIn, kIODirectionOut, kIOServiceAsynchronous,
  type IOMemoryDescriptor,
} from '../../../iokit/index.ts'
import {
  defineMetaClass, OSDictionary, OSDynamicCast, OSNumber, OSString, toOSObject, type OSMetaClass,
} from '../../../libkern/index.ts'
import { IOLog } from '../../../mach/index.ts'
import { present, scheduler, wait, type Blocking, type KernelThread } from '../../../sim/index.ts'
import * as keys from '../keys.ts'
import { IOBlockStorageDevice } from './IOBlockStorageDevice.ts'
import { IOMedia } from './IOMedia.ts'
import { IOStorage, type IOStorageCompletion, type IOStorageExtent } from './IOStorage.ts'
import { transferLimits, type TransferLimits } from './transferLimits.ts'
import { TransferStatistics } from './TransferStatistics.ts'

/**
 * Drives any block storage device: publishes its medium, splits requests to what the device can carry,
 * counts.
 */
export class IOBlockStorageDriver extends IOStorage {
  static override readonly metaClass: OSMetaClass =
    defineMetaClass('IOBlockStorageDriver', IOBlockStorageDriver, IOStorage)

  private readonly statistics = new TransferStatistics()
  private device: IOBlockStorageDevice | null = null
  private media: IOMedia | null = null
  private blockBytes = 512
  private blockCount = 0
  private isWriteProtected = false
  private limits: TransferLimits = { readBytes: Number.MAX_SAFE_INTEGER, writeBytes: Number.MAX_SAFE_INTEGER }
  private openLevel = keys.kIOStorageAccessNone

  /** @xnu IOStorageFamily/IOBlockStorageDriver.cpp init — faithful */
  override init(properties: OSDictionary | null = null): boolean {
    if (!super.init(properties)) return false
    this.setProperty(keys.kIOBlockStorageDriverStatisticsKey, this.statistics.dictionary)
    return true
  }

  /** @xnu IOStorageFamily/IOBlockStorageDriver.cpp start, handleStart — simplified: media do not change */
  override *start(provider: IOService): KernelThread<boolean> {
    const device = OSDynamicCast(IOBlockStorageDevice, provider)
    if (device === null || !(yield* wait(super.start(provider)))) return false
    this.device = device
    const media = device.reportMediaState()
    if (media.result !== kIOReturnSuccess) {
      const error = this.stringFromReturn(media.result)
      IOLog(`${this.getName()}[IOBlockStorageDriver]::handleStart: err '${error}' from checkForMedia\n`)
      return false
    }
    return media.value ? this.acceptNewMedia(device) : true
  }

  /** @xnu IOStorageFamily/IOBlockStorageDriver.cpp handleOpen — simplified: one client, the medium */
  override handleOpen(_client: IOService, options: number, argument: unknown): boolean {
    const access = argument as number
    const level = access & keys.kIOStorageAccessReaderWriter
    if (level === this.openLevel) return true
    if ((level & keys.kIOStorageAccessWriter) !== 0 && this.isWriteProtected) return false
    const device = this.device
    if (device === null || !device.open(this, options, level)) return false
    this.openLevel = level
    return true
  }

  override handleIsOpen(_client: IOService | null): boolean {
    return this.openLevel !== keys.kIOStorageAccessNone
  }

  override handleClose(_client: IOService, options: number): void {
    this.openLevel = keys.kIOStorageAccessNone
    this.device?.close(this, options)
  }

  override read(
    _client: IOService, byteStart: number, buffer: IOMemoryDescriptor, completion: IOStorageCompletion,
  ): void {
    this.transfer(false, byteStart, buffer, completion)
  }

  override write(
    _client: IOService, byteStart: number, buffer: IOMemoryDescriptor, completion: IOStorageCompletion,
  ): void {
    this.transfer(true, byteStart, buffer, completion)
  }

  override *synchronize(_client: IOService): KernelThread<IOReturn> {
    if (this.openLevel === keys.kIOStorageAccessNone) return kIOReturnNotOpen
    return yield* present(this.device, 'a started driver has a device').doSynchronize()
  }

  override *unmap(_client: IOService, extents: readonly IOStorageExtent[]): KernelThread<IOReturn> {
    if (this.openLevel === keys.kIOStorageAccessNone) return kIOReturnNotOpen
    const { blockBytes } = this
    const aligned = extents.every(
      (extent) => extent.byteStart % blockBytes === 0 && extent.byteCount % blockBytes === 0
    )
    if (!aligned) return kIOReturnNotAligned
    const blocks = extents.map(({ byteStart, byteCount }) => {
      return { byteStart: byteStart / blockBytes, byteCount: byteCount / blockBytes }
    })
    return yield* present(this.device, 'a started driver has a device').doUnmap(blocks)
  }

  /** The counters behind `Statistics`. */
  getStatistics(): TransferStatistics {
    return this.statistics
  }

  getMediaBlockSize(): number {
    return this.blockBytes
  }

  /** Makes the medium object; a subclass may make one of its own class. */
  protected instantiateDesiredMediaObject(): IOMedia {
    return new IOMedia()
  }

  /** @xnu IOStorageFamily/IOBlockStorageDriver.cpp acceptNewMedia, instantiateMediaObject — faithful */
  private acceptNewMedia(device: IOBlockStorageDevice): boolean {
    const [block, last, protection] = [
      device.reportBlockSize(), device.reportMaxValidBlock(), device.reportWriteProtection(),
    ]
    if (block.result !== kIOReturnSuccess || last.result !== kIOReturnSuccess) return false
    this.blockBytes = block.value
    this.blockCount = last.value + 1
    this.isWriteProtected = protection.value
    this.limits = transferLimits(this, this.blockBytes)
    const media = this.instantiateDesiredMediaObject()
    const made = media.initMedia({
      base: 0, size: this.blockBytes * this.blockCount, preferredBlockSize: this.blockBytes,
      isEjectable: device.reportEjectability().value, isRemovable: device.reportRemovability().value,
      isWhole: true, isWritable: !this.isWriteProtected, contentHint: '',
    })
    if (made) this.nameMedia(media, device)
    if (!made || !media.attach(this)) {
      media.release()
      return false
    }
    this.attachToDeviceTree(media)
    media.registerService(kIOServiceAsynchronous)
    this.media = media
    return true
  }

  /** @xnu IOStorageFamily/IOBlockStorageDriver.cpp didTerminate — faithful */
  override didTerminate(provider: IOService, options: number, defer: { value: boolean }): Blocking<boolean> {
    this.decommissionMedia()
    return super.didTerminate(provider, options, defer)
  }

  /**
   * Forgets the medium, unless it is open, and takes it out of the device tree.
   * @xnu IOStorageFamily/IOBlockStorageDriver.cpp decommissionMedia — faithful
   */
  private decommissionMedia(): void {
    const { media } = this
    if (media === null || this.openLevel !== keys.kIOStorageAccessNone) return
    this.media = null
    media.detachAbove(gIODTPlane)
    if (!media.isInactive()) media.terminate()
    media.release()
  }

  private nameMedia(media: IOMedia, device: IOBlockStorageDevice): void {
    const isExternal = this.protocolCharacteristic(
      keys.kIOPropertyPhysicalInterconnectLocationKey,
    ) === keys.kIOPropertyExternalKey
    const fixed = isExternal ? 'External.icns' : 'Internal.icns'
    const picture = device.reportRemovability().value ? 'Removable.icns' : fixed
    const icon = toOSObject(
      { CFBundleIdentifier: 'com.apple.iokit.IOStorageFamily', IOBundleResourceFile: picture },
    )
    media.setProperty(keys.kIOMediaIconKey, icon)
    icon.release()
    const words = [
      device.getVendorString() ?? '', device.getProductString() ?? '', 'Media',
    ].map((word) => word.trim())
    media.setName(words.filter((word) => word !== '').join(' '))
  }

  private protocolCharacteristic(key: string): string | null {
    const table = OSDynamicCast(
      OSDictionary, this.device?.getProperty(keys.kIOPropertyProtocolCharacteristicsKey) ?? null,
    )
    return OSDynamicCast(OSString, table?.getObject(key) ?? null)?.getCStringNoCopy() ?? null
  }

  /**
   * Puts the medium into the device tree below its controller's nub, as `unit:0`, so that it can be booted
   * from.
   */
  private attachToDeviceTree(media: IOMedia): void {
    let unit: number | null = null
    let unitName = ''
    for (let parent = this.getProvider(); parent !== null; parent = parent.getProvider()) {
      unit ??= OSDynamicCast(OSNumber, parent.getProperty('IOUnit'))?.numberValue() ?? null
      if (unitName === '') unitName = OSDynamicCast(
        OSString, parent.getProperty('IOUnitName'),
      )?.getCStringNoCopy() ?? ''
      if (!parent.inPlane(gIODTPlane)) continue
      if (unit === null || parent.getProvider() === null || !media.attachToParent(parent, gIODTPlane)) return
      media.setLocation(`${unit.toString(16)}:0`, gIODTPlane)
      media.setName(unitName, gIODTPlane)
      return
    }
  }

  /**
   * Checks a request, cuts it to what the device carries, and counts it when the last piece is done.
   * @xnu IOStorageFamily/IOBlockStorageDriver.cpp prepareRequest, breakUpRequest, executeRequest —
   * simplified:
   * requests that are not whole blocks are refused with kIOReturnNotAligned, not deblocked
   */
  private transfer(
    isWrite: boolean, byteStart: number, buffer: IOMemoryDescriptor, completion: IOStorageCompletion,
  ): void {
    const size = buffer.getLength()
    const fault = this.requestFault(byteStart, size)
    if (fault !== kIOReturnSuccess) {
      completion(fault, 0)
      return
    }
    const startNs = scheduler().nowNs
    const finish: IOStorageCompletion = (status, actual) => {
      this.statistics.record(isWrite, status === kIOReturnSuccess, actual, scheduler().nowNs - startNs)
      completion(status, actual)
    }
    const most = isWrite ? this.limits.writeBytes : this.limits.readBytes
    if (size <= most) this.execute(buffer, byteStart, finish)
    else this.executePieces({ isWrite, byteStart, buffer, most, done: 0 }, finish)
  }

  private requestFault(byteStart: number, size: number): IOReturn {
    if (this.device === null) return kIOReturnNoMedia
    if (byteStart % this.blockBytes !== 0 || size % this.blockBytes !== 0 || size === 0) {
      return kIOReturnNotAligned
    }
    return byteStart + size > this.blockBytes * this.blockCount ? kIOReturnBadArgument : kIOReturnSuccess
  }

  private execute(buffer: IOMemoryDescriptor, byteStart: number, completion: IOStorageCompletion): void {
    const { blockBytes } = this
    const device = present(this.device, 'a started driver has a device')
    const result = device.doAsyncReadWrite(
      buffer, byteStart / blockBytes, buffer.getLength() / blockBytes, completion,
    )
    if (result !== kIOReturnSuccess) completion(result, 0)
  }

  private executePieces(request: PieceRequest, finish: IOStorageCompletion): void {
    const { isWrite, byteStart, buffer, most, done } = request
    const size = Math.min(most, buffer.getLength() - done)
    const direction = isWrite ? kIODirectionOut : kIODirectionIn
    const piece = IOSubMemoryDescriptor.withSubRange(buffer, done, size, direction)
    if (piece === null) {
      finish(kIOReturnNoMemory, done)
      return
    }
    this.execute(piece, byteStart + done, (status, actual) => {
      piece.release()
      const moved = done + actual
      if (status !== kIOReturnSuccess || moved >= buffer.getLength()) finish(status, moved)
      else this.executePieces({ ...request, done: moved }, finish)
    })
  }

  override free(): void {
    this.media?.release()
    this.media = null
    this.statistics.dictionary.release()
    super.free()
  }
}

interface PieceRequest {
  readonly isWrite: boolean
  readonly byteStart: number
  readonly buffer: IOMemoryDescriptor
  readonly most: number
  readonly done: number
}
