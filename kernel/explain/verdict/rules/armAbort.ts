import type { Finding, VerdictRule } from '../VerdictRule.ts'
import type { PanicView } from '../PanicView.ts'

const KINDS: readonly (readonly [RegExp, string, string])[] = [
  [/Invalid kernel stack pointer/iu, 'stack-overflow', 'A kernel stack overflowed'],
  [/Kernel instruction fetch abort/iu, 'instruction-abort', 'The kernel jumped to memory that is not code'],
  [
    /Unaligned kernel data abort|alignment exception/iu,
    'alignment-fault',
    'A misaligned access in the kernel',
  ],
  [
    /Unexpected fault in kernel (?:static region|physical aperture)/iu,
    'data-abort',
    'The kernel wrote to memory that is protected',
  ],
  [/Kernel data abort/iu, 'data-abort', 'Bad memory access in the kernel'],
  [
    /Undefined kernel instruction/iu,
    'undefined-instruction',
    'The kernel ran into something that is no instruction',
  ],
  [/Break 0x[0-9a-f]{1,4} instruction exception/iu, 'assertion', 'The kernel stopped itself at a check'],
]

const BY_CLASS: Readonly<Record<number, readonly [string, string]>> = {
  0x25: ['data-abort', 'Bad memory access in the kernel'],
  0x21: ['instruction-abort', 'The kernel jumped to memory that is not code'],
  0x22: ['alignment-fault', 'A misaligned access in the kernel'],
  0x26: ['alignment-fault', 'A misaligned access in the kernel'],
  0x1c: ['pac-failure', 'A pointer\'s signature was wrong'],
  0x3c: ['assertion', 'The kernel stopped itself at a check'],
  0x00: ['undefined-instruction', 'The kernel ran into something that is no instruction'],
}

/** Faults of an instruction itself: no address is told. */
const isOwnTrap = (name: string): boolean => name === 'assertion' || name === 'undefined-instruction'

/** What the address tells of the mistake. */
export function causeOfAddress(panic: PanicView): string {
  const { fault } = panic.facts.derived
  if (fault === null) return 'The registers that would tell are not in the report.'
  const pattern = fault.pattern ?? ''
  if (/^null/u.test(pattern))
    return `The address is ${pattern}: a pointer was null that should not have been.`
  if (/missing object/u.test(pattern)) return `The address is ${pattern}.`
  if (/freed|0x41|fill|marker/u.test(pattern))
    return `The address is ${pattern}; the pointer was taken out of memory that is not what the code thought.`
  if (/non-canonical/u.test(pattern))
    return `${pattern.slice(0, 1).toUpperCase()}${pattern.slice(1)}: a pointer was overwritten or read out `
      + 'of freed memory.'
  if (fault.access === 'execute')
    return 'A function pointer or a return address was wrong: the object was freed or overwritten, or its '
      + 'kext was unloaded.'
  if (/permission|does not allow/u.test(fault.reason))
    return 'The memory is there and may not be used that way: a pointer is off, or memory was made read-only.'
  return 'The address is that of no mapped memory: the object was freed, or the pointer was overwritten.'
}

/** An access that the processor refused, in words. */
export function accessWords(panic: PanicView): string {
  const { fault } = panic.facts.derived
  const verb = fault?.access === 'write' ? 'wrote' : 'read'
  const address = fault?.address ?? null
  const short = address === null ? 'an address that is not told' : address.replace(/^0x0*(?=.)/u, '0x')
  const from = panic.nearestKext()
  if (fault?.access === 'execute')
    return `The kernel ran code at ${short}${from === null ? '' : `, called from ${from}`}`
  const place = panic.place()
  return `The kernel ${fault?.access === null ? 'used' : verb} `
    + `${short}${place === null ? '' : ` in ${place}`}`
}

function registers(panic: PanicView): Finding['evidence'] {
  const { fault, esr } = panic.facts.derived
  if (fault === null) return []
  const line = fault.line
  return [
    ...(esr === null ? [] : [panic.evidence(line, `esr ${panic.facts.registers['esr'] ?? ''}: ${esr}`)]),
    ...(fault.pattern === null
      ? []
      : [panic.evidence(line, `far ${panic.facts.registers['far'] ?? ''}: ${fault.pattern}`)]),
  ]
}

/** A fault of Apple silicon's kernel. */
export const armAbort: VerdictRule = {
  name: 'arm-abort',
  find(panic): Finding | null {
    const named = KINDS.map((kind) => ({ kind, said: panic.says(kind[0]) })).find(({ said }) => said !== null)
    const esr = panic.facts.registers['esr']
    const isAlone = panic.facts.message === null && esr !== undefined
    const byClass = isAlone ? BY_CLASS[Number((BigInt(esr) >> 26n) & 0x3fn)] : undefined
    if (named === undefined && byClass === undefined) return null
    const [name, title] = named === undefined ? byClass! : [named.kind[1], named.kind[2]]
    return {
      class: name,
      title,
      backtrace: 'culprit',
      confidence: named === undefined ? 'medium' : 'high',
      sentence:
        isOwnTrap(name) || name === 'stack-overflow'
          ? `${title}${panic.place() === null ? '' : `, in ${panic.place()}`}.`
          : `${accessWords(panic)}: ${panic.facts.derived.fault?.reason ?? 'the reason is not told'}.`,
      cause:
        name === 'stack-overflow'
          ? 'Calls went too deep, or local variables are too large for the kernel\'s stack.'
          : name === 'assertion'
            ? 'A BRK instruction is what the compiler puts where code must never come.'
            : name === 'undefined-instruction'
              ? 'An instruction that this processor does not have, or a jump into data.'
              : causeOfAddress(panic),
      evidence: [
        ...(named === undefined ? [] : [panic.evidence(named.said!.line, 'what the exception handler says')]),
        ...registers(panic),
      ],
      cautions:
        named === undefined
          ? ['The panic line is missing: the class is read out of the registers alone.']
          : [],
      next: [
        'Look up pc and lr in the kernel or kext with the same UUID (address minus slide).',
        'See which pointer held the address just before pc, and who may have freed or cleared it.',
      ],
    }
  },
}
