import type { Finding, VerdictRule } from '../VerdictRule.ts'
import { oneOf } from '../oneOf.ts'

const SAYS = oneOf(
  /Driver (\S{1,200}) has crashed too many times|DK ack timer expired/iu,
  /waiting for DK drivers to stop|dextLaunchedCount/iu,
)

/** A DriverKit driver that the platform needs kept crashing. */
export const dextCrash: VerdictRule = {
  name: 'dext-crash',
  find(panic): Finding | null {
    const said = panic.says(SAYS)
    if (said === null) return null
    const bundle = said.match[1] ?? null
    return {
      class: bundle === null ? 'dext-timeout' : 'dext-crash-loop',
      title: bundle === null ? 'A DriverKit driver did not answer' : 'A DriverKit driver kept crashing',
      backtrace: 'reporter',
      confidence: 'high',
      sentence:
        bundle === null
          ? 'A DriverKit driver did not stop or answer in time.'
          : `The driver ${bundle} crashed again and again until the kernel gave up.`,
      cause: 'A dext that the system cannot do without is restarted only a few times.',
      evidence: [panic.evidence(said.line, 'the kernel names the driver')],
      leads:
        bundle === null
          ? []
          : [
              {
                bundle,
                kind: bundle.startsWith('com.apple.') ? 'apple' : 'third-party',
                weight: 'strong',
                evidence: [panic.evidence(said.line, 'it crashed')],
              },
            ],
      next: [
        'Read the crash reports of that dext in /Library/Logs/DiagnosticReports: they have the real '
          + 'backtrace.',
        'Take its device off.',
      ],
    }
  },
}
