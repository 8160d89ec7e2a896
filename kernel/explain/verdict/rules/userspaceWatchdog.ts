import type { Finding, VerdictRule } from '../VerdictRule.ts'
import type { PanicView } from '../PanicView.ts'
import { oneOf } from '../oneOf.ts'

const SAYS = oneOf(
  /userspace watchdog timeout: (?:no successful checkins from (\S{1,200})|(.*))/iu,
  /userspace panic: (?:(\S{1,200}) (?:connection )?watchdog expired|.*watchdog expired)/iu,
)

const HINTS: Readonly<Record<string, string>> = {
  WindowServer: 'It waits for the GPU or for a display more often than for anything else.',
  'com.apple.WindowServer': 'It waits for the GPU or for a display more often than for anything else.',
  logd: 'It waits for storage, or the machine was starved of memory.',
  'com.apple.logd': 'It waits for storage, or the machine was starved of memory.',
  opendirectoryd: 'It waits for directories on the network or for storage.',
  configd: 'It waits for a network driver.',
  watchdogd: 'Nothing of user space ran any more.',
}

function others(panic: PanicView, victim: string): Finding['evidence'] {
  return panic.facts.services
    .filter(({ name }) => name !== victim)
    .slice(0, 4)
    .map(({ name, lastSuccessSeconds, line }) =>
      panic.evidence(
        line,
        lastSuccessSeconds === null
          ? `${name} is another service that is watched`
          : `${name} still answered ${lastSuccessSeconds} seconds before`,
      ),
    )
}

/** A service of user space stopped telling that it was well. */
export const userspaceWatchdog: VerdictRule = {
  name: 'userspace-watchdog',
  find(panic): Finding | null {
    const said = panic.says(SAYS)
    if (said === null) return null
    const victim = said.match[1] ?? said.match[3] ?? 'a service of user space'
    const own = panic.facts.services.find(({ name }) => name === victim || name.endsWith(`.${victim}`))
    const crashes = /\((\d{1,4}) induced crash/u.exec(panic.words)?.[1] ?? null
    const waited = /in (\d{1,6}) seconds/u.exec(panic.words)?.[1] ?? null
    const alone =
      panic.facts.services.length > 1 &&
      panic.facts.services.every(
        ({ name, lastSuccessSeconds }) => name === own?.name || (lastSuccessSeconds ?? 99) < 60,
      )
    return {
      class: 'userspace-watchdog',
      title: `${victim} did not answer the watchdog`,
      backtrace: 'reporter',
      confidence: 'high',
      sentence:
        `${victim} has not checked in with the watchdog${waited === null ? '' : ` for ${waited} seconds`}, `
          + 'so the machine was stopped on purpose' +
        `${crashes === null ? '' : `; it had been killed and restarted ${crashes} times before`}.`,
      cause: `${victim} is the victim: it was alive and waited for something. ${HINTS[victim] ?? ''}`.trim(),
      evidence: [
        panic.evidence(said.line, 'the watchdog\'s own message'),
        ...(own === undefined ? [] : [panic.evidence(own.line, 'its last sign of life')]),
        ...others(panic, own?.name ?? victim),
      ],
      leads: [
        {
          bundle: victim,
          kind: 'process',
          weight: 'weak',
          evidence: [
            panic.evidence(
              said.line,
              `${alone ? 'it alone hung; the other services were well' : 'it hung'}: whatever it waited for `
                + 'is the cause',
            ),
          ],
        },
      ],
      cannotTell: `It is known that ${victim} hung, not what it waited for: that takes the stackshot.`,
      cautions: [
        'The panicked task is the watchdog itself (watchdogd); it only reports.',
        'Kexts in the backtrace belong to the watchdog timer, not to what hung.',
      ],
      next: [
        `Look in the stackshot for the threads of ${victim} and what they wait for.`,
        'Look for GPU restarts, storage errors and memory pressure in the minutes before.',
        'Look for a spin report of watchdogd of the same time (userspace_watchdog_timeout…).',
      ],
    }
  },
}
