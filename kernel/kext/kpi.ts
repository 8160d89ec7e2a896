import * as abi from '../abi/index.ts'
import * as iokit from '../iokit/index.ts'
import * as libkern from '../libkern/index.ts'
import {
  absolutetime_to_nanoseconds, clock_interval_to_absolutetime_interval, clock_interval_to_deadline,
  current_task, IOLog, IOSleep, kernel_task, kprintf, mach_timebase_info, nanoseconds_to_absolutetime, panic,
  semaphore_create, semaphore_destroy, semaphore_signal, semaphore_signal_all, semaphore_timedwait,
  semaphore_wait,
} from '../mach/index.ts'
import { scheduler, wait } from '../sim/index.ts'

type Lent = Readonly<Record<string, unknown>>

/** Functions of the kernel's libraries that driver code may call, beside classes and constants. */
const LIBKERN_FUNCTIONS = [
  'defineMetaClass', 'OSDynamicCast', 'OSRequiredCast', 'OSRetain', 'OSSafeRelease', 'toOSObject',
  'toOSDictionary', 'fromOSObject', 'osNumber', 'OSUnserialize', 'OSUnserializeXML', 'OSUnserializeBinary',
  'strtol', 'strtoul',
]
/** Functions of the I/O Kit that drivers call, beside its classes. */
const IOKIT_FUNCTIONS = [
  'IOMallocPageable', 'IOFreePageable', 'sendAsyncResult64', 'sendAsyncResult64WithOptions',
  'setAsyncReference64', 'releaseAsyncReference64', 'releaseNotificationPort', 'clientHasPrivilege',
  'clientHasAuthorization', 'copyClientEntitlement', 'IOTaskHasEntitlement', 'IOCurrentTaskHasEntitlement',
  'getPlatform',
]

/** Only what is meant for drivers: classes with a metaclass, Apple's constants, and named functions. */
function lend(source: object, functions: readonly string[] = []): Lent {
  const lent: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(source)) {
    const isClass = typeof value === 'function' && Object.hasOwn(value, 'metaClass')
    const isConstant = /^(?:kIO|kOS|gIO|KERN_|THREAD_)/u.test(name) && typeof value !== 'function'
    if (isClass || isConstant || functions.includes(name)) lent[name] = value
  }
  return Object.freeze(lent)
}

/** Spends virtual processor time. Any context. @xnu iokit/Kernel/IOLib.cpp IODelay — faithful */
function IODelay(microseconds: number): void {
  scheduler().charge(microseconds * 1000)
}

/** Virtual time since power-on in nanoseconds. */
function mach_absolute_time(): bigint {
  return BigInt(scheduler().nowNs)
}

let made: ReadonlyMap<string, Lent> | null = null

/** The kernel's own libraries, by the bundle identifier under which kexts ask for them. */
export function kernelLibraries(): ReadonlyMap<string, Lent> {
  made ??= makeLibraries()
  return made
}

function makeLibraries(): ReadonlyMap<string, Lent> {
  const constants = lend(abi)
  return new Map<string, Lent>([
    ['com.apple.kpi.iokit', Object.freeze({
      ...constants, ...lend(iokit, IOKIT_FUNCTIONS), IOLog, IODelay, IOSleep, wait,
    })],
    ['com.apple.kpi.libkern', Object.freeze({ ...constants, ...lend(libkern, LIBKERN_FUNCTIONS) })],
    ['com.apple.kpi.mach', Object.freeze({
      ...constants, kprintf, panic, mach_absolute_time, mach_timebase_info, clock_interval_to_deadline,
      clock_interval_to_absolutetime_interval, absolutetime_to_nanoseconds, nanoseconds_to_absolutetime,
      current_task, kernel_task, semaphore_create, semaphore_destroy, semaphore_signal, semaphore_signal_all,
      semaphore_timedwait, semaphore_wait,
    })],
    ['com.apple.kpi.bsd', Object.freeze({ ...constants })],
    ['com.apple.kpi.unsupported', Object.freeze({ panic })],
    ['com.apple.kpi.private', Object.freeze({})],
  ])
}
