import { kernel_task, pageSizeBytes, type Task } from '../../mach/index.ts'

type Permission = 'kernel-only' | 'user-write' | 'never-deleted' | 'reset-only' | 'internal-only'

/** What is special about a variable; all others may be written by the super user and read by everybody. */
const PERMISSIONS: ReadonlyMap<string, Permission> = new Map<string, Permission>([
  ['battery-health', 'never-deleted'], ['boot-image', 'user-write'],
  ['com.apple.System.fp-state', 'kernel-only'], ['fm-account-masked', 'never-deleted'],
  ['fm-activation-locked', 'never-deleted'], ['fm-spkeys', 'never-deleted'],
  ['fm-spstatus', 'never-deleted'], ['policy-nonce-digests', 'reset-only'],
  ['testKernelOnly', 'kernel-only'], ['testResetOnlyDel', 'reset-only'], ['testNeverDel', 'never-deleted'],
  ['testUserWrite', 'user-write'], ['reclaim-int', 'internal-only'],
])

/** Of machines with an Apple chip. */
const ARM_PERMISSIONS: ReadonlyMap<string, Permission> = new Map<string, Permission>([
  ['acc-cm-override-charger-count', 'kernel-only'], ['acc-cm-override-count', 'kernel-only'],
  ['acc-mb-ld-lifetime', 'kernel-only'], ['backlight-level', 'user-write'], ['backlight-nits', 'user-write'],
  ['ldm', 'kernel-only'], ['com.apple.System.boot-nonce', 'kernel-only'],
  ['com.apple.System.sep.art', 'kernel-only'], ['darkboot', 'user-write'], ['nonce-seeds', 'kernel-only'],
])

const INTEL_PAGE_BYTES = 4096
const WRITE_ACCESS = 'com.apple.private.iokit.nvram-write-access'

function permissionOf(name: string): Permission | undefined {
  const own = pageSizeBytes() === INTEL_PAGE_BYTES ? undefined : ARM_PERMISSIONS.get(name)
  return own ?? PERMISSIONS.get(name)
}

/**
 * Whether a task may set a variable: the kernel, the super user and who is entitled; everybody for a few.
 * @xnu iokit/Kernel/IONVRAM.cpp verifyPermission kIONVRAMOperationWrite — simplified: no entitlement of a
 * single variable
 */
export function mayWriteVariable(name: string, task: Task): boolean {
  const permission = permissionOf(name)
  if (permission === 'kernel-only') return task === kernel_task()
  if (permission === 'internal-only') return false
  return permission === 'user-write' || task.isPrivileged || task.hasEntitlement(WRITE_ACCESS)
}

/**
 * Whether a task may delete a variable: as setting it, save for the few that stay.
 * @xnu iokit/Kernel/IONVRAM.cpp verifyPermission kIONVRAMOperationDelete — simplified: no entitlement of a
 * single variable
 */
export function mayDeleteVariable(name: string, task: Task): boolean {
  const permission = permissionOf(name)
  if (permission === 'never-deleted' || permission === 'reset-only') return false
  return mayWriteVariable(name, task)
}
