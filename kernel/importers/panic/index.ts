/** Kernel panics of every form and generation. */
export { readableSymbol } from './derive/demangle.ts'
export { looksLikePanic, MAX_PANIC_BYTES, readPanic, type ReadPanic } from './readPanic.ts'
