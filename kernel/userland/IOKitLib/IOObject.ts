import { IOKit, kIOReturnBadArgument, kIOReturnSuccess, type IOReturn } from '../../abi/index.ts'
import {
  MACH_PORT_RIGHT_DEAD_NAME, MACH_PORT_RIGHT_SEND, MACH_PORT_TYPE_DEAD_NAME, mach_port_deallocate,
  mach_port_get_refs, mach_port_mod_refs, mach_port_type, type Task,
} from '../../mach/user.ts'
import type { KernelThread } from '../../sim/index.ts'
import {
  iokitCall, iokitValue, kIOMainPortDefault, onMainPort, type Answer, type io_iterator_t, type io_object_t,
} from './call.ts'
import { IORegistryEntryCreateCFProperty } from './IORegistryEntry.ts'

/** Option of `_IOObjectGetClass`: the class itself, whatever the object would rather be called. */
export const kIOClassNameOverrideNone = 1
const kIOClassNameOverrideKey = 'IOClassNameOverride'

/** Gives one reference back. @xnu IOKitUser IOKitLib.c IOObjectRelease — faithful */
export function IOObjectRelease(task: Task, object: io_object_t): IOReturn {
  return mach_port_deallocate(task, object)
}

/**
 * Takes one more reference; of a dead name, one of that. @xnu IOKitUser IOKitLib.c IOObjectRetain — faithful
 */
export function IOObjectRetain(task: Task, object: io_object_t): IOReturn {
  const { type } = mach_port_type(task, object)
  const isDead = (type & MACH_PORT_TYPE_DEAD_NAME) !== 0
  return mach_port_mod_refs(task, object, isDead ? MACH_PORT_RIGHT_DEAD_NAME : MACH_PORT_RIGHT_SEND, 1)
}

/** Whether two names are of one object: one object has one name while it is held. */
export function IOObjectIsEqualTo(object: io_object_t, other: io_object_t): boolean {
  return object === other
}

/** References that the task holds; 0 when it holds none. */
export function IOObjectGetUserRetainCount(task: Task, object: io_object_t): number {
  const { result, refs } = mach_port_get_refs(task, object, MACH_PORT_RIGHT_SEND)
  return result === 0 ? refs : 0
}

/** References that the kernel holds; 0 on failure. */
export function* IOObjectGetKernelRetainCount(task: Task, object: io_object_t): KernelThread<number> {
  return (yield* iokitValue(iokitCall(task, object, IOKit.object_get_retain_count), 0)).value
}

/** The name of the class, or what the object wants to be called instead. */
export function IOObjectGetClass(task: Task, object: io_object_t): KernelThread<Answer<string>> {
  return _IOObjectGetClass(task, object, 0)
}

/** As `IOObjectGetClass` with options. @xnu IOKitUser IOKitLib.c _IOObjectGetClass — faithful */
// oxlint-disable-next-line eslint/no-underscore-dangle -- Apple's own name.
export function* _IOObjectGetClass(
  task: Task, object: io_object_t, options: number,
): KernelThread<Answer<string>> {
  if (object === 0) return { result: kIOReturnBadArgument, value: '' }
  const override = (options & kIOClassNameOverrideNone) === 0 ? yield* overrideOf(task, object) : null
  if (override !== null) return { result: kIOReturnSuccess, value: override }
  return yield* iokitValue(iokitCall(task, object, IOKit.object_get_class), '')
}

function* overrideOf(task: Task, object: io_object_t): KernelThread<string | null> {
  const value = yield* IORegistryEntryCreateCFProperty(task, object, kIOClassNameOverrideKey)
  return typeof value === 'string' ? value : null
}

/** As `IOObjectGetClass`; null on failure. */
export function* IOObjectCopyClass(task: Task, object: io_object_t): KernelThread<string | null> {
  const { result, value } = yield* IOObjectGetClass(task, object)
  return result === kIOReturnSuccess ? value : null
}

/** Name of the class above; null for OSObject and for a class that is not known. */
export function* IOObjectCopySuperclassForClass(task: Task, className: string): KernelThread<string | null> {
  return yield* aboutClass(task, className, IOKit.object_get_superclass)
}

/** Identifier of the bundle that a class comes from; null for an unknown class. */
export function* IOObjectCopyBundleIdentifierForClass(
  task: Task, className: string,
): KernelThread<string | null> {
  return yield* aboutClass(task, className, IOKit.object_get_bundle_identifier)
}

function aboutClass(
  task: Task, className: string, routine: typeof IOKit.object_get_superclass,
): KernelThread<string | null> {
  return onMainPort(task, kIOMainPortDefault, function* (port) {
    return (yield* iokitValue<string | null>(iokitCall(task, port, routine, className), null)).value
  })
}

/**
 * Whether an object is of a class or of one below it, by name. @xnu IOKitLib.c IOObjectConformsTo — faithful
 */
export function* IOObjectConformsTo(
  task: Task, object: io_object_t, className: string,
): KernelThread<boolean> {
  const call = iokitCall(task, object, IOKit.object_conforms_to, className)
  if ((yield* iokitValue(call, false)).value) return true
  return (yield* overrideOf(task, object)) === className
}

/** The next object with one reference; 0 at the end, and when the iterator is not valid any more. */
export function* IOIteratorNext(task: Task, iterator: io_iterator_t): KernelThread<io_object_t> {
  return (yield* iokitValue(iokitCall(task, iterator, IOKit.iterator_next), 0)).value
}

/** Starts anew. */
export function* IOIteratorReset(task: Task, iterator: io_iterator_t): KernelThread {
  yield* iokitCall(task, iterator, IOKit.iterator_reset)
}

/** Whether the registry is as it was when the walk began. */
export function* IOIteratorIsValid(task: Task, iterator: io_iterator_t): KernelThread<boolean> {
  return (yield* iokitValue(iokitCall(task, iterator, IOKit.iterator_is_valid), false)).value
}
