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
    const places = rows.flatMap(([, row, cell]) => (cell === '' || cell === undefined ? []
      : cell.split(/; (?=[a-z]+\/)/u).map((place) => ({ row, place }))))
    const missing = places.filter(({ place }) => !isThere(place)).map(({ row, place }) => `${row}: ${place}`)
    expect(missing).toEqual([])
  })
})

/** Whether `file › name › name` stands in that file; what follows a comma are the parameters of a table of tests. */
function isThere(place: string): boolean {
  const [file = '', ...names] = place.split(' › ')
  const path = join(root, file)
  const text = existsSync(path) ? readFileSync(path, 'utf8') : ''
  return names.length > 0 && names.every((name) => text.includes(name) || text.includes(name.split(', ')[0]!))
}
