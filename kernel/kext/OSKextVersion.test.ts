import { describe, expect, it } from 'vitest'
import { OSKextParseVersionString as parse, OSKextVersionGetString as print } from './OSKextVersion.ts'

describe('kext versions', () => {
  it('order stages before the release they lead to', () => {
    const versions = ['1.0d1', '1.0a9', '1.0b1', '1.0fc2', '1.0', '1.0.1', '1.1', '2', '10.4.0'].map(parse)
    expect(versions).toEqual(versions.toSorted((a, b) => (a < b ? -1 : 1)))
    expect(new Set(versions).size).toBe(versions.length)
  })

  it('print with a minor number and without a zero revision', () => {
    expect(['2.1.0', '4', '1.0.0d1', '1.2.3', '1.0f5'].map((text) => print(parse(text)))).toEqual(['2.1', '4.0', '1.0d1', '1.2.3', '1.0fc5'])
    expect([print(-1n), print(0n)]).toEqual(['(invalid)', '(missing)'])
  })

  it('may leave out digits after a point, and end at a blank, as in the kernel', () => {
    expect(['1.', '1830.10.b13', '1..2', '2.0 (build 4)', '1.0d0', '1.0.1234.'].map((text) => print(parse(text)))).toEqual(
      ['1.0', '1830.10b13', '1.0.2', '2.0', '1.0d0', '1.0.1234'],
    )
  })

  it('refuse what is no version', () => {
    for (const text of ['', 'x', '1.2.3.4', '12345', '1.0f0', '1.0d256', '1.0z1', '1.0d', '1.0.00001', '$(VERSION)', ' 1']) {
      expect(parse(text), text).toBe(-1n)
    }
  })
})
