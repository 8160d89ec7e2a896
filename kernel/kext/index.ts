/** Kext bundles: reading, dependencies, loading and unloading, the hooks around driver code. */
export type { DriverCode, DriverEvaluator, DriverHooks, DriverSymbol } from './DriverEvaluator.ts'
export { DRIVER_STEP_BUDGET } from './driverHooks.ts'
export { readKext, type ReadKext } from './kextBundle.ts'
export { handleKextRequest, type KextInfo, type KextRequestMessage, type KextResponseMessage } from './kextRequest.ts'
export { KextSubsystem, type KextSubsystemContext, type LoadedKextFacts } from './KextSubsystem.ts'
export { OSKextParseVersionString, OSKextVersionGetString } from './OSKextVersion.ts'
