/** What outlives a run: machines, sessions with journals, crash reports, in SQLite. */
export { defaultDatabasePath, openDatabase, type Sqlite } from './Database.ts'
export { CrashLogStore, type NewFile, type NewMachinePanic } from './CrashLogStore.ts'
export { MachineStore, summarise } from './MachineStore.ts'
export { SessionStore, type SessionSummary, type StoredSession } from './SessionStore.ts'
export { packFileAside } from './packing.ts'
