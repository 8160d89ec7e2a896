import type { MachineDescription } from '../api/index.ts'
import { POWER_ON_SECONDS } from '../families/AppleACPIPlatform/model/CmosRtc.ts'
import { IOLog, msgbufText, registerTrap, type TrapResult } from '../mach/index.ts'
import { sysctlTree } from './sysctl.ts'

const EPERM = 1
const ENOENT = 2
const EINVAL = 22

/**
 * The BSD side's system calls that the machine answers, by name:
 * `sysctl` (name) → its value; `sysctl_names` → all names in order; `msgbuf` → the message buffer (super
 * user);
 * `reboot` ('halt' or 'restart') (super user).
 */
export function registerMachineTraps(
  machine: MachineDescription, onHalt: (reason: 'shutdown' | 'restart') => void,
): void {
  const tree = sysctlTree(machine, POWER_ON_SECONDS)
  registerTrap('sysctl', (_task, name) => {
    const value = typeof name === 'string' ? tree.get(name) : undefined
    return value === undefined ? failure(ENOENT) : success(value)
  })
  registerTrap('sysctl_names', () => success([...tree.keys()]))
  registerTrap('msgbuf', (task) => (task.isPrivileged ? success(msgbufText()) : failure(EPERM)))
  registerTrap('reboot', (task, how) => {
    if (!task.isPrivileged) return failure(EPERM)
    if (how !== 'halt' && how !== 'restart') return failure(EINVAL)
    IOLog(how === 'halt' ? 'CPU halted\n' : 'MACH Reboot\n')
    onHalt(how === 'halt' ? 'shutdown' : 'restart')
    return success(null)
  })
}

function success(value: unknown): TrapResult {
  return { errno: 0, value }
}

function failure(errno: number): TrapResult {
  return { errno, value: null }
}
