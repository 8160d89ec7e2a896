import type { VerdictRule } from '../VerdictRule.ts'
import { oneOf } from '../oneOf.ts'

const SAYS = oneOf(
  /Unrecoverable deadlock|IOWorkLoop \S{1,20} lock time|Lock (?:not )?owned/iu,
  /Mutex (?:unlock attempted|\S{1,20} is (?:un)?expectedly|\S{1,20} is held)|RW lock|reflock/iu,
  /lck_rw_\w{1,40}\(\): (?:lock|invalid rw lock)|mutex \S{1,20} (?:in IRQ context|still has waiters)/iu,
  /Ticket lock \S{1,20} is|Invalid (?:spinlock|ticket lock|HW ticket)|destroyed lock/iu,
  /\bdeadlock/iu,
)

/** A lock was used against its rules, or threads wait for each other. */
export const locks: VerdictRule = {
  name: 'locks',
  find(panic) {
    const said = panic.says(SAYS)
    if (said === null) return null
    const isDead = /deadlock|lock time/iu.test(said.match[0])
    const place = panic.nearestKext() ?? panic.place()
    const what = isDead
      ? 'A lock will never be free again'
      : 'A lock was taken, given back or destroyed against its rules'
    return {
      class: isDead ? 'deadlock' : 'lock-misuse',
      title: isDead ? 'Threads wait for each other' : 'A lock was used wrongly',
      backtrace: 'culprit',
      confidence: 'high',
      sentence: `${what}${place === null ? '' : `, in ${place}`}.`,
      cause: isDead
        ? 'Two locks are taken in opposite orders, or a thread waits for itself.'
        : 'The lock was freed, belongs to another thread, is taken twice, or was given back without being '
          + 'held.',
      evidence: [panic.evidence(said.line, 'the lock\'s own check')],
      next: [
        'Check the order of the locks and gates in the kext of the backtrace.',
        'Check that a lock outlives its users.',
      ],
    }
  },
}
