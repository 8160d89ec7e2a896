/** Plain data that crosses processes: descriptions, snapshots, commands, events, remote calls. */
export type { GateDiagnostic, GateStack } from './GateDiagnostic.ts'
export * from './commands.ts'
export * from './events.ts'
export * from './hostLink.ts'
export * from './journal.ts'
export * from './MachineDescription.ts'
export * from './menu.ts'
export * from './Problem.ts'
export type {
  DeviceList, DeviceListFormat, ListedPci, ListedUsb, ListedUsbInterface,
} from './reports/DeviceList.ts'
export { firstKeyWith, propertyTexts } from './propertyTexts.ts'
export type { DextFacts, KextPersonality, KextRecord, KextValue } from './reports/KextRecord.ts'
export type * from './reports/index.ts'
export * from './rpc.ts'
export * from './snapshots.ts'
export type * from './reports/Explanation.ts'
export type * from './reports/Rematch.ts'
