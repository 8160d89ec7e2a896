// Goal: registers are found wherever a row names them, as the expression that tells what a cell is finds them.
import { expect, it } from 'vitest'
import { Random } from '../../../sim/index.ts'
import { PanicDraft } from './PanicDraft.ts'
import { registerLine } from './registerLines.ts'

const CELL = /([A-Za-z][A-Za-z0-9]{1,3}): *(0x[0-9a-f]{1,16})/giu
const PIECES = ['RAX', 'x0', 'x28', 'cpsr', 'Fault CR2', 'R15', '1x1', 'far', ':', ': ', ':   ', '0x0', '0X1f', '0xffffff8000000001',
  '0x00000000000000001', '0x', '0xg', ', ', ' ', 'rip: 0x1', 'ABCDE: 0x2', 'bx', '\u{17f}p', '\t', ')', 'eflags']

it('are those of the expression, each with its first value', () => {
  const random = new Random(31)
  let found = 0
  for (let round = 0; round < 4000; round++) {
    const text = `RCX: 0x7, ${Array.from({ length: random.below(14) }, () => PIECES[random.below(PIECES.length)]!).join('')}`
    const draft = new PanicDraft()
    registerLine({ text, number: 1 }, draft)
    const cells = [...text.matchAll(CELL)].map(([, name = '', value = '']) => [name.toLowerCase(), value] as const)
    const wanted = new Map(cells.toReversed())
    found += draft.registers.size
    for (const [name, value] of draft.registers) expect([name, value], text).toEqual([name, wanted.get(name)])
    for (const name of wanted.keys()) if (/^(?:r[a-d]x|r15|rip|far|x0|x28|cpsr)$/u.test(name))
      expect([...draft.registers.keys()], text).toContain(name)
  }
  expect(found).toBeGreaterThan(4000)
})
