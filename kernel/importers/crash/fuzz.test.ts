// Whatever a report looks like after somebody cut and pasted it, it is read without a throw or a hang.
import { it } from 'vitest'
import { fuzzCrash } from '../../../test/support/fuzzCrash.ts'

it('mutated reports are read and judged', () => {
  fuzzCrash(1, 600)
}, 60_000)
