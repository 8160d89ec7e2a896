import {
  kIOConsoleSessionAuditIDKey, kIOConsoleSessionOnConsoleKey, kIOConsoleSessionSecureInputPIDKey,
  kIOConsoleSessionUIDKey, kIOConsoleUsersKey, kIOReturnNotPermitted, kIOReturnNotPrivileged,
  kIOReturnSuccess,
  kIOReturnUnsupported, type IOReturn,
} from '../../abi/index.ts'
import {
  OSArray, OSBoolean, OSDictionary, OSNumber, toOSDictionary, toOSObject, type OSObject, type PlainValue,
} from '../../libkern/index.ts'
import { current_task, kernel_task, type EntitlementValue, type Task } from '../../mach/index.ts'
import { getRegistryRoot } from '../registry/index.ts'
import type { IOService } from '../service/IOService.ts'

export const kIOClientPrivilegeAdministrator = 'root'
export const kIOClientPrivilegeLocalUser = 'local'
export const kIOClientPrivilegeForeground = 'foreground'
export const kIOClientPrivilegeConsoleUser = 'console'
export const kIOClientPrivilegeSecureConsoleProcess = 'secureprocess'
export const kIOClientPrivilegeConsoleSession = 'consolesession'

function consoleUser(wanted: (user: OSDictionary) => boolean): OSDictionary | null {
  const users = getRegistryRoot().getProperty(kIOConsoleUsersKey)
  if (!(users instanceof OSArray)) return null
  for (const user of users.values()) if (user instanceof OSDictionary && wanted(user)) return user
  return null
}

function numberIs(user: OSDictionary, key: string, value: number): boolean {
  const number = user.getObject(key)
  return number instanceof OSNumber && number.unsigned32BitValue() === value
}

function isOnConsole(user: OSDictionary): boolean {
  const value = user.getObject(kIOConsoleSessionOnConsoleKey)
  return value instanceof OSBoolean && value.isTrue()
}

const granted = (holds: boolean): IOReturn => holds ? kIOReturnSuccess : kIOReturnNotPrivileged

/**
 * Whether a task has a privilege: the super user, a user of a session, the one at the console, the process
 * that reads passwords there, the console's session, or the foreground. Any context.
 * @xnu iokit/Kernel/IOUserClient.cpp clientHasPrivilege — faithful
 */
export function clientHasPrivilege(task: Task, privilege: string): IOReturn {
  switch (privilege) {
    case kIOClientPrivilegeForeground: return granted(!current_task().isGpuDenied)
    case kIOClientPrivilegeAdministrator: return granted(task.uid === 0)
    case kIOClientPrivilegeConsoleSession: {
      const user = consoleUser(isOnConsole)
      return granted(user !== null && numberIs(user, kIOConsoleSessionAuditIDKey, task.auditSessionID))
    }
    case kIOClientPrivilegeLocalUser:
      return granted(consoleUser((user) => numberIs(user, kIOConsoleSessionUIDKey, task.uid)) !== null)
    case kIOClientPrivilegeConsoleUser:
    case kIOClientPrivilegeSecureConsoleProcess: {
      const user = consoleUser((each) => numberIs(each, kIOConsoleSessionUIDKey, task.uid))
      if (user === null || !isOnConsole(user)) return kIOReturnNotPrivileged
      const reader = user.getObject(kIOConsoleSessionSecureInputPIDKey)
      const isOther = reader instanceof OSNumber && reader.unsigned32BitValue() !== task.pid
      return granted(privilege === kIOClientPrivilegeConsoleUser || !isOther)
    }
    default: return kIOReturnUnsupported
  }
}

/**
 * Whether the service was authorised for the task by `IOServiceAuthorize`.
 * @xnu iokit/Kernel/IOUserClient.cpp clientHasAuthorization — faithful
 */
export function clientHasAuthorization(task: Task, service: IOService): IOReturn {
  return service.internals.authorizationID === BigInt(task.pid) ? kIOReturnSuccess : kIOReturnNotPermitted
}

function plainEntitlement(value: EntitlementValue): PlainValue {
  if (value instanceof Map) {
    return Object.fromEntries([...value].map(([name, each]) => [name, plainEntitlement(each)]))
  }
  if (Array.isArray(value)) return value.map((each: EntitlementValue) => plainEntitlement(each))
  return value
}

/**
 * One entitlement of a task, whatever its class, with a reference; null without it, and for the kernel.
 * @xnu iokit/Kernel/IOUserClient.cpp copyClientEntitlement — faithful
 */
export function copyClientEntitlement(task: Task | null, entitlement: string | null): OSObject | null {
  const asked = task ?? current_task()
  if (asked === kernel_task() || entitlement === null) return null
  const value = asked.entitlements.get(entitlement)
  return value === undefined ? null : toOSObject(plainEntitlement(value))
}

/**
 * All entitlements of a task, with a reference; null when it has none.
 * @xnu iokit/Kernel/IOUserClient.cpp copyClientEntitlements — faithful
 */
export function copyClientEntitlements(task: Task): OSDictionary | null {
  if (task === kernel_task() || task.entitlements.size === 0) return null
  return toOSDictionary(plainEntitlement(task.entitlements) as Record<string, PlainValue>)
}

/**
 * Whether the entitlement is boolean true.
 * @xnu iokit/Kernel/IOUserClient.cpp IOTaskHasEntitlement — faithful
 */
export function IOTaskHasEntitlement(task: Task | null, entitlement: string): boolean {
  return (task ?? current_task()).hasEntitlement(entitlement)
}

/** The same of the running task. @xnu iokit/Kernel/IOUserClient.cpp IOCurrentTaskHasEntitlement — faithful */
export function IOCurrentTaskHasEntitlement(entitlement: string): boolean {
  return current_task().hasEntitlement(entitlement)
}

/** How a task is named in logs: `pid 12, name`. @xnu iokit/Kernel/IOLib.cpp IOCopyLogNameForPID — faithful */
export function logNameOf(task: Task): string {
  return `pid ${task.pid}, ${task.name}`
}
