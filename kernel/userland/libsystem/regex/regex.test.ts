import { describe, expect, it } from 'vitest'
import { Random } from '../../../sim/Random.ts'
import { compileRegex, groupText, type Regex } from './index.ts'
import type { RegexSyntax } from './parse.ts'

function regex(pattern: string, syntax: RegexSyntax = {}): Regex {
  const compiled = compileRegex(pattern, syntax)
  if ('problem' in compiled) throw new Error(compiled.problem)
  return compiled
}

/** Pattern (BRE), text, and the match with its groups; null for none. */
const CASES: readonly (readonly [pattern: string, text: string, found: readonly string[] | null])[] = [
  ['$', 'abc', ['']],
  ['c$', 'abc', ['c']],
  ['b*', 'abbb', ['']],
  ['a\\{2,3\\}', 'aaaa', ['aaa']],
  ['\\(a\\|ab\\)\\(c\\|bcd\\)', 'abcd', ['abcd', 'a', 'bcd']],
  ['\\(.\\)\\1', 'abccd', ['cc', 'c']],
  ['^\\(.*\\)\\n\\1$', 'ab\nab', ['ab\nab', 'ab']],
  ['\\(a*\\)\\1', 'aaaa', ['aaaa', 'aa']],
  ['\\(.\\)\\1', 'abc', null],
  ['\\<b', 'ab b', ['b']],
]

describe('regular expressions', () => {
  it.each(CASES)('%s in %j', (pattern, text, found) => {
    const compiled = regex(pattern)
    const match = compiled.exec(text)
    const groups = match === null ? null
      : Array.from({ length: compiled.groups + 1 }, (_, group) => groupText(text, match, group))
    expect(groups).toEqual(found)
    expect(compiled.test(text)).toBe(found !== null)
  })

  it('repeat a group in either case where the case does not matter', () => {
    expect(regex('(a.)-\\1', { extended: true, ignoreCase: true }).test('xAb-aBx')).toBe(true)
  })

  it('refuse references to groups that are not closed', () => {
    expect(compileRegex('\\(a\\1\\)')).toEqual({ problem: 'invalid backreference number' })
    expect(compileRegex('\\2\\(a\\)')).toEqual({ problem: 'invalid backreference number' })
  })

  it('find the same with every back reference as the host does', () => {
    const random = new Random(7)
    for (let round = 0; round < 300; round++) {
      const text = Array.from({ length: 8 }, () => 'ab'[random.below(2)]!).join('')
      const group = ['a*', 'ab?', '[ab]+', '.'][random.below(4)]!
      const pattern = `^(${group})${['', 'b*', 'a'][random.below(3)]!}\\1$`
      expect(regex(pattern, { extended: true }).test(text), `${pattern} in ${text}`).toBe(new RegExp(pattern).test(text))
    }
  })

  it('give up where trying every way would take too long', () => {
    const compiled = regex('(a*)*(a*)*(a*)*\\1\\2\\3b', { extended: true })
    expect(compiled.test('a'.repeat(60))).toBe(false)
    expect(compiled.steps).toBeLessThan(600_000)
  })
})
