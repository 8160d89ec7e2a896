import { expect, test } from 'vitest'
import { fuzzMach } from '../../../test/support/fuzzMach.ts'

test('random calls leave every count of rights right, and nothing behind when the tasks are gone', () => {
  const digests = [1, 2, 3].map((seed) => fuzzMach(seed, 1500))
  expect(fuzzMach(1, 1500)).toBe(digests[0])
  expect(new Set(digests).size).toBe(3)
})
