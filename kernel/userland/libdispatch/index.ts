/** Serial queues, and sources that deliver the messages of a port on them. */
export { DispatchQueue, type DispatchMachSource } from './DispatchQueue.ts'
