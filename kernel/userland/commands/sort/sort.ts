import type { KernelThread } from '../../../sim/index.ts'
import { defineCommand } from '../../libsystem/defineCommand.ts'
import { openPath } from '../../libsystem/open.ts'
import type { Process } from '../../libsystem/Process.ts'
import { eachInput, parseOptions, warn, warnPath } from '../support/inputs.ts'
import { compareValues, keyText, NO_ORDER, parseKey, prepare, withFlags, type KeyOrder, type SortKey } from './keys.ts'
import { sortMan } from './sort.man.ts'

const USAGE = 'usage: sort [-bcCdfghnrsuz] [-k field1[,field2]] [-t char] [-o output] [file ...]'

interface Plan {
  readonly order: KeyOrder
  readonly keys: readonly SortKey[]
  readonly separator: string | null
  readonly unique: boolean
  readonly stable: boolean
  readonly check: boolean
  readonly output: string | null
  readonly paths: readonly string[]
}

interface Item {
  readonly line: string
  readonly values: readonly (string | number)[]
}

function* main(process: Process): KernelThread<number> {
  const plan = yield* readPlan(process)
  if (plan === null) return 2
  const lines: string[] = []
  const status = yield* eachInput(process, plan.paths, function* ({ stream }) {
    for (let batch = yield* stream.readLines(); batch !== null; batch = yield* stream.readLines()) {
      for (const line of batch) lines.push(line)
    }
  })
  if (status !== 0) return 2
  const items = lines.map((line) => ({ line, values: valuesOf(line, plan) }))
  if (plan.check) return yield* checkOrder(process, items, plan)
  items.sort((left, right) => compareItems(left, right, plan))
  return yield* writeItems(process, items, plan)
}

function* readPlan(process: Process): KernelThread<Plan | null> {
  const parsed = yield* parseOptions(process, 'bcCdfghik:mno:rst:uz', USAGE)
  if (parsed === null) return null
  const letters = parsed.options.map(({ option }) => option).join('')
  const order = withFlags(NO_ORDER, letters.replace(/[^bdfghnr]/g, ''))
  const keys: SortKey[] = []
  let separator: string | null = null
  let output: string | null = null
  for (const { option, argument } of parsed.options) {
    if (option === 't') separator = argument === '\\t' ? '\t' : argument === '\\0' ? '\0' : [...argument!][0] ?? null
    if (option === 'o') output = argument
    if (option !== 'k') continue
    const key = parseKey(argument!, order)
    if (key === null) {
      yield* warn(process, `-k ${argument}: Invalid argument`)
      return null
    }
    keys.push(key)
  }
  return {
    order, keys, separator, output, paths: parsed.operands,
    unique: letters.includes('u'), stable: letters.includes('s'), check: /[cC]/.test(letters),
  }
}

function valuesOf(line: string, plan: Plan): (string | number)[] {
  if (plan.keys.length === 0) return [prepare(line, plan.order)]
  return plan.keys.map((key) => prepare(keyText(line, key, plan.separator), key.order))
}

function compareKeys(left: Item, right: Item, plan: Plan): number {
  for (let i = 0; i < left.values.length; i++) {
    const result = compareValues(left.values[i]!, right.values[i]!)
    if (result !== 0) return (plan.keys[i]?.order ?? plan.order).reverse ? -result : result
  }
  return 0
}

/** Lines with equal keys are ordered by their bytes, unless the order must stay as it came. */
function compareItems(left: Item, right: Item, plan: Plan): number {
  const result = compareKeys(left, right, plan)
  if (result !== 0 || plan.stable || plan.unique) return result
  const bytes = compareValues(left.line, right.line)
  return plan.order.reverse ? -bytes : bytes
}

function* checkOrder(process: Process, items: readonly Item[], plan: Plan): KernelThread<number> {
  for (let i = 1; i < items.length; i++) {
    const result = compareItems(items[i - 1]!, items[i]!, plan)
    if (result < 0 || (result === 0 && !plan.unique)) continue
    yield* process.stderr.write(`sort: ${plan.paths[0] ?? '-'}:${i + 1}: disorder: ${items[i]!.line}\n`)
    return 1
  }
  return 0
}

function* writeItems(process: Process, items: readonly Item[], plan: Plan): KernelThread<number> {
  if (plan.output !== null) {
    const file = openPath(process, plan.output, { write: true, create: true, truncate: true })
    if (typeof file === 'number') {
      yield* warnPath(process, plan.output, file)
      return 2
    }
    process.setFile(1, file)
  }
  let previous: Item | null = null
  for (const item of items) {
    if (plan.unique && previous !== null && compareKeys(previous, item, plan) === 0) continue
    previous = item
    yield* process.stdout.write(item.line + '\n')
  }
  return 0
}

export const sort = defineCommand({
  name: 'sort', path: '/usr/bin/sort', summary: 'sort lines of text', man: sortMan, main,
})
