import { expect, test } from 'vitest'
import intel from '../../../../resources/machines/intel-desktop.json' with { type: 'json' }
import { runOn, startMachine } from '../../../../test/support/machineStory.ts'

test('instances of classes are counted, all in order or those named', () => {
  const machine = startMachine(intel)
  const named = runOn(machine, 'ioclasscount IOMedia NoSuchClass; ioreg -c IOMedia | grep -c "class IOMedia,"')
  expect(named.stdout).toMatch(/^IOMedia = (\d+), NoSuchClass = <no such class>\n\1\n$/)
  const lines = runOn(machine, 'ioclasscount').stdout.trimEnd().split('\n')
  expect(lines.length).toBeGreaterThan(50)
  const names = lines.map((line) => line.toLowerCase().split(' ')[0]!)
  expect(names).toEqual(names.toSorted((a, b) => (a < b ? -1 : 1)))
  expect(lines.every((line) => /^\w+ = \d+$/u.test(line))).toBe(true)
})
