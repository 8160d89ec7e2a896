import type { Finding, VerdictRule } from '../VerdictRule.ts'
import { oneOf } from '../oneOf.ts'

const IPI =
  oneOf(
    /IPI timeout, unresponsive CPU bitmap: (0x[0-9a-f]{1,16})|unresponsive (?:processor|CPU)/iu,
    /NMI_cpus\(\) timeout cpu (\d{1,4})|failed to respond to cross-call|unable to immediate-IPI/iu,
    /TLB invalidation IPI timeout/iu,
  )

/** Numbers of the bits that are set. */
function processors(bitmap: string): string {
  const bits = BigInt(bitmap)
  const set = Array.from({ length: 64 }, (_, bit) => bit).filter((bit) => ((bits >> BigInt(bit)) & 1n) === 1n)
  return set.length === 0 ? 'one that is not named' : set.join(', ')
}

/** A processor did not answer another one. */
export const ipiTimeout: VerdictRule = {
  name: 'ipi-timeout',
  find(panic): Finding | null {
    const said = panic.says(IPI)
    if (said === null) return null
    const [, bitmap, cpu] = said.match
    const who = bitmap === undefined ? (cpu ?? 'another') : processors(bitmap)
    return {
      class: 'ipi-timeout',
      title: 'A processor does not answer',
      backtrace: 'reporter',
      confidence: 'high',
      sentence: `Processor ${panic.facts.cpu ?? '?'} asked processor ${who} to flush its translations and `
        + 'got no answer.',
      cause: `Processor ${who} had its interrupts off for too long: in a driver, in a virtual machine `
        + 'monitor, in firmware (SMM), or it is stuck.',
      evidence: [panic.evidence(said.line, 'the message names the processors that did not answer')],
      cannotTell: `The backtrace is that of the processor that asked. What processor ${who} was at is not `
        + 'in the text.',
      cautions: ['The panicked task happened to change its memory; any process could have asked.'],
      next: [
        'Look for what runs with interrupts off: hypervisors, third-party kexts, power management of the '
          + 'processor.',
        'Under a virtual machine give the guest fewer processors, or the host more time.',
        'If the same processor does not answer each time, suspect it.',
      ],
    }
  },
}
