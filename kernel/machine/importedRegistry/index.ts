/** Serving a registry dump from a kernel world. */
export { runIoregOnDump, type DumpOutput } from './runIoregOnDump.ts'
export { ServedDump, type ServedSection } from './ServedDump.ts'
