/** What hosts may import of the kernel: machines and the plain data that crosses processes. */
export * from './api/index.ts'
export * from './machine/index.ts'
export { AssertionError, EventLog } from './sim/index.ts'
