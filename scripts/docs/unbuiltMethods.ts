/** Public methods of the original's headers that have no counterpart here, and why: rows of docs/fidelity.md. */
export interface UnbuiltMethods {
  readonly className: string
  /** Header in the original's sources. */
  readonly header: string
  readonly why: string
  readonly methods: string
}

const POWER = 'power management is not built yet'
const EXCLAVES = 'there are no exclaves'
const BLOCKS = 'drivers here give functions; there are no blocks'
const INTERNAL = 'used between the original\'s own parts only'

export const UNBUILT: readonly UnbuiltMethods[] = [
  {
    className: 'IOService', header: 'iokit/IOKit/IOService.h', why: POWER,
    methods: `PM_Clamp_Timer_Expired PM_idle_timer_expiration PMinit PMstop acknowledgePowerChange acknowledgeSetPowerState
      activityTickle addPowerChild allowPowerChange askChangeDown assertPMDriverCall cancelIdlePowerDown
      cancelIdlePowerDownSync cancelPowerChange changePowerStateForRootDomain changePowerStateTo changePowerStateToPriv
      changePowerStateWithOverrideTo changePowerStateWithTagTo changePowerStateWithTagToPriv clampPowerOn command_received
      currentCapability currentPowerConsumption deRegisterInterestedDriver deassertPMDriverCall didYouWakeSystem
      getAggressiveness getBlockingDriverCall getIOPMWorkloop getPMRootDomain getPMworkloop getPowerState
      getPowerStateForClient get_watchdog_elapsed_time idleTimerExpired initialPowerStateForDomainState joinPMtree
      makeUsable maxCapabilityForDomainState newTemperature nextIdleTimeout powerChangeDone powerOverrideOffPriv
      powerOverrideOnPriv powerStateDidChangeTo powerStateForDomainState powerStateWillChangeTo publishPMRootDomain
      quiescePowerTree registerInterestedDriver registerPowerDriver removePowerChild requestPowerDomainState
      requireMaxBusStall requireMaxInterruptDelay reset_watchdog_timer setAdvisoryTickleEnable setAggressiveness
      setIdleTimerPeriod setIgnoreIdleTimer setPMRootDomain setPowerParent setPowerState settleTimerExpired
      start_PM_idle_timer start_watchdog_timer stop_watchdog_timer synchronizePowerTree systemWake systemWillShutdown
      tellChangeDown tellChangeUp tellNoChangeDown temperatureCriticalForZone temporaryPowerClampOn willShutdown youAreRoot`,
  },
  {
    className: 'IOService', header: 'iokit/IOKit/IOService.h', why: EXCLAVES,
    methods: `exclaveAsyncNotificationRegister exclaveAsyncNotificationSignal exclaveEnableInterrupt exclaveEnableTimer
      exclaveEndpoint exclaveInterruptOccurred exclaveRegisterANEUpcallSetPowerState exclaveRegisterANEUpcallWorkBegin
      exclaveRegisterANEUpcallWorkEnd exclaveRegisterANEUpcallWorkSubmit exclaveRegisterInterrupt exclaveRegisterTimer
      exclaveRemoveInterrupt exclaveRemoveTimer exclaveStart exclaveTimerCancelTimeout exclaveTimerFired
      exclaveTimerSetTimeout`,
  },
  {
    className: 'IOService', header: 'iokit/IOKit/IOService.h', why: INTERNAL,
    methods: `CopyProperties_Local catalogNewDrivers consoleLockTimer cpusRunning getAuthorizationID getClientWithCategory
      hasUserServer isLockedForArbitration machPortHoldDestroy registerInterestForNotifier resetRematchProperties
      setAuthorizationID setMachPortHoldDestroy updateConsoleUsers userSpaceDidReboot userSpaceWillReboot
      waitForMatchingServiceWithToken`,
  },
  {
    className: 'IOService', header: 'iokit/IOKit/IOService.h', why: BLOCKS, methods: 'registerInterruptBlock',
  },
  {
    className: 'IORegistryEntry', header: 'iokit/IOKit/IORegistryEntry.h', why: INTERNAL,
    methods: 'dealiasPath',
  },
  { className: 'IORegistryEntry', header: 'iokit/IOKit/IORegistryEntry.h', why: BLOCKS, methods: 'runPropertyActionBlock' },
  {
    className: 'IOEventSource', header: 'iokit/IOKit/IOEventSource.h', why: BLOCKS,
    methods: 'getActionBlock setActionBlock',
  },
  {
    className: 'IOInterruptEventSource', header: 'iokit/IOKit/IOInterruptEventSource.h',
    why: 'interrupt times are kept for statistics alone', methods: 'enablePrimaryInterruptTimestamp getPrimaryInterruptTimestamp',
  },
  {
    className: 'IOInterruptEventSource', header: 'iokit/IOKit/IOInterruptEventSource.h', why: INTERNAL,
    methods: 'disableInterruptOccurred normalInterruptOccurred warmCPU',
  },
  {
    className: 'IOFilterInterruptEventSource', header: 'iokit/IOKit/IOFilterInterruptEventSource.h', why: BLOCKS,
    methods: 'getFilterActionBlock',
  },
  {
    className: 'IOMemoryDescriptor', header: 'iokit/IOKit/IOMemoryDescriptor.h', why: INTERNAL,
    methods: `cleanKernelReserved dmaCommandOperation dmaMapRecord getKernelReserved getVMTag handleFault
      ktraceEmitPhysicalSegments populateDevicePager setDescriptorID setPreparationID`,
  },
  {
    className: 'IOMemoryDescriptor', header: 'iokit/IOKit/IOMemoryDescriptor.h',
    why: 'deprecated since 64-bit kernels: the forms with options are here',
    methods: 'getPhysicalSegment64 getVirtualSegment initWithAddress initWithPhysicalAddress initWithPhysicalRanges initWithRanges',
  },
  {
    className: 'IOBufferMemoryDescriptor', header: 'iokit/IOKit/IOBufferMemoryDescriptor.h',
    why: 'its factory does it', methods: 'initControlWithPhysicalMask initWithGuardPages initWithPhysicalMask',
  },
  {
    className: 'IODMACommand', header: 'iokit/IOKit/IODMACommand.h', why: 'its factories do it',
    methods: 'initWithRefCon weakWithSpecification',
  },
  {
    className: 'IODMACommand', header: 'iokit/IOKit/IODMACommand.h', why: INTERNAL, methods: 'createCopyBuffer transferSegment',
  },
  {
    className: 'IOUserClient', header: 'iokit/IOKit/IOUserClient.h', why: 'programs here have no file and no filter',
    methods: 'copyClientEntitlementVnode copyClientEntitlementsVnode filterForTask',
  },
  {
    className: 'IOUserClient', header: 'iokit/IOKit/IOUserClient.h', why: INTERNAL, methods: 'removeMappingForDescriptor',
  },
  {
    className: 'OSMetaClass', header: 'libkern/libkern/c++/OSMetaClass.h', why: 'a count of memory for debuggers',
    methods: 'getTracking trackedAccumSize trackedDelete trackedFree trackedInstance trackedNew',
  },
  {
    className: 'OSMetaClass', header: 'libkern/libkern/c++/OSMetaClass.h', why: INTERNAL,
    methods: 'getClassNameSymbol getMetaClassWithName postModLoad',
  },
  {
    className: 'OSDictionary', header: 'libkern/libkern/c++/OSDictionary.h', why: 'symbols have no addresses to sort by',
    methods: 'sortBySymbol',
  },
  {
    className: 'OSData', header: 'libkern/libkern/c++/OSData.h', why: 'there are no values of C++ types',
    methods: 'initWithValue initWithValueNoCopy withValue withValueNoCopy',
  },
  { className: 'OSString', header: 'libkern/libkern/c++/OSString.h', why: 'texts here know their length', methods: 'initWithStringOfLength' },
  {
    className: 'OSSerialize', header: 'libkern/libkern/c++/OSSerialize.h', why: 'the binary form has a writer of its own',
    methods: 'addBinary addBinaryObject binarySerializeInternal endBinaryCollection',
  },
  {
    className: 'IOCatalogue', header: 'iokit/IOKit/IOCatalogue.h', why: 'user space does not restart by itself',
    methods: 'resetAfterUserspaceReboot terminateDriversForUserspaceReboot',
  },
  {
    className: 'IOCatalogue', header: 'iokit/IOKit/IOCatalogue.h', why: INTERNAL,
    methods: 'exchangeDrivers personalityIsBoot serializeData',
  },
  {
    className: 'IOInterruptController', header: 'iokit/IOKit/IOInterruptController.h', why: 'processors do not interrupt each other here',
    methods: 'cancelDeferredIPI sendIPI',
  },
  {
    className: 'IOPlatformExpert', header: 'iokit/IOKit/IOPlatformExpert.h', why: 'the original\'s are empty or for machines of long ago',
    methods: 'PMLog PMRegisterDevice getTargetName hasPMFeature hasPrivPMFeature numBatteriesSupported savePanicInfo setConsoleInfo',
  },
  {
    className: 'IOPlatformExpert', header: 'iokit/IOKit/IOPlatformExpert.h', why: 'not built yet',
    methods: `createSystemSerialNumberString getConsoleInfo getGMTTimeOfDay getProductName getUTCTimeOfDay publishNVRAM
      publishPlatformUUIDAndSerial registerNVRAMController setGMTTimeOfDay setUTCTimeOfDay`,
  },
]

/** Whether a reason is that of a part of the kernel that is built as a whole later. */
export const isOfUnbuiltPart = (why: string): boolean => why === POWER
