/** Work loops, their gates and event sources. */
import { defineKernelClasses } from '../../libkern/index.ts'
import { IOCommandGate } from './IOCommandGate.ts'
import { IOCommandPool } from './IOCommandPool.ts'
import { IOConditionLock } from './IOConditionLock.ts'
import { IOEventSource } from './IOEventSource.ts'
import { IOFilterInterruptEventSource } from './IOFilterInterruptEventSource.ts'
import { IOInterruptEventSource } from './IOInterruptEventSource.ts'
import { IOServiceStateNotificationEventSource } from './IOServiceStateNotificationEventSource.ts'
import { IOTimerEventSource } from './IOTimerEventSource.ts'
import { IOWorkLoop } from './IOWorkLoop.ts'

export {
  IOCommandGate, IOCommandPool, IOConditionLock, IOEventSource, IOFilterInterruptEventSource, IOInterruptEventSource,
  IOServiceStateNotificationEventSource, IOTimerEventSource, IOWorkLoop,
}
export {
  ACTION_COST_NS, allDriverUsage, chargeDriver, dropEndedUsage, PRIMARY_COST_NS, type DriverUsage,
} from './accounting.ts'
export { actionName, driverFrame, kernelFrame, namedFrame } from './driverFrame.ts'
export type { IOCommandGateAction, IOCommandGateCommand } from './IOCommandGate.ts'
export type { FilterActions, IOFilterAction } from './IOFilterInterruptEventSource.ts'
export {
  kIOInterruptTypeEdge, kIOInterruptTypeLevel, kIOInterruptTypeMessage, type InterruptProvider,
  type IOInterruptEventAction, type IOInterruptHandler,
} from './IOInterruptEventSource.ts'
export type { IOTimerAction } from './IOTimerEventSource.ts'
export { kActive, kPassive } from './IOEventSource.ts'
export { kPreciousStack, kTimeLockPanics } from './IOWorkLoop.ts'
export * from './timerOptions.ts'

defineKernelClasses([
  IOWorkLoop, IOEventSource, IOCommandGate, IOCommandPool, IOConditionLock, IOInterruptEventSource, IOFilterInterruptEventSource,
  IOTimerEventSource, IOServiceStateNotificationEventSource,
])
