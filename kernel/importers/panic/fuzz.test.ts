import { expect, test } from 'vitest'
import { fuzzPanics } from '../../../test/support/fuzzPanics.ts'

test('damaged panic reports are read and judged without a fault, and every line is counted (seed 20250309)', () => {
  expect(() => fuzzPanics(20250309, 300)).not.toThrow()
}, 30_000)
