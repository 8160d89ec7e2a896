/** The kinds of panic that are known, the more particular first. */
import type { VerdictRule } from '../VerdictRule.ts'
import { armAbort } from './armAbort.ts'
import { bootFailure } from './bootFailure.ts'
import { bridge } from './bridge.ts'
import { coprocessor } from './coprocessor.ts'
import { criticalProcess } from './criticalProcess.ts'
import { dextCrash } from './dextCrash.ts'
import { forcedReset } from './forcedReset.ts'
import { gpu } from './gpu.ts'
import { hardwareError } from './hardwareError.ts'
import { heapCorruption } from './heapCorruption.ts'
import { intelTrap } from './intelTrap.ts'
import { interruptWatchdog } from './interruptWatchdog.ts'
import { iommu } from './iommu.ts'
import { ipiTimeout } from './ipiTimeout.ts'
import { kernelWatchdog } from './kernelWatchdog.ts'
import { locks } from './locks.ts'
import { ownCheck } from './ownCheck.ts'
import { pageTableMonitor } from './pageTableMonitor.ts'
import { pcieError } from './pcieError.ts'
import { pointerAuthentication } from './pointerAuthentication.ts'
import { powerState } from './powerState.ts'
import { preemption } from './preemption.ts'
import { referenceCount } from './referenceCount.ts'
import { requested } from './requested.ts'
import { sleepWake } from './sleepWake.ts'
import { socWatchdog } from './socWatchdog.ts'
import { spinlockTimeout } from './spinlockTimeout.ts'
import { storage } from './storage.ts'
import { teardown } from './teardown.ts'
import { userspaceWatchdog } from './userspaceWatchdog.ts'
import { useAfterFree } from './useAfterFree.ts'
import { virtualMemory } from './virtualMemory.ts'
import { zoneCorruption } from './zoneCorruption.ts'
import { zoneExhaustion } from './zoneExhaustion.ts'

/** Rules in the order in which they are asked; the first that fits decides. */
export const RULES: readonly VerdictRule[] = [
  forcedReset,
  coprocessor,
  bridge,
  socWatchdog,
  intelTrap,
  pointerAuthentication,
  armAbort,
  sleepWake,
  powerState,
  userspaceWatchdog,
  kernelWatchdog,
  interruptWatchdog,
  spinlockTimeout,
  ipiTimeout,
  preemption,
  zoneExhaustion,
  useAfterFree,
  zoneCorruption,
  heapCorruption,
  iommu,
  pageTableMonitor,
  pcieError,
  hardwareError,
  criticalProcess,
  dextCrash,
  teardown,
  referenceCount,
  locks,
  bootFailure,
  virtualMemory,
  gpu,
  storage,
  requested,
  ownCheck,
]
