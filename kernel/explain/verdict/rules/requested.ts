import type { Finding, VerdictRule } from '../VerdictRule.ts'
import { oneOf } from '../oneOf.ts'

const SAYS = oneOf(
  /dtrace: panic action|user(?:space)? (?:requested|initiated) panic/iu,
  /panic(?:_kernel)? (?:sysctl|test)|sysctl (?:debug|kern)\.panic|NMI (?:panic|received)/iu,
  /^"?NMIPI|forced panic|test panic|Simulated panic|SIMULTANEOUS PANIC TEST|reboot_np/iu,
  /launchd.{0,30}panic requested/iu,
)

/** Somebody asked for the panic. */
export const requested: VerdictRule = {
  name: 'requested',
  find(panic): Finding | null {
    const said = panic.says(SAYS)
    const byFlag =
      panic.facts.panicFlags?.meanings.some((meaning) => /a process asked/u.test(meaning)) === true
    if (said === null && !byFlag) return null
    return {
      class: 'requested-panic',
      title: 'A panic that was asked for',
      backtrace: 'reporter',
      confidence: said === null ? 'medium' : 'high',
      sentence: 'The panic was asked for by a person or a program; the kernel did not fail by itself.',
      cause: 'A tool, a script, a debugger\'s key or a process with the right to do so requested it.',
      evidence:
        said === null
          ? [panic.evidence(panic.facts.panicLine, 'the flags say that a process asked for it')]
          : [panic.evidence(said.line, 'the words of a request')],
      cannotTell: 'It was a request: the process that made it is the panicked task, if there is one.',
      next: ['Find out who asked: the panicked task, and what ran in that minute.'],
    }
  },
}
