// Whatever a file of symbols holds, it is read without a throw or a hang.
import { it } from 'vitest'
import { fuzzMachO } from '../../../test/support/fuzzMachO.ts'

it('mutated files of symbols are read', () => {
  fuzzMachO(1, 2_000)
}, 60_000)
