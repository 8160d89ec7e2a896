import type { VerdictRule } from '../VerdictRule.ts'

/** The monitor below the kernel refused what the kernel asked. */
export const pageTableMonitor: VerdictRule = {
  name: 'page-table-monitor',
  find(panic) {
    const said = panic.says(
      /\[SPTM\]|VIOLATION_\w{1,80}|\[TXM\]|TXM \[Error\]|\bPPL\b.{0,40}violation|kernel integrity/iu,
    )
    if (said === null) return null
    const isTxm = /TXM/u.test(said.match[0])
    return {
      class: isTxm ? 'txm-violation' : 'sptm-violation',
      title: isTxm
        ? 'The code-signing monitor refused a request'
        : 'The page-table monitor refused a request',
      backtrace: 'culprit',
      confidence: 'high',
      sentence: `${isTxm ? 'The trusted execution monitor' : 'The secure page-table monitor'} stopped the `
        + `machine: ${said.match[0]}.`,
      cause:
        'The kernel, or a kext through it, asked for a mapping, a page type or a signature that is not '
          + 'allowed.',
      evidence: [panic.evidence(said.line, 'the monitor\'s own message')],
      next: [
        'Look at the kext nearest below the monitor in the backtrace.',
        'Check for exploits and jailbreak tools: they end here too.',
      ],
    }
  },
}
