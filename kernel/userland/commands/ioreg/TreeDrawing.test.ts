import { expect, test } from 'vitest'
import { drawingBits, headerPrefix, propertyPrefix } from './TreeDrawing.ts'

test('the last child leaves a blank in its own column, others a bar', () => {
  const root = drawingBits(0, 0, false, true)
  expect(headerPrefix(root, 0)).toBe('+-o ')
  expect(propertyPrefix(root, 0)).toBe('  | ')
  const first = drawingBits(root, 1, true, false)
  expect(headerPrefix(first, 1)).toBe('  +-o ')
  expect(propertyPrefix(first, 1)).toBe('  |   ')
  const last = drawingBits(root, 1, false, true)
  expect(propertyPrefix(last, 1)).toBe('    | ')
})
