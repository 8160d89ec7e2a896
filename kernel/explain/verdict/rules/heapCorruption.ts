import type { VerdictRule } from '../VerdictRule.ts'
import { oneOf } from '../oneOf.ts'

const SAYS = oneOf(
  /heap corruption|kmem_error|stack (?:memory )?corruption|stack_chk|stack overflow/iu,
  /buffer overflow|redzone|guard (?:page|word)/iu,
)

/** A kext's own allocator, or the stack guard, found memory overwritten. */
export const heapCorruption: VerdictRule = {
  name: 'heap-corruption',
  find(panic) {
    const said = panic.says(SAYS)
    if (said === null) return null
    const isStack = /stack/iu.test(said.match[0])
    const place = panic.place()
    return {
      class: isStack ? 'stack-corruption' : 'heap-corruption',
      title: isStack ? 'A stack was overwritten' : 'Heap memory was overwritten',
      backtrace: 'culprit',
      confidence: 'high',
      sentence: `${isStack ? 'The guard of a kernel stack' : 'The guard of a memory block'} was `
        + `overwritten${place === null ? '' : `; ${place} noticed it`}.`,
      cause: isStack
        ? 'A function wrote past the end of a local array, or calls went deeper than the kernel\'s 16 kB '
          + 'stack.'
        : 'A block was written past its end, freed with the wrong size, or freed twice.',
      evidence: [panic.evidence(said.line, 'the check that failed')],
      cautions: isStack
        ? []
        : ['The code that frees a block notices what somebody else may have done to it.'],
      next: [
        'Build the kext with its allocator\'s debugging on (audit, red zones).',
        'Look at the size that is freed against the size that was allocated.',
      ],
    }
  },
}
