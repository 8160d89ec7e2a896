/**
 * `com.apple.kpi.iokit`: what a kext may use of the I/O Kit. Classes and functions are the kernel's own, so
 * that their comments say in which context they may be called, who owns what, which errors come and where
 * the original stands. Types may be imported of everything that a signature names.
 */
import { scheduler } from '../../sim/index.ts'

export * from './constants.ts'
export type * from '../../iokit/index.ts'
export {
  IOBigMemoryCursor, IOBufferMemoryDescriptor, IOCPU, IOCPUInterruptController, IOCatalogue, IOCommand,
  IOCommandGate, IOCommandPool, IODMACommand, IODTNVRAM, IODTNVRAMVariables, IODTPlatformExpert,
  IODataQueue, IODataQueueDispatchSource, IODeviceMemory, IOEventSource, IOFilterInterruptEventSource,
  IOGeneralMemoryDescriptor, IOGuardPageMemoryDescriptor, IOHistogramReporter,
  IOInterleavedMemoryDescriptor, IOInterruptController,
  IOInterruptEventSource, IOLittleMemoryCursor, IOMapper, IOMemoryCursor, IOMemoryDescriptor, IOMemoryMap,
  IOMultiMemoryDescriptor, IONaturalMemoryCursor, IONotifier, IOPCIMessagedInterruptController,
  IOPMrootDomain, IOPlatformDevice, IOPlatformExpert, IOPlatformExpertDevice, IOPowerConnection,
  IORangeAllocator, IORegistryEntry, IORegistryIterator, IOReportLegend, IOReporter, IOResources, IOService,
  IOSharedDataQueue, IOSharedInterruptController, IOSimpleReporter, IOStateReporter, IOSubMemoryDescriptor,
  IOTimerEventSource, IOUserClient, IOUserClient2022, IOUserResources, IOWorkLoop,
} from '../../iokit/index.ts'
export {
  IOCurrentTaskHasEntitlement, IOFreePageable, IOMallocPageable, IOTaskHasEntitlement,
  clientHasAuthorization, clientHasPrivilege, copyClientEntitlement, getPlatform, releaseAsyncReference64,
  releaseNotificationPort, sendAsyncResult64, sendAsyncResult64WithOptions, setAsyncReference64,
  OutputBig32, OutputBig64, OutputHost32, OutputHost64, OutputLittle32, OutputLittle64, segmentOptions,
} from '../../iokit/index.ts'
export {
  gIODTPlane, gIOInterruptControllersKey, gIOInterruptSpecifiersKey, gIOMapperIDKey,
  gIOPlatformInterruptControllerName, gIOPowerPlane, gIOServicePlane, kActive, kBypassed,
  kForceDoubleBuffer, kIOCPUStateRunning, kIOCPUStateStopped, kIOCPUStateUninitalized,
  kIOCPUStateUnregistered, kIOCopybackCache, kIODMAMapDeviceMemory, kIODMAMapFixedAddress,
  kIODMAMapIdentityMap, kIODMAMapPageListFullyOccupied, kIODMAMapPagingPath, kIODMAMapPhysicallyContiguous,
  kIODMAMapReadAccess, kIODMAMapWriteAccess, kIODefaultCache, kIODirectionCompleteWithDataValid,
  kIODirectionCompleteWithError, kIODirectionIn, kIODirectionInOut, kIODirectionNone, kIODirectionOut,
  kIODirectionOutIn, kIODirectionPrepareAvoidThrottling, kIODirectionPrepareNoFault,
  kIODirectionPrepareNoZeroFill, kIODirectionPrepareNonCoherent, kIODirectionPrepareToPhys32,
  kIOInhibitCache, kIOInterruptTypeEdge, kIOInterruptTypeLevel, kIOInterruptTypeMessage, kIOLogAttach,
  kIOLogCatalogue, kIOLogConfig, kIOLogDTree, kIOLogDebugPower, kIOLogKextMemory, kIOLogMapping,
  kIOLogMatch, kIOLogMemory, kIOLogPMRootDomain, kIOLogPower, kIOLogProbe, kIOLogRegister,
  kIOLogServiceTree, kIOLogStart, kIOLogTracePower, kIOLogYield, kIOMap64Bit, kIOMapAnywhere,
  kIOMapCacheMask, kIOMapCacheShift, kIOMapCopybackCache, kIOMapCopybackInnerCache, kIOMapDefaultCache,
  kIOMapGuardSizeLarge, kIOMapGuardedLarge, kIOMapGuardedSmall, kIOMapInhibitCache, kIOMapOverwrite,
  kIOMapPostedCombinedReordered, kIOMapPostedReordered, kIOMapPostedWrite, kIOMapPrefault, kIOMapReadOnly,
  kIOMapRealTimeCache, kIOMapReference, kIOMapStatic, kIOMapUnique, kIOMapUserOptionsMask,
  kIOMapWriteCombineCache, kIOMapWriteThruCache, kIOMemoryAsReference, kIOMemoryAutoPrepare,
  kIOMemoryBufferCacheMask, kIOMemoryBufferCacheShift, kIOMemoryBufferPageable, kIOMemoryBufferPurgeable,
  kIOMemoryClearEncrypt, kIOMemoryClearEncrypted, kIOMemoryDirectionMask, kIOMemoryHostOnly,
  kIOMemoryHostPhysicallyContiguous, kIOMemoryIncoherentIOFlush, kIOMemoryIncoherentIOStore,
  kIOMemoryKernelUserShared, kIOMemoryMapCopyOnWrite, kIOMemoryMapperNone, kIOMemoryPageable,
  kIOMemoryPersistent, kIOMemoryPhysicallyContiguous, kIOMemoryPreparedReadOnly, kIOMemoryPurgeable,
  kIOMemoryPurgeableEmpty, kIOMemoryPurgeableKeepCurrent, kIOMemoryPurgeableNonVolatile,
  kIOMemoryPurgeableVolatile, kIOMemoryRedirected, kIOMemoryRemote, kIOMemorySetEncrypted,
  kIOMemorySharingTypeMask, kIOMemoryThreadSafe, kIOMemoryTypeMask, kIOMemoryTypePersistentMD,
  kIOMemoryTypePhysical, kIOMemoryTypePhysical64, kIOMemoryTypeUIO, kIOMemoryTypeUPL, kIOMemoryTypeVirtual,
  kIOMemoryTypeVirtual64, kIOMemoryUnshared, kIOMemoryUseReserve, kIOPreparationIDUnprepared,
  kIOPreparationIDUnsupported, kIORegistryIterateParents, kIORegistryIterateRecursively,
  kIOReportCategoryDebug, kIOReportCategoryField, kIOReportCategoryPerformance, kIOReportCategoryPeripheral,
  kIOReportCategoryPower, kIOReportCategoryTraffic, kIOReportCopyChannelData, kIOReportDisable,
  kIOReportEnable, kIOReportFormatHistogram, kIOReportFormatSimple, kIOReportFormatSimpleArray,
  kIOReportFormatState, kIOReportGetDimensions, kIOReportInvalidCategory, kIOReportInvalidFormat,
  kIOReportInvalidIntValue, kIOReportLegendChannelsKey, kIOReportLegendConfigKey,
  kIOReportLegendGroupNameKey, kIOReportLegendInfoKey, kIOReportLegendKey, kIOReportLegendPublicKey,
  kIOReportLegendSubGroupNameKey, kIOReportLegendUnitKey, kIOReportNotifyHubOnChange,
  kIOReportTraceChannelData, kIOReportTraceOnChange, kIOReportUnit1GHzTicks, kIOReportUnit24MHzTicks,
  kIOReportUnitBits, kIOReportUnitBytes, kIOReportUnitEvents, kIOReportUnitHWTicks, kIOReportUnitInstrs,
  kIOReportUnitNone, kIOReportUnitPackets, kIOReportUnit_GiB, kIOReportUnit_J, kIOReportUnit_KiB,
  kIOReportUnit_MiB, kIOReportUnit_TiB, kIOReportUnit_mJ, kIOReportUnit_ms, kIOReportUnit_nJ,
  kIOReportUnit_ns, kIOReportUnit_pJ, kIOReportUnit_s, kIOReportUnit_uJ, kIOReportUnit_us,
  kIOTimeOptionsContinuous, kIOTimeOptionsWithLeeway, kIOTimerEventSourceOptionsAllowReenter,
  kIOTimerEventSourceOptionsDefault, kIOTimerEventSourceOptionsPriorityHigh,
  kIOTimerEventSourceOptionsPriorityKernel, kIOTimerEventSourceOptionsPriorityKernelHigh,
  kIOTimerEventSourceOptionsPriorityLow, kIOTimerEventSourceOptionsPriorityMask,
  kIOTimerEventSourceOptionsPriorityUser, kIOTimerEventSourceOptionsPriorityWorkLoop, kIOUCForegroundOnly,
  kIOUCScalarIScalarO, kIOUCScalarIStructI, kIOUCScalarIStructO, kIOUCStructIStructO,
  kIOUCVariableStructureSize, kIOUserNotifyOptionCanDrop, kIOWaitQuietBeforeRoot,
  kIOWaitQuietPanicOnFailure, kIOWaitQuietPanics, kIOWriteCombineCache, kIOWriteThruCache, kIterateOnly,
  kMapped, kNoCacheStore, kNonCoherent, kOSLogRegistryMods, kOSRegistryModsMode, kOnChip, kPassive,
  kPreciousStack, kTimeLockPanics, kUnmapped,
} from '../../iokit/index.ts'
export { IOLog, IOSleep, type Task } from '../../mach/index.ts'
export {
  THREAD_AWAKENED, THREAD_INTERRUPTED, THREAD_RESTART, THREAD_TIMED_OUT, wait,
  type Blocking, type KernelThread,
} from '../../sim/index.ts'

/** Spends virtual processor time. Any context. @xnu iokit/Kernel/IOLib.cpp IODelay — faithful */
export function IODelay(microseconds: number): void {
  scheduler().charge(microseconds * 1000)
}
