import { kIOReturnSuccess } from '../../../abi/index.ts'
import {
  IOBufferMemoryDescriptor, type IOService, kIODirectionIn, kIOServiceAsynchronous,
} from '../../../iokit/index.ts'
import { defineMetaClass, OSNumber, type OSMetaClass } from '../../../libkern/index.ts'
import { wait, type Blocking, type KernelThread } from '../../../sim/index.ts'
import * as keys from '../keys.ts'
import { isProtectiveMap, parseGuidEntries, parseGuidHeader, type GuidPartition } from './guidPartitionMap.ts'
import { IOMedia } from './IOMedia.ts'
import { IOPartitionScheme } from './IOPartitionScheme.ts'

/** Reads a GUID partition table off the medium and publishes its partitions. */
export class IOGUIDPartitionScheme extends IOPartitionScheme {
  static override readonly metaClass: OSMetaClass =
    defineMetaClass('IOGUIDPartitionScheme', IOGUIDPartitionScheme, IOPartitionScheme)

  private partitions: IOMedia[] = []

  /**
   * Reads the table; without a valid one there is nothing to drive.
   * @xnu IOGUIDPartitionScheme.cpp probe — faithful
   */
  override *probe(provider: IOService, score: { value: number }): KernelThread<IOService | null> {
    if ((yield* wait(super.probe(provider, score))) === null) return null
    const found = yield* this.scan()
    if (found === null) return null
    this.partitions = found
    return this
  }

  /** @xnu IOStorageFamily/IOGUIDPartitionScheme.cpp start — faithful */
  override *start(provider: IOService): KernelThread<boolean> {
    if (!(yield* wait(super.start(provider)))) return false
    for (const partition of this.partitions) {
      if (!partition.attach(this)) continue
      this.attachMediaObjectToDeviceTree(partition)
      partition.registerService(kIOServiceAsynchronous)
    }
    return true
  }

  /** @xnu IOStorageFamily/IOGUIDPartitionScheme.cpp stop — faithful */
  override stop(provider: IOService): Blocking<void> {
    for (const partition of this.partitions) this.detachMediaObjectFromDeviceTree(partition)
    return super.stop(provider)
  }

  override free(): void {
    for (const partition of this.partitions) partition.release()
    this.partitions = []
    super.free()
  }

  /** Makes the medium of one partition; a subclass may make one of its own class. */
  protected instantiateDesiredMediaObject(): IOMedia {
    return new IOMedia()
  }

  /**
   * @xnu IOStorageFamily/IOGUIDPartitionScheme.cpp scan — simplified: the backup table is not tried, as in
   * Apple's
   */
  private *scan(): KernelThread<IOMedia[] | null> {
    const { media } = this
    if (media === null || !media.isFormatted()) return null
    if (!media.open(this, 0, keys.kIOStorageAccessReader)) return null
    const partitions = yield* this.readPartitions(media)
    media.close(this)
    if (partitions === null) return null
    const usable = partitions.filter((partition) => isUsable(partition, media))
    return usable.map((partition) => this.instantiateMediaObject(partition, media))
  }

  private *readPartitions(media: IOMedia): KernelThread<GuidPartition[] | null> {
    const blockBytes = media.getPreferredBlockSize()
    const first = yield* this.readBytes(media, 0, blockBytes)
    if (first === null || !isProtectiveMap(first)) return null
    const second = yield* this.readBytes(media, blockBytes, blockBytes)
    const header = second === null ? null : parseGuidHeader(second)
    if (header === null) return null
    this.setProperty(keys.kIOGUIDPartitionSchemeUUIDKey, header.diskId)
    const size = Math.ceil((header.entryCount * header.entryBytes) / blockBytes) * blockBytes
    if (size === 0) return null
    const table = yield* this.readBytes(media, header.entriesBlock * blockBytes, size)
    return table === null ? null : parseGuidEntries(header, table)
  }

  private *readBytes(media: IOMedia, offset: number, size: number): KernelThread<Uint8Array | null> {
    const buffer = IOBufferMemoryDescriptor.withCapacity(size, kIODirectionIn)
    if (buffer === null) return null
    const { status } = yield* media.readSync(this, offset, buffer)
    const bytes = new Uint8Array(size)
    if (status === kIOReturnSuccess) buffer.readBytes(0, bytes)
    buffer.release()
    return status === kIOReturnSuccess ? bytes : null
  }

  /** @xnu IOStorageFamily/IOGUIDPartitionScheme.cpp instantiateMediaObject — faithful */
  private instantiateMediaObject(partition: GuidPartition, media: IOMedia): IOMedia {
    const blockBytes = media.getPreferredBlockSize()
    const base = partition.firstBlock * blockBytes
    const made = this.instantiateDesiredMediaObject()
    const { isEjectable, isRemovable, isWritable } = media.getGeometry()
    made.initMedia({
      base, size: (
        partition.lastBlock - partition.firstBlock + 1
      ) * blockBytes, preferredBlockSize: blockBytes,
      isEjectable, isRemovable, isWritable, isWhole: false, contentHint: partition.type,
    })
    made.setName(partition.name === '' ? `Untitled ${partition.id}` : partition.name)
    made.setLocation(String(partition.id))
    setNumber(made, keys.kIOMediaBaseKey, base, 64)
    setNumber(made, keys.kIOMediaPartitionIDKey, partition.id, 32)
    made.setProperty(keys.kIOMediaUUIDKey, partition.uniqueId)
    setNumber(made, keys.kIOMediaGPTPartitionAttributesKey, partition.attributes, 64)
    return made
  }
}

/** A partition that is more than a placeholder and lies inside the medium. */
function isUsable(partition: GuidPartition, media: IOMedia): boolean {
  if (partition.firstBlock === partition.lastBlock) return false
  return (partition.lastBlock + 1) * media.getPreferredBlockSize() <= media.getSize()
}

function setNumber(media: IOMedia, key: string, value: number | bigint, bits: number): void {
  const number = OSNumber.withNumber(value, bits)
  media.setProperty(key, number)
  number.release()
}
