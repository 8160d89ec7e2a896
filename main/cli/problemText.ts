import type { Problem } from '../../kernel/index.ts'

/** One line per fault: where, what, seen, wanted. */
export function formatProblems(problems: readonly Problem[]): string {
  return problems.map((problem) => {
    const place = problem.line === undefined ? problem.where : `${problem.where}:${problem.line}`
    const seen = problem.seen === undefined ? '' : ` Seen: ${problem.seen}.`
    const wanted = problem.wanted === undefined ? '' : ` Wanted: ${problem.wanted}.`
    return `  ${place}: ${problem.message}${seen}${wanted}\n`
  }).join('')
}
