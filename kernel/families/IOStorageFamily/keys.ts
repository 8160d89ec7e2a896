/** Property keys and values of the storage family, spelled as Apple's headers spell them. */
export const kIOMediaContentKey = 'Content'
export const kIOMediaContentHintKey = 'Content Hint'
export const kIOMediaContentMaskKey = 'Content Mask'
export const kIOMediaEjectableKey = 'Ejectable'
export const kIOMediaLeafKey = 'Leaf'
export const kIOMediaOpenKey = 'Open'
export const kIOMediaPreferredBlockSizeKey = 'Preferred Block Size'
export const kIOMediaRemovableKey = 'Removable'
export const kIOMediaSizeKey = 'Size'
export const kIOMediaUUIDKey = 'UUID'
export const kIOMediaWholeKey = 'Whole'
export const kIOMediaWritableKey = 'Writable'
export const kIOMediaBaseKey = 'Base'
export const kIOMediaPartitionIDKey = 'Partition ID'
export const kIOMediaGPTPartitionAttributesKey = 'GPT Attributes'
export const kIOMediaIconKey = 'IOMediaIcon'
export const kIOGUIDPartitionSchemeUUIDKey = 'UUID'

export const kIOStorageCategory = 'IOStorage'
export const kIOStorageFeaturesKey = 'IOStorageFeatures'
export const kIOBlockStorageDeviceTypeKey = 'device-type'
export const kIOBlockStorageDeviceTypeGeneric = 'Generic'
export const kIOBlockStorageDriverStatisticsKey = 'Statistics'

export const kIOPropertyDeviceCharacteristicsKey = 'Device Characteristics'
export const kIOPropertyProtocolCharacteristicsKey = 'Protocol Characteristics'
export const kIOPropertyPhysicalInterconnectTypeKey = 'Physical Interconnect'
export const kIOPropertyPhysicalInterconnectLocationKey = 'Physical Interconnect Location'
export const kIOPropertyMediumTypeKey = 'Medium Type'
export const kIOPropertyMediumTypeSolidStateKey = 'Solid State'
export const kIOPropertyInternalKey = 'Internal'
export const kIOPropertyExternalKey = 'External'
export const kIOPropertyVendorNameKey = 'Vendor Name'
export const kIOPropertyProductNameKey = 'Product Name'
export const kIOPropertyProductRevisionLevelKey = 'Product Revision Level'
export const kIOPropertyProductSerialNumberKey = 'Serial Number'
export const kIOPropertyLogicalBlockSizeKey = 'Logical Block Size'
export const kIOPropertyPhysicalBlockSizeKey = 'Physical Block Size'

export const kIOMaximumBlockCountReadKey = 'IOMaximumBlockCountRead'
export const kIOMaximumBlockCountWriteKey = 'IOMaximumBlockCountWrite'
export const kIOMaximumByteCountReadKey = 'IOMaximumByteCountRead'
export const kIOMaximumByteCountWriteKey = 'IOMaximumByteCountWrite'
export const kIOMaximumSegmentCountReadKey = 'IOMaximumSegmentCountRead'
export const kIOMaximumSegmentCountWriteKey = 'IOMaximumSegmentCountWrite'
export const kIOMaximumSegmentByteCountReadKey = 'IOMaximumSegmentByteCountRead'
export const kIOMaximumSegmentByteCountWriteKey = 'IOMaximumSegmentByteCountWrite'
export const kIOMinimumSegmentAlignmentByteCountKey = 'IOMinimumSegmentAlignmentByteCount'
export const kIOCommandPoolSizeKey = 'IOCommandPoolSize'

/** Levels of access to a storage object: `open`'s argument. */
export const kIOStorageAccessNone = 0x00
export const kIOStorageAccessReader = 0x01
export const kIOStorageAccessReaderWriter = 0x03
export const kIOStorageAccessSharedLock = 0x04
export const kIOStorageAccessExclusiveLock = 0x08
export const kIOStorageAccessInvalid = 0x0d
export const kIOStorageAccessWriter = 0x02
