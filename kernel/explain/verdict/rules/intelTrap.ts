import type { Finding, VerdictRule } from '../VerdictRule.ts'
import { accessWords, causeOfAddress } from './armAbort.ts'

const NAMES: Readonly<Record<number, readonly [string, string]>> = {
  0: ['divide-error', 'Division by zero in the kernel'],
  1: ['debug-trap', 'Debug trap in the kernel'],
  3: ['breakpoint', 'Breakpoint in the kernel'],
  6: ['invalid-opcode', 'The kernel ran into something that is no instruction'],
  8: ['double-fault', 'A fault while handling a fault'],
  13: ['general-protection', 'An impossible address or instruction'],
  14: ['page-fault', 'Bad memory access in the kernel'],
}

const CAUSES: Readonly<Record<string, string>> = {
  'divide-error': 'A divisor was zero: often a size or a rate that a device reported.',
  'debug-trap': 'A debug register or a single step fired in the kernel.',
  breakpoint: 'An int3 instruction: a check of the compiler, or a debugger\'s breakpoint left behind.',
  'invalid-opcode':
    'A check of the compiler (ud2), an instruction that this processor does not have, or a jump into data.',
  'double-fault': 'Most often a kernel stack overflowed: calls too deep or local variables too large.',
}

/** A trap of an Intel kernel. */
export const intelTrap: VerdictRule = {
  name: 'intel-trap',
  find(panic): Finding | null {
    const { trap, derived } = panic.facts
    const double = trap === null ? panic.says(/^Double fault at/iu) : null
    const type = double === null ? trap?.type : 8
    if (type === undefined) return null
    const [name, title] = NAMES[type] ?? ['trap', `Trap ${type} (${trap?.name ?? 'unknown'}) in the kernel`]
    const isJump = type === 14 && (derived.fault?.access === 'execute' || trap?.hint === 'Kernel NX fault')
    const { fault } = derived
    const line = trap?.line ?? panic.facts.panicLine
    return {
      class: isJump ? 'kernel-nx-fault' : name,
      title: isJump ? 'The kernel jumped to memory that is not code' : title,
      backtrace: 'culprit',
      confidence: 'high',
      sentence:
        type === 14
          ? `${accessWords(panic)}: ${fault?.reason ?? 'page fault'}.`
          : `${title}${panic.place() === null ? '' : `, in ${panic.place()}`}.`,
      cause: CAUSES[name] ?? causeOfAddress(panic),
      evidence: [
        panic.evidence(line, `trap ${type} is ${trap?.name ?? 'a double fault'}`),
        ...(fault?.pattern == null
          ? []
          : [
              panic.evidence(
                fault.line,
                `${type === 13 ? 'the registers' : 'the address'}: ${fault.pattern}`,
              ),
            ]),
      ],
      next: [
        'Look up RIP in the kernel or kext with the same UUID (address minus slide, or minus the kext\'s '
          + 'start).',
        'See which register held the address, and who may have freed or cleared what it pointed at.',
      ],
    }
  },
}
