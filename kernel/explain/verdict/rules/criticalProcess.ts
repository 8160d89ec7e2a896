import type { Finding, VerdictRule } from '../VerdictRule.ts'
import { oneOf } from '../oneOf.ts'

const EXITED =
  oneOf(
    /(?:^|\s)(initproc|launchd|[\w.-]{1,64}\[\d{1,9}\]) (?:exited|failed to start)(?: --|,|$)/iu,
    /Process 1 exec of|launchd \(\d\) exited|launchd exited/iu,
  )

/** A process without which the system cannot go on ended. */
export const criticalProcess: VerdictRule = {
  name: 'critical-process',
  find(panic): Finding | null {
    const said = panic.says(EXITED)
    if (said === null) return null
    const who = said.match[1] ?? 'launchd'
    const reason = /exit reason namespace (\d{1,3}) subcode (0x[0-9a-f]{1,16})/iu.exec(panic.words)
    const signal = /signal (\d{1,3})/u.exec(panic.words)?.[1] ?? null
    const isSigning = reason?.[1] === '3' || /CS_KILLED/u.test(panic.words)
    const bySignal = signal === null ? '' : ` with signal ${signal}`
    const ending =
      reason === null ? bySignal : ` (exit reason namespace ${reason[1]}, code ${reason[2]})`
    return {
      class: 'critical-process-exit',
      title: `${who} ended`,
      backtrace: 'reporter',
      confidence: 'high',
      sentence:
        `${who}, which must never end, ended` +
        `${ending}.`,
      cause: isSigning
        ? 'Its code signature was refused: a damaged system volume, or a file that was changed.'
        : 'A library or file that it needs is missing or damaged, or storage failed under it.',
      evidence: [panic.evidence(said.line, 'the kernel gives the reason for its end')],
      leads: [
        { bundle: who, kind: 'process', weight: 'strong', evidence: [panic.evidence(said.line, 'it ended')] },
      ],
      next: [
        'Start from recovery and check the volume (Disk Utility, First Aid).',
        'Install the system again over itself.',
        'Undo changes of system files or of boot arguments.',
      ],
    }
  },
}
