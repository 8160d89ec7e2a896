import type { Finding, VerdictRule } from '../VerdictRule.ts'

const ACK =
  /([\w:~]{1,100})::setPowerState\([^)]{0,120}?(\d{1,3}) -> (\d{1,3})\) timed out after (\d{1,9}) ms/u

/** A driver was told to change its power state and did not say that it had. */
export const powerState: VerdictRule = {
  name: 'power-state',
  find(panic): Finding | null {
    const said = panic.says(ACK)
    if (said === null) return null
    const [, driver = '', from = '', to = '', ms = ''] = said.match
    const isDown = Number(to) < Number(from)
    return {
      class: 'power-state-timeout',
      title: 'A driver did not change its power state',
      backtrace: 'blocked',
      confidence: 'high',
      sentence: `${driver} did not acknowledge the change from power state ${from} to ${to} within `
        + `${Math.round(Number(ms) / 1000)} seconds.`,
      cause: `Its setPowerState was asked to go ${isDown ? 'down' : 'up'} and neither returned `
        + 'kIOPMAckImplied nor called acknowledgeSetPowerState.',
      evidence: [panic.evidence(said.line, `the driver is an instance of ${driver}`)],
      leads: [
        {
          bundle: driver,
          kind: 'apple',
          weight: 'strong',
          evidence: [panic.evidence(said.line, 'it is the driver that did not answer')],
        },
      ],
      cautions: [
        'A DriverKit driver stands in the registry under its kernel class: the dext behind it may be the '
          + 'one that hangs.',
      ],
      next: [
        `Find ${driver} in the registry (\`ioreg -c ${driver}\`) and see which device it drives.`,
        'Check what that driver waits for in setPowerState: a command to the device, a lock, its user-space '
          + 'half.',
      ],
    }
  },
}
