/** Kernel panics of every form and generation. */
export { looksLikePanic, MAX_PANIC_BYTES, readPanic, type ReadPanic } from './readPanic.ts'
