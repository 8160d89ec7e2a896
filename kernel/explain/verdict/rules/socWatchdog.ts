import type { VerdictRule } from '../VerdictRule.ts'

/** The chip's own watchdog reset the machine: nothing was there to write a panic. */
export const socWatchdog: VerdictRule = {
  name: 'soc-watchdog',
  find(panic) {
    const said = panic.says(/Unexpected SoC \(system\) watchdog reset|SoC watchdog (?:reset|timeout)/iu)
    if (said === null) return null
    return {
      class: 'soc-watchdog',
      title: 'The chip reset itself',
      backtrace: 'reporter',
      confidence: 'high',
      sentence: 'The watchdog in the chip reset the machine: not even the code that writes panics ran any more.',
      cause:
        'All processors stopped, or the bus did: power, heat, a device that holds the fabric, or firmware.',
      evidence: [panic.evidence(said.line, 'found at the next start: the last reset was the watchdog\'s')],
      leads: [
        {
          bundle: 'system on a chip',
          kind: 'hardware',
          weight: 'fair',
          evidence: [panic.evidence(said.line, 'its watchdog expired')],
        },
      ],
      cannotTell: 'The report was made at the next start; what ran before the reset is not in it.',
      next: [
        'Take off docks, hubs and displays, and install the newest system: it carries the firmware.',
        'If it comes back on a clean system, have the hardware examined.',
      ],
    }
  },
}
