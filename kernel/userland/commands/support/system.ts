import { trap } from '../../../mach/user.ts'
import type { KernelThread } from '../../../sim/index.ts'
import type { KextRequest, KextResponse } from '../../libsystem/kextRequest.ts'
import type { Process } from '../../libsystem/Process.ts'

/** Exit codes of the tools that follow sysexits. */
export const EX_USAGE = 64
export const EX_OSERR = 71
export const EX_NOPERM = 77

/** Whether the process may do what only the super user may. */
export function isRoot(process: Process): boolean {
  return process.uid === 0
}

/** One system control by name; null when there is none. */
export function* sysctlByName(process: Process, name: string): KernelThread<string | null> {
  const { errno, value } = yield* trap(process.task, 'sysctl', name)
  return errno === 0 ? String(value) : null
}

/** Asks the kext subsystem; null when it cannot be reached. */
export function* kextRequest(process: Process, request: KextRequest): KernelThread<KextResponse | null> {
  const { errno, value } = yield* trap(process.task, 'kext_request', request)
  return errno === 0 ? value as KextResponse : null
}
