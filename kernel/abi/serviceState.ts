/** First state word of a service (`IOService::getState`). */
export const kIOServiceInactiveState = 0x00000001
export const kIOServiceRegisteredState = 0x00000002
export const kIOServiceMatchedState = 0x00000004
export const kIOServiceFirstPublishState = 0x00000008
export const kIOServiceFirstMatchState = 0x00000010
export const kIOServiceUserInvisibleMatchState = 0x80000000

/** Second state word: the busy count in the low bits, private stages above. */
export const kIOServiceBusyStateMask = 0x000003ff
export const kIOServiceBusyMax = 1023
export const kIOServiceNeedConfigState = 0x80000000
export const kIOServiceSynchronousState = 0x40000000
export const kIOServiceModuleStallState = 0x20000000
export const kIOServiceBusyWaiterState = 0x10000000
export const kIOServiceSyncPubState = 0x08000000
export const kIOServiceConfigState = 0x04000000
export const kIOServiceStartState = 0x02000000
export const kIOServiceTermPhase2State = 0x01000000
export const kIOServiceTermPhase3State = 0x00800000
export const kIOServiceTermPhase1State = 0x00400000
export const kIOServiceTerm1WaiterState = 0x00200000
export const kIOServiceRecursing = 0x00100000
export const kIOServiceNeedWillTerminate = 0x00080000
export const kIOServiceWaitDetachState = 0x00040000
export const kIOServiceConfigRunning = 0x00020000
export const kIOServiceFinalized = 0x00010000
export const kIOServiceRematchOnDetach = 0x00008000
export const kIOServiceUserUnhidden = 0x00004000

/** Options of registerService, terminate, open and close. */
export const kIOServiceExclusive = 0x00000001
export const kIOServiceRequired = 0x00000001
export const kIOServiceSeize = 0x00000001
export const kIOServiceSynchronous = 0x00000002
export const kIOServiceTerminate = 0x00000004
export const kIOServiceAsynchronous = 0x00000008
export const kIOServiceTerminateWithRematch = 0x00000010
export const kIOServiceDextRequirePowerForMatching = 0x00000010
export const kIOServiceTerminateWithRematchCurrentDext = 0x00000020
export const kIOServiceTerminateNeedWillTerminate = 0x00000100
