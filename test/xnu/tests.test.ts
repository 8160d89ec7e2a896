import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'

const root = join(import.meta.dirname, '../..')

/** The rows of `tests.md`: section, row, where its test is, why there is none. */
const rows = readFileSync(join(import.meta.dirname, 'tests.md'), 'utf8').split('\n')
  .filter((line) => /^\| [A-C]\d? \|/u.test(line))
  .map((line) => line.split('|').slice(1, -1).map((cell) => cell.trim()))

describe("the list of xnu's own tests", () => {
  it('names a test or a reason in every row', () => {
    expect(rows.length).toBeGreaterThan(15)
    expect(rows.filter(([, , test, reason]) => test === '' && reason === '')).toEqual([])
  })

  it('names tests that exist', () => {
    const missing = rows.flatMap(([, row, place]) => {
      const [file, ...names] = (place ?? '').split(' › ')
      if (file === undefined || file === '') return []
      const path = join(root, file)
      const text = existsSync(path) ? readFileSync(path, 'utf8') : ''
      return names.length > 0 && names.every((name) => text.includes(name)) ? [] : [`${row}: ${place}`]
    })
    expect(missing).toEqual([])
  })
})
