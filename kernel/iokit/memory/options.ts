/** Directions of a transfer, seen from memory. */
export const kIODirectionNone = 0
export const kIODirectionIn = 1
export const kIODirectionOut = 2
export const kIODirectionInOut = 3
export type IODirection = 0 | 1 | 2 | 3

/** Options of mappings. */
export const kIOMapAnywhere = 0x1
export const kIOMapCacheMask = 0xf00
export const kIOMapCacheShift = 8
export const kIOMapDefaultCache = 0
export const kIOMapInhibitCache = 0x100
export const kIOMapWriteThruCache = 0x200
export const kIOMapCopybackCache = 0x300
export const kIOMapWriteCombineCache = 0x400
export const kIOMapReadOnly = 0x1000

/** Options of buffers. */
export const kIOMemoryPhysicallyContiguous = 0x10
export const kIOMemoryPageable = 0x20
export const kIOMemoryHostPhysicallyContiguous = 0x80
export const kIOMemoryKernelUserShared = 0x10000
export const kIOMemoryMapperNone = 0x800
