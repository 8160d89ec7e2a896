import type { VerdictRule } from '../VerdictRule.ts'
import { oneOf } from '../oneOf.ts'

const SAYS = oneOf(
  /thread_invoke: preemption_level (-?\d{1,9})|blocking while holding a spinlock/iu,
  /with preemption disabled|Preemption count underflow|preemption level/iu,
)

/** Code blocked where blocking is forbidden. */
export const preemption: VerdictRule = {
  name: 'preemption',
  find(panic) {
    const said = panic.says(SAYS)
    if (said === null) return null
    const place = panic.nearestKext() ?? panic.place()
    return {
      class: 'spinlock-block',
      title: 'Blocked where blocking is forbidden',
      backtrace: 'culprit',
      confidence: 'high',
      sentence: `Code went to wait${place === null ? '' : ` (from ${place})`} while it held a spin lock or `
        + 'ran in an interrupt.',
      cause:
        'While preemption is off a thread must not block: allocating memory, taking a mutex or sleeping '
          + 'there stops the processor for good.',
      evidence: [
        panic.evidence(said.line, 'the scheduler found preemption off when a thread wanted to wait'),
      ],
      next: [
        'The lowest kext in the backtrace took the spin lock: look between IOSimpleLockLock and Unlock for '
          + 'a call that can wait.',
        'Move what can wait out of the lock, or to the work loop, or use a mutex.',
      ],
    }
  },
}
