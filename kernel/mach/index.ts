/** The Mach layer: panics, frames, the message buffer, tasks, ports, messages, and the two seams to hardware. */
export { KernelPanic, firstPanic, kernelTrap, panic } from './debug.ts'
export type { Fault, FaultAccess, FaultKind, PanicOptions } from './debug.ts'
export { currentFrames, frameStack, popFrame, pushFrame, withFrame, withFrameBlocking } from './frames.ts'
export { IOLog, kprintf, msgbufLines, msgbufText, type MessageLine } from './msgbuf.ts'
export {
  endOfRam, installPhysicalMemory, ml_phys_copy_in, ml_phys_copy_out, ml_phys_read_data, ml_phys_write_data,
  pageSizeBytes, physicalBus, physicalPages, type PhysicalBus, type PhysicalMemoryOptions,
} from './physical.ts'
export { PageAllocator, type PageRequest, type PhysicalRange } from './PageAllocator.ts'
export { interruptEntry, ml_install_interrupt_handler, type InterruptHandler } from './interruptEntry.ts'
