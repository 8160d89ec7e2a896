import type { Problem } from '../../../../api/index.ts'
import type { Fault } from '../../LintRule.ts'

/** A problem that the reader of machine files tells, as a fault. */
export function faultOf({ where, message, seen, wanted }: Problem): Fault {
  const text = `${message}${seen === undefined ? '' : ` Seen: ${seen}.`}`
  const fault = { at: stepsOf(where), message: text }
  return wanted === undefined ? fault : { ...fault, fix: `Wanted: ${wanted}.` }
}

/** `devices[3].slot` as steps from the top. */
function stepsOf(where: string): (string | number)[] {
  if (where === 'machine') return []
  return [...where.matchAll(/\[(\d+)\]|([^.[\]]+)/gu)].map(([, index, key]) =>
    (index === undefined ? key! : Number(index)))
}
