/** Result of an I/O Kit call: an unsigned 32-bit Mach error word (system, subsystem, code). */
export type IOReturn = number

export const sys_iokit = 0xe0000000
export const sys_libkern = 0xdc000000

export const kIOReturnSuccess = 0
export const kIOReturnError = 0xe00002bc
export const kIOReturnNoMemory = 0xe00002bd
export const kIOReturnNoResources = 0xe00002be
export const kIOReturnIPCError = 0xe00002bf
export const kIOReturnNoDevice = 0xe00002c0
export const kIOReturnNotPrivileged = 0xe00002c1
export const kIOReturnBadArgument = 0xe00002c2
export const kIOReturnLockedRead = 0xe00002c3
export const kIOReturnLockedWrite = 0xe00002c4
export const kIOReturnExclusiveAccess = 0xe00002c5
export const kIOReturnBadMessageID = 0xe00002c6
export const kIOReturnUnsupported = 0xe00002c7
export const kIOReturnVMError = 0xe00002c8
export const kIOReturnInternalError = 0xe00002c9
export const kIOReturnIOError = 0xe00002ca
export const kIOReturnCannotLock = 0xe00002cc
export const kIOReturnNotOpen = 0xe00002cd
export const kIOReturnNotReadable = 0xe00002ce
export const kIOReturnNotWritable = 0xe00002cf
export const kIOReturnNotAligned = 0xe00002d0
export const kIOReturnBadMedia = 0xe00002d1
export const kIOReturnStillOpen = 0xe00002d2
export const kIOReturnRLDError = 0xe00002d3
export const kIOReturnDMAError = 0xe00002d4
export const kIOReturnBusy = 0xe00002d5
export const kIOReturnTimeout = 0xe00002d6
export const kIOReturnOffline = 0xe00002d7
export const kIOReturnNotReady = 0xe00002d8
export const kIOReturnNotAttached = 0xe00002d9
export const kIOReturnNoChannels = 0xe00002da
export const kIOReturnNoSpace = 0xe00002db
export const kIOReturnPortExists = 0xe00002dd
export const kIOReturnCannotWire = 0xe00002de
export const kIOReturnNoInterrupt = 0xe00002df
export const kIOReturnNoFrames = 0xe00002e0
export const kIOReturnMessageTooLarge = 0xe00002e1
export const kIOReturnNotPermitted = 0xe00002e2
export const kIOReturnNoPower = 0xe00002e3
export const kIOReturnNoMedia = 0xe00002e4
export const kIOReturnUnformattedMedia = 0xe00002e5
export const kIOReturnUnsupportedMode = 0xe00002e6
export const kIOReturnUnderrun = 0xe00002e7
export const kIOReturnOverrun = 0xe00002e8
export const kIOReturnDeviceError = 0xe00002e9
export const kIOReturnNoCompletion = 0xe00002ea
export const kIOReturnAborted = 0xe00002eb
export const kIOReturnNoBandwidth = 0xe00002ec
export const kIOReturnNotResponding = 0xe00002ed
export const kIOReturnNotFound = 0xe00002f0
export const kIOReturnInvalid = 0xe0000001
export const kIOReturnIsoTooOld = 0xe00002ee
export const kIOReturnIsoTooNew = 0xe00002ef

/** Subsystem numbers inside `sys_iokit`, shifted into place. */
export const sub_iokit_common = 0 << 14
export const sub_iokit_usb = 1 << 14
export const sub_iokit_firewire = 2 << 14
export const sub_iokit_block_storage = 4 << 14
export const sub_iokit_graphics = 5 << 14
export const sub_iokit_networking = 6 << 14
export const sub_iokit_bluetooth = 8 << 14
export const sub_iokit_pmu = 9 << 14
export const sub_iokit_acpi = 10 << 14
export const sub_iokit_smbus = 11 << 14
export const sub_iokit_ahci = 12 << 14
export const sub_iokit_powermanagement = 13 << 14
export const sub_iokit_hidsystem = 14 << 14
export const sub_iokit_scsi = 16 << 14
export const sub_iokit_usbaudio = 17 << 14
export const sub_iokit_nvme = 28 << 14
export const sub_iokit_thunderbolt = 29 << 14
export const sub_iokit_vendor_specific = 0xffe << 14

/** The I/O Kit error word of a subsystem and a 14-bit code. */
export function iokit_family_err(subsystem: number, code: number): IOReturn {
  return (sys_iokit | subsystem | code) >>> 0
}

export const kOSReturnSuccess = 0
export const kOSReturnError = 0xdc000001

export const kOSMetaClassInternal = 0xdc004001
export const kOSMetaClassHasInstances = 0xdc004002
export const kOSMetaClassNoInit = 0xdc004003
export const kOSMetaClassNoTempData = 0xdc004004
export const kOSMetaClassNoDicts = 0xdc004005
export const kOSMetaClassNoKModSet = 0xdc004006
export const kOSMetaClassNoInsKModSet = 0xdc004007
export const kOSMetaClassNoSuper = 0xdc004008
export const kOSMetaClassInstNoSuper = 0xdc004009
export const kOSMetaClassDuplicateClass = 0xdc00400a
export const kOSMetaClassNoKext = 0xdc00400b

export const kOSKextReturnInternalError = 0xdc008001
export const kOSKextReturnNoMemory = 0xdc008002
export const kOSKextReturnNoResources = 0xdc008003
export const kOSKextReturnNotPrivileged = 0xdc008004
export const kOSKextReturnInvalidArgument = 0xdc008005
export const kOSKextReturnNotFound = 0xdc008006
export const kOSKextReturnBadData = 0xdc008007
export const kOSKextReturnSerialization = 0xdc008008
export const kOSKextReturnUnsupported = 0xdc008009
export const kOSKextReturnDisabled = 0xdc00800a
export const kOSKextReturnNotAKext = 0xdc00800b
export const kOSKextReturnValidation = 0xdc00800c
export const kOSKextReturnAuthentication = 0xdc00800d
export const kOSKextReturnDependencies = 0xdc00800e
export const kOSKextReturnArchNotFound = 0xdc00800f
export const kOSKextReturnCache = 0xdc008010
export const kOSKextReturnDeferred = 0xdc008011
export const kOSKextReturnBootLevel = 0xdc008012
export const kOSKextReturnNotLoadable = 0xdc008013
export const kOSKextReturnLoadedVersionDiffers = 0xdc008014
export const kOSKextReturnDependencyLoadError = 0xdc008015
export const kOSKextReturnLinkError = 0xdc008016
export const kOSKextReturnStartStopError = 0xdc008017
export const kOSKextReturnInUse = 0xdc008018
export const kOSKextReturnTimeout = 0xdc008019
export const kOSKextReturnStopping = 0xdc00801a
export const kOSKextReturnSystemPolicy = 0xdc00801b
export const kOSKextReturnKCLoadFailure = 0xdc00801c
export const kOSKextReturnKCLoadFailureSystemKC = 0xdc00801d
export const kOSKextReturnKCLoadFailureAuxKC = 0xdc00801e
