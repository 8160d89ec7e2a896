/** The Mach layer: panics, frames, the message buffer, tasks, ports, messages, and the two seams to hardware. */
export { KernelPanic, firstPanic, kernelTrap, panic, stackOverflow } from './debug.ts'
export type { Fault, FaultAccess, FaultKind, PanicOptions } from './debug.ts'
export { kernelPointer } from './pointers.ts'
export {
  ThreadCall, thread_call_allocate_with_options, thread_call_cancel, thread_call_enter1,
  thread_call_enter_delayed, THREAD_CALL_OPTIONS_ONCE, THREAD_CALL_OPTIONS_SIGNAL, THREAD_CALL_PRIORITY_HIGH,
  THREAD_CALL_PRIORITY_KERNEL, THREAD_CALL_PRIORITY_KERNEL_HIGH, THREAD_CALL_PRIORITY_LOW,
  THREAD_CALL_PRIORITY_USER, type ThreadCallFunction,
} from './thread_call.ts'
export { currentFrames, frameStack, popFrame, pushFrame, withFrame, withFrameBlocking } from './frames.ts'
export { IOLog, kprintf, msgbufLines, msgbufText, type MessageLine } from './msgbuf.ts'
export {
  bzero_phys, copypv, endOfRam, installPhysicalMemory, ml_phys_copy_in, ml_phys_copy_out, ml_phys_copy_page,
  ml_phys_read_data, ml_phys_write_data, pageSizeBytes, physicalBus, physicalPages, type PhysicalBus, type
  PhysicalMemoryOptions,
} from './physical.ts'
export { PageAllocator, type PageRequest, type PhysicalRange } from './PageAllocator.ts'
export { interruptEntry, ml_install_interrupt_handler, type InterruptHandler } from './interruptEntry.ts'
export {
  absolutetime_to_nanoseconds, clock_get_uptime, clock_interval_to_absolutetime_interval,
  clock_interval_to_deadline, IOSleep, mach_absolute_time, mach_timebase_info, mach_wait_until,
  nanoseconds_to_absolutetime, sleepNs,
} from './clock.ts'
export {
  host_get_host_priv_port, host_get_io_main, host_priv_port, mach_host_self, main_device_port,
} from './host.ts'
export { IpcEntry, IpcSpace, MACH_PORT_DEAD, MACH_PORT_NULL } from './ipc/IpcSpace.ts'
export * from './ipc/Port.ts'
export {
  MACH_MSG_TYPE_COPY_SEND, MACH_MSG_TYPE_MAKE_SEND, MACH_MSG_TYPE_MAKE_SEND_ONCE, MACH_MSG_TYPE_MOVE_RECEIVE,
  MACH_MSG_TYPE_MOVE_SEND, MACH_MSG_TYPE_MOVE_SEND_ONCE,
} from './ipc/KernelMessage.ts'
export type {
  CarriedPort, Descriptor, Disposition, MachMessage, PortSlot, ReceivedMessage,
} from './ipc/KernelMessage.ts'
export { copyoutRight } from './ipc/copyin.ts'
export {
  ipc_kobject_alloc_port, mig_subsystem_present, mig_subsystem_register,
  type KobjectReply, type KobjectRequest, type KobjectServer,
} from './ipc/kobject.ts'
export { mach_msg_receive, mach_msg_send, mach_msg_send_from_kernel } from './ipc/mach_msg.ts'
export {
  mach_port_allocate, mach_port_deallocate, mach_port_destroy, mach_port_mod_refs,
} from './ipc/mach_port.ts'
export {
  copySendRight, ipc_kobject_dealloc_port, makeSendOnceRight, makeSendRight, releaseCarried,
  releaseSendOnceRight, releaseSendRight,
} from './ipc/rights.ts'
export { mach_rpc, type RpcResult } from './ipc/rpc.ts'
export {
  Task, allTasks, current_task, kernel_task, task_create, task_terminate, thread_create,
  type EntitlementValue, type TaskOptions,
} from './Task.ts'
export {
  convert_port_to_semaphore, convert_semaphore_to_port, Semaphore, semaphore_create, semaphore_destroy,
  semaphore_signal, semaphore_signal_all, semaphore_timedwait, semaphore_wait, SYNC_POLICY_FIFO,
  SYNC_POLICY_LIFO,
} from './semaphore.ts'
export { registerTrap, trap, type TrapHandler, type TrapResult } from './traps.ts'
export { VmMap, type VmEntered, type VmEnterOptions, type VmWiring } from './vm_map.ts'
export {
  VM_INHERIT_COPY, VM_INHERIT_NONE, VM_INHERIT_SHARE, VM_PROT_DEFAULT, VM_PROT_NONE, VM_PROT_READ,
  VM_PROT_WRITE, VmMapEntry,
} from './vm_map_entry.ts'
export { mach_make_memory_entry, VmMemoryEntry, type MemoryEntryRequest } from './vm_memory_entry.ts'
export {
  NO_FRAME, NO_MEMORY, VM_PURGABLE_EMPTY, VM_PURGABLE_NONVOLATILE, VM_PURGABLE_VOLATILE, VmObject,
} from './vm_object.ts'
export { inb, installPorts, outb, type PortSpace } from './portIo.ts'
export { PE_parse_boot_argn, setBootArgs } from './bootArgs.ts'
