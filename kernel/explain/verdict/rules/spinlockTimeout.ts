import { oneOf } from '../oneOf.ts'
import type { Finding, VerdictRule } from '../VerdictRule.ts'

const SPIN = oneOf(
  /(?:Spinlock|Ticket spinlock|Mutex interlock)\S{0,40} ?(?:acquisition )?(?:timed out|timeout)/iu,
  /(?:Ptr spinlock|paddr spinlock|simple lock|waitq\([^)]{1,40}\) lock)\S{0,40} ?(?:timed out|timeout)/iu,
  /Spinlock\[.{1,40}\] timeout/iu,
)

/** A processor spun for a lock that its owner did not give back. */
export const spinlockTimeout: VerdictRule = {
  name: 'spinlock-timeout',
  find(panic): Finding | null {
    const said = panic.says(SPIN)
    if (said === null) return null
    const owner = /owner(?: thread)?[=:]? ?(0x[0-9a-f]{1,16})/iu.exec(panic.words)?.[1] ?? null
    const cpu =
      /(?:active on CPU|owner_cpu|on cpu)[=: ]{1,3}(0x[0-9a-f]{1,4}|\d{1,4})/iu.exec(panic.words)?.[1] ?? null
    return {
      class: 'spinlock-timeout',
      title: 'A spin lock was not given back',
      backtrace: 'victim',
      confidence: 'high',
      sentence: 'A processor waited too long for a spin '
        + `lock${owner === null ? '' : ` that thread ${owner} owns`}`
        + `${cpu === null ? '' : ` on processor ${cpu}`}.`,
      cause: 'The owner of the lock spins itself, was interrupted for too long, or never gives it back.',
      evidence: [panic.evidence(said.line, 'the message names lock, owner and processor')],
      cannotTell:
        'This backtrace is the waiter\'s. The owner of the lock is on another processor, whose stack is not '
          + 'in the text.',
      cautions: ['The thread that panicked is the one that waited: it is a bystander.'],
      next: [
        'Look for the owner\'s thread in the stackshot.',
        'On virtual or emulated processors check that each gets time.',
      ],
    }
  },
}
