import type { VerdictRule } from '../VerdictRule.ts'

/** Somebody held the buttons until the machine reset. */
export const forcedReset: VerdictRule = {
  name: 'forced-reset',
  find(panic) {
    const said = panic.says(/^"?btn_rst\b|button reset/iu)
    const isForced = panic.facts.reporter?.bugType?.value === '151'
    if (said === null && !isForced) return null
    return {
      class: 'force-reset',
      title: 'Reset by hand',
      backtrace: 'reporter',
      confidence: 'high',
      sentence: 'Somebody held the buttons until the machine was reset; the kernel itself did not fail.',
      cause:
        'The buttons\' driver asks for a panic when they are held, so that there is a record of what the '
          + 'machine was at.',
      evidence: [
        panic.evidence(said?.line ?? panic.facts.panicLine, 'the message of a reset by the buttons'),
      ],
      cannotTell:
        'The reset was asked for from outside. What made somebody ask for it is in the stackshot, not in '
          + 'this panic.',
      cautions: [
        'The driver of the buttons is in the backtrace because it reports the reset; it is not the cause.',
      ],
      next: [
        'Look at the stackshot for processes with many threads in uninterruptible waits.',
        'Ask what the screen showed; without a hang before it, check the buttons for one that sticks.',
      ],
    }
  },
}
