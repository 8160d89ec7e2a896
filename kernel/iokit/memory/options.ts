/** Directions of a transfer, seen from memory. @xnu iokit/IOKit/IOMemoryDescriptor.h — faithful */
export const kIODirectionNone = 0
export const kIODirectionIn = 1
export const kIODirectionOut = 2
export const kIODirectionInOut = 3
export const kIODirectionOutIn = kIODirectionInOut
export type IODirection = 0 | 1 | 2 | 3

/** Options that go with a direction into `prepare` and `complete`. */
export const kIODirectionPrepareToPhys32 = 0x4
export const kIODirectionPrepareNoFault = 0x8
export const kIODirectionPrepareNoZeroFill = 0x10
export const kIODirectionPrepareNonCoherent = 0x20
export const kIODirectionCompleteWithError = 0x40
export const kIODirectionCompleteWithDataValid = 0x80
export const kIODirectionPrepareAvoidThrottling = 0x100

/** Options of descriptors; the low three bits are the direction. */
export const kIOMemoryDirectionMask = 0x7
export const kIOMemoryAutoPrepare = 0x8
export const kIOMemoryTypeVirtual = 0x10
export const kIOMemoryTypePhysical = 0x20
export const kIOMemoryTypeUPL = 0x30
export const kIOMemoryTypePersistentMD = 0x40
export const kIOMemoryTypeUIO = 0x50
export const kIOMemoryTypeVirtual64 = kIOMemoryTypeVirtual
export const kIOMemoryTypePhysical64 = kIOMemoryTypePhysical
export const kIOMemoryTypeMask = 0xf0
export const kIOMemoryAsReference = 0x100
export const kIOMemoryBufferPageable = 0x400
export const kIOMemoryMapperNone = 0x800
export const kIOMemoryHostOnly = 0x1000
export const kIOMemoryRedirected = 0x4000
export const kIOMemoryPreparedReadOnly = 0x8000
export const kIOMemoryPersistent = 0x10000
export const kIOMemoryMapCopyOnWrite = 0x20000
export const kIOMemoryRemote = 0x40000
export const kIOMemoryThreadSafe = 0x100000
export const kIOMemoryClearEncrypt = 0x200000
export const kIOMemoryUseReserve = 0x800000
export const kIOMemoryBufferPurgeable = 0x400000
export const kIOMemoryBufferCacheMask = 0x70000000
export const kIOMemoryBufferCacheShift = 28

/** Options of mappings. @xnu iokit/IOKit/IOTypes.h — faithful */
export const kIOMapAnywhere = 0x1
export const kIOMapCacheMask = 0xf00
export const kIOMapCacheShift = 8
export const kIOMapDefaultCache = 0
export const kIOMapInhibitCache = 0x100
export const kIOMapWriteThruCache = 0x200
export const kIOMapCopybackCache = 0x300
export const kIOMapWriteCombineCache = 0x400
export const kIOMapCopybackInnerCache = 0x500
export const kIOMapPostedWrite = 0x600
export const kIOMapRealTimeCache = 0x700
export const kIOMapPostedReordered = 0x800
export const kIOMapPostedCombinedReordered = 0x900
export const kIOMapUserOptionsMask = 0xfff
export const kIOMapReadOnly = 0x1000
export const kIOMapStatic = 0x1000000
export const kIOMapReference = 0x2000000
export const kIOMapUnique = 0x4000000
export const kIOMap64Bit = 0x8000000
export const kIOMapPrefault = 0x10000000
export const kIOMapOverwrite = 0x20000000
export const kIOMapGuardedSmall = 0x40000000
export const kIOMapGuardedLarge = 0x80000000
export const kIOMapGuardSizeLarge = 65536

/** Cache modes as descriptors store them. */
export const kIODefaultCache = 0
export const kIOInhibitCache = 1
export const kIOWriteThruCache = 2
export const kIOCopybackCache = 3
export const kIOWriteCombineCache = 4

/** Options of buffers. @xnu iokit/IOKit/IOBufferMemoryDescriptor.h — faithful */
export const kIOMemoryPhysicallyContiguous = 0x10
export const kIOMemoryPageable = 0x20
export const kIOMemoryPurgeable = 0x40
export const kIOMemoryHostPhysicallyContiguous = 0x80
export const kIOMemoryUnshared = 0
export const kIOMemoryKernelUserShared = 0x10000
export const kIOMemorySharingTypeMask = 0x10000

/** What `setPurgeable` takes and answers. */
export const kIOMemoryPurgeableKeepCurrent = 1
export const kIOMemoryPurgeableNonVolatile = 2
export const kIOMemoryPurgeableVolatile = 3
export const kIOMemoryPurgeableEmpty = 4

/** What `performOperation` takes. */
export const kIOMemoryIncoherentIOFlush = 1
export const kIOMemoryIncoherentIOStore = 2
export const kIOMemoryClearEncrypted = 50
export const kIOMemorySetEncrypted = 51

/** What `getPreparationID` answers instead of an identifier. */
export const kIOPreparationIDUnprepared = 0
export const kIOPreparationIDUnsupported = 1

/** What a mapper is told of a transfer. @xnu iokit/IOKit/IOMemoryDescriptor.h kIODMAMap — faithful */
export const kIODMAMapReadAccess = 0x1
export const kIODMAMapWriteAccess = 0x2
export const kIODMAMapPhysicallyContiguous = 0x10
export const kIODMAMapDeviceMemory = 0x20
export const kIODMAMapPagingPath = 0x40
export const kIODMAMapIdentityMap = 0x80
export const kIODMAMapPageListFullyOccupied = 0x100
export const kIODMAMapFixedAddress = 0x200
