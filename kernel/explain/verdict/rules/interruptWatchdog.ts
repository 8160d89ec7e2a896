import type { VerdictRule } from '../VerdictRule.ts'
import { oneOf } from '../oneOf.ts'

const SAYS = oneOf(
  /Interrupt watchdog, *cpu: (\d{1,4}) interrupt: (0x[0-9a-f]{1,16}|\d{1,9})|interrupt storm/iu,
  /Preemption level altered by interrupt vector/iu,
  /(?:Interrupts held disabled|Interrupt handler \S{1,40}|Stackshot disabled interrupts) for \d{1,20} ?(?:ns|nanoseconds)/iu,
  /preemption disable timeout exceeded/iu,
)

/** One interrupt handler, or a storm of interrupts, held a processor. */
export const interruptWatchdog: VerdictRule = {
  name: 'interrupt-watchdog',
  find(panic) {
    const said = panic.says(SAYS)
    if (said === null) return null
    return {
      class: 'interrupt-watchdog',
      title: 'An interrupt did not end',
      backtrace: 'culprit',
      confidence: 'high',
      sentence:
        said.match[1] === undefined
          ? 'An interrupt handler broke the rules of its context.'
          : `Interrupt ${said.match[2]} kept processor ${said.match[1]} for too long.`,
      cause:
        'A driver\'s primary interrupt handler took too long or left the processor in another state than it '
          + 'found it.',
      evidence: [panic.evidence(said.line, 'the message names the vector')],
      next: [
        'Find the owner of the vector in the registry: IOInterruptSpecifiers of the nubs.',
        'In that driver do only what must be done in the filter, the rest on the work loop.',
      ],
    }
  },
}
