import { expect, test } from 'vitest'
import { fuzzIOKit } from '../../../test/support/fuzzIOKit.ts'

test('random messages get codes, stop nothing and leave nothing behind', () => {
  const digest = fuzzIOKit(1, 1500)
  fuzzIOKit(2, 1500)
  expect(fuzzIOKit(1, 1500)).toBe(digest)
})
