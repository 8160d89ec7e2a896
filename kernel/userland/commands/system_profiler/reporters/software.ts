import type { KernelThread } from '../../../../sim/index.ts'
import { mach_absolute_time } from '../../../../mach/user.ts'
import { userland } from '../../../libsystem/userlandState.ts'
import { fact, type Reporter, type Section } from './Section.ts'

const SECOND_NS = 1_000_000_000

/** `SPSoftwareDataType`: one overview of the system. */
export const softwareReporter: Reporter = {
  dataType: 'SPSoftwareDataType', title: 'Software', group: 'Software',
  *report(context): KernelThread<Section> {
    const text = function* (name: string): KernelThread<string> {
      return String((yield* context.sysctl(name)) ?? '')
    }
    const bootArgs = yield* text('kern.bootargs')
    const seconds = Math.floor(mach_absolute_time() / SECOND_NS)
    const facts = [
      fact('os_version', 'System Version',
        `macOS ${yield* text('kern.osproductversion')} (${yield* text('kern.osversion')})`),
      fact('kernel_version', 'Kernel Version', `Darwin ${yield* text('kern.osrelease')}`),
      { key: 'boot_mode', label: 'Boot Mode', value: 'Normal', raw: 'normal_boot' },
      ...(bootArgs === '' ? [] : [fact('boot_args', 'Boot Arguments', bootArgs)]),
      fact('local_host_name', 'Computer Name', userland().hostname),
      { key: 'uptime', label: 'Time since boot', value: upTime(seconds), raw: rawUpTime(seconds) },
    ]
    return { items: [{ key: 'os_overview', name: 'System Software Overview', facts }] }
  },
}

/** Days, hours, minutes and seconds of an up time. */
function partsOf(seconds: number): [number, number, number, number] {
  return [
    Math.floor(seconds / 86_400), Math.floor(seconds / 3600) % 24, Math.floor(seconds / 60) % 60,
    seconds % 60,
  ]
}

function rawUpTime(seconds: number): string {
  const [days, hours, minutes, rest] = partsOf(seconds)
  return `up ${days}:${hours}:${minutes}:${rest}`
}

/** `16 hours, 15 minutes`; below a minute the seconds. */
function upTime(seconds: number): string {
  const [days, hours, minutes, rest] = partsOf(seconds)
  const unit = (count: number, name: string): string => `${count} ${name}${count === 1 ? '' : 's'}`
  const parts = [[days, 'day'], [hours, 'hour'], [minutes, 'minute']] as const
  const shown = parts.filter(([count]) => count > 0).map(([count, name]) => unit(count, name))
  return shown.length === 0 ? unit(rest, 'second') : shown.join(', ')
}
