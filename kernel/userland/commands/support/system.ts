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

const TEXTS: Readonly<Record<number, string>> = {
  0x4: 'not privileged', 0x6: 'not found', 0x7: 'bad data (mkext/other)', 0xb: 'malformed kext (bundle layout/missing plist)',
  0xc: 'validation failure (plist/executable)', 0xe: 'dependency resolution failure', 0x13: 'not loadable (reason unspecified)',
  0x16: 'link error', 0x17: 'kext (kmod) start/stop routine failed', 0x18: 'kext is in use or retained (cannot unload)',
}

/** What `mach_error_string` says of a libkern result. */
export function libkernErrorText(result: number): string {
  return `(libkern/kext) ${TEXTS[result & 0x3fff] ?? 'internal error'}`
}
