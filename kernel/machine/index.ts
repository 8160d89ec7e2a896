/** One machine: composing it from a description, booting, running, recording and replaying it. */
export { Machine, type MachineJournal, type RunOutcome } from './Machine.ts'
export type {
  KextContext, KextServices, LoadedKext, MachineOptions, PanicContext, PanicFault, PanicMachine,
  PanicReporter,
} from './options.ts'
export {
  replaying, replayMachine, type ReplayDivergence, type ReplayResult, type ReplaySession, type ReplayTarget,
} from './replay.ts'
export { listParts, readMachine, validateMachine } from './compose.ts'
export { profileMachine, profileTypes } from './profile.ts'
export { createKextServices } from './kextServices.ts'
