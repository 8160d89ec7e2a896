import { existsSync } from 'node:fs'
import { parseArgs } from 'node:util'
import type { ExplainedCandidate, Explanation } from '../../../kernel/api/index.ts'
import { explainDump, explainMachine, type ExplainAnswer, type ExplainRequest } from
  '../../../kernel/explain/index.ts'
import { columns, counted } from '../columns.ts'
import { EXIT, printJson, UsageError, type CliCommand, type CliIo } from '../Command.ts'
import { defaultDatabasePath } from '../../storage/index.ts'
import { findMachine } from '../machineFile.ts'
import { MachineRun } from '../MachineRun.ts'
import { personalitiesIn, readDump } from './rematch.ts'

const options = {
  provider: { type: 'string' }, personality: { type: 'string' }, json: { type: 'boolean', default: false },
  kexts: { type: 'string', multiple: true, default: [] as string[] }, db: { type: 'string' },
} as const
/** Longest reason in the table; --json has all of it. */
const MAX_TEXT = 120
/** Choices listed when a name fits several providers. */
const MAX_CHOICES = 12

export const explainCommand: CliCommand = {
  name: 'explain',
  synopsis: 'explain (DUMP|MACHINE) --provider (PATH|ID) [--kexts DIR]… [--personality NAME] [--json]',
  summary: 'why a driver came to a provider and others did not, and what would change it',
  async run(args, io) {
    const { values, positionals } = parseArgs({ args, allowPositionals: true, options })
    if (positionals.length !== 1 || values.provider === undefined) {
      throw new UsageError('explain takes one dump or machine, and --provider with a path or an entry id.')
    }
    const kexts = personalitiesIn(values.kexts, io)
    const personality = values.personality ?? null
    const request = { provider: values.provider, kexts, personality }
    const answer = answerFor(positionals[0]!, request, values.db)
    if (answer.explanation === null) throw new UsageError(choiceText(values.provider, answer.choices))
    const { explanation } = answer
    if (personality !== null && explanation.candidates.every((one) => one.personality !== personality)) {
      throw new UsageError(`There is no personality ${personality}; near ones: ${nearNames(explanation)}.`)
    }
    if (values.json) printJson(io, withId(explanation))
    else printExplanation(io, explanation)
    return explanation.candidates.some(({ verdict }) => verdict === 'won') ? EXIT.done : EXIT.negative
  },
}

/** A machine file or the name of a machine boots; any other file is a dump. */
function answerFor(what: string, request: ExplainRequest, database: string | undefined): ExplainAnswer {
  const isDump = what === '-' || (existsSync(what) && !what.endsWith('.json'))
  if (isDump) return explainDump(readDump(what), request)
  const run = new MachineRun(findMachine(what, database ?? defaultDatabasePath()), 1)
  run.boot()
  return explainMachine(run.machine.simulation, request)
}

function nearNames({ candidates }: Explanation): string {
  const near = candidates.filter(({ reason }) => reason !== 'CLASS')
  return near.slice(0, MAX_CHOICES).map((one) => one.personality).join(', ')
}

function choiceText(wanted: string, choices: readonly string[]): string {
  if (choices.length === 0) {
    return `There is no entry ${wanted}: give a path, the end of one, or an id.`
  }
  const shown = choices.slice(0, MAX_CHOICES).map((path) => `  ${path}`).join('\n')
  return `${wanted} fits ${choices.length} entries: give more of the path.\n${shown}`
}

function withId(explanation: Explanation): unknown {
  const { provider } = explanation
  const id = provider.id === null ? null : `0x${provider.id.toString(16)}`
  return { ...explanation, provider: { ...provider, id } }
}

function printExplanation(io: CliIo, { provider, verdict, candidates, counterfactuals }: Explanation): void {
  io.out(`${verdict}\n\n${provider.path}\n  ${provider.classChain.join(' : ')} (${provider.classSource})\n`)
  const near = candidates.filter(({ reason }) => reason !== 'CLASS')
  io.out(`\n${counted(near.length, 'personality', 'personalities')} of this class\n`)
  io.out(columns(near.map(row), 2))
  io.out(`  ${counted(candidates.length - near.length, 'other asks', 'others ask')} for another class\n`)
  for (const one of candidates) if (one.score !== null && one.terms.length > 1) io.out(sumText(one))
  if (counterfactuals.length > 0) io.out('\nWhat would change it\n')
  for (const { edit, outcome } of counterfactuals) io.out(`  ${edit}\n    ${outcome}\n`)
}

function row(one: ExplainedCandidate): string[] {
  const rank = one.rank === null ? '' : `${one.rank}.`
  const trust = one.confidence === 'open source' ? '' : ` (rule: ${one.confidence})`
  const text = one.text.length > MAX_TEXT ? `${one.text.slice(0, MAX_TEXT - 1)}…` : one.text
  return [one.reason, rank, one.score === null ? '' : String(one.score), one.personality, `${text}${trust}`]
}

function sumText({ personality, score, terms }: ExplainedCandidate): string {
  const sum = terms.map(({ name, value }) => `${value} ${name}`).join(' + ').replaceAll('+ -', '- ')
  return `  ${personality}: ${score} = ${sum}\n`
}
