import type { Finding, VerdictRule } from '../VerdictRule.ts'

const KINDS: readonly (readonly [RegExp, string, string])[] = [
  [
    /macOS watchdog detected/iu,
    't2-watchdog',
    'macOS did not answer the T2 chip any more, so the T2 stopped the machine.',
  ],
  [
    /x86 global reset detected/iu,
    'x86-global-reset',
    'The Intel side was reset without telling the T2 chip.',
  ],
  [
    /x86 CPU CATERR detected/iu,
    'machine-check',
    'The Intel processor signalled a catastrophic error to the T2 chip.',
  ],
  [/BAD MAGIC/u, 't2-no-log', 'The T2 chip found no panic log of macOS.'],
]

/** What the T2 chip says of the Intel side. */
export const bridge: VerdictRule = {
  name: 'bridge',
  find(panic): Finding | null {
    for (const [pattern, name, sentence] of KINDS) {
      const said = panic.says(pattern)
      if (said === null) continue
      return {
        class: name,
        title: 'Report of the T2 chip',
        sentence,
        backtrace: 'reporter',
        confidence: 'high',
        cause:
          'This is the T2 chip\'s report about macOS. Its own backtrace shows how it noticed, not what went '
            + 'wrong in macOS.',
        evidence: [
          panic.evidence(said.line, 'the T2\'s words'),
          ...panic.labelled('x86 EFI Boot State', 'how far the Intel side had booted'),
          ...panic.labelled('x86 System State', 'whether macOS was awake, asleep or between'),
          ...panic.labelled('x86 Shutdown Cause', 'why the Intel side last went down'),
        ],
        cannotTell:
          'Only the T2\'s side is here. Whoever stopped macOS is in the macOS panic log or stackshot, if '
            + 'there is one.',
        next: [
          'Look for a macOS panic of the same minute in /Library/Logs/DiagnosticReports.',
          'If it happens asleep or at wake, look at `pmset -g log` for the last transition and take off '
            + 'devices.',
          'Without any macOS log, suspect power, heat or the processor.',
        ],
      }
    }
    return null
  },
}
