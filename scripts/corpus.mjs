// npm run corpus: the command line on a corpus of real files, one line per measure with its goal, each shortfall with its
// cause. Options: --corpus DIR (default: ../shared/corpus), --limit N (files per measure), --workers N, --details.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { nodeBinary, root } from './lib/project.mjs'

const { values } = parseArgs({
  options: {
    corpus: { type: 'string' }, limit: { type: 'string', default: '0' }, workers: { type: 'string', default: '2' },
    details: { type: 'boolean', default: false },
  },
})
const corpus = resolve(values.corpus ?? join(root, '../shared/corpus'))
const grader = join(corpus, '../tools/grade.py')
const cli = join(root, 'scripts/workbench.mjs')
const cache = join(root, '.cache')

/** What each measure has to reach. */
const GOALS = [
  ['ioreg.read', 1, 'dumps read: format, entries, unique ids, root, depth'],
  ['ioreg.identity', 0.999, 'lines of unclipped text dumps given back byte for byte'],
  ['ioreg.identity.files', 0.95, 'whole files given back byte for byte'],
  ['match.recall.open', 0.98, 'attachments made again, rules open, fully usable'],
  ['match.recall.usable', 0.92, 'attachments made again, all usable ones'],
  ['match.explained', 1, 'attachments that only one side has, with a reason'],
  ['explain.edits', 1, 'edits that explanations propose and that turn the outcome when they are made'],
  ['panics.fields', 0.99, 'facts of panics stated right'],
  ['panics.classes', 0.95, 'panics with a class other than unknown'],
  ['panics.suspects', 1, 'panics with a suspect, or with the reason why none can be named'],
  ['crashes.fields', 0.98, 'facts of crash reports stated right'],
  ['kexts.lint', 1, 'property lists linted'],
  ['kexts.personalities', 1, 'personalities read'],
  ['linux.devices', 1, 'devices of hardware lists'],
]

function stop(message) {
  process.stderr.write(`${message}\n`)
  process.exit(2)
}

/** One JSON document of the command line; null when the command failed. */
function workbench(...args) {
  const done = spawnSync(process.execPath, [cli, ...args, '--json'], { encoding: 'utf8', maxBuffer: 1 << 30 })
  if (done.status !== 0 && done.status !== 1) return null
  try {
    return JSON.parse(done.stdout)
  } catch {
    return null
  }
}

function files(folder) {
  const all = readdirSync(join(corpus, folder)).sort()
  const limit = Number(values.limit)
  return (limit > 0 ? all.slice(0, limit) : all).map((name) => join(corpus, folder, name))
}

/** A share with the cases that fall short. */
function share(cases, isRight, cause) {
  const wrong = cases.filter((one) => !isRight(one))
  const score = cases.length === 0 ? null : (cases.length - wrong.length) / cases.length
  return { score, right: cases.length - wrong.length, of: cases.length, worst: wrong.map((one) => ({ ...cause(one) })) }
}

function judgedPanics() {
  const read = files('panics').map((path) => ({ path, report: workbench('panic', path) }))
  const name = ({ path }) => path.split('/').pop()
  return {
    'panics.classes': share(read, ({ report }) => report !== null && report.verdict.class !== 'unknown', (one) => ({
      case: name(one), note: one.report === null ? 'the command failed' : 'no rule fits' })),
    'panics.suspects': share(read, ({ report }) => report !== null
      && (report.verdict.suspects.length > 0 || report.verdict.cannotTell !== null), (one) => ({
      case: name(one), note: 'neither a suspect nor a reason' })),
  }
}

/** Every attachment that stands on one side only says why. */
function explainedDifferences() {
  const differences = files('ioreg').flatMap((path) => (workbench('rematch', path)?.attachments ?? [])
    .filter((one) => one.in !== 'both').map((one) => ({ ...one, path })))
  const counts = new Map()
  for (const one of differences) {
    const key = `${one.in === 'ours' ? 'only ours' : 'only in the dump'}: ${one.reason?.code ?? 'NO REASON'}`
    counts.set(key, (counts.get(key) ?? 0) + 1)
  }
  const measure = share(differences, (one) => Boolean(one.reason?.text), (one) => ({
    case: one.path.split('/').pop(), note: `${one.IOClass} on ${one.providerPath.split('/').pop()}` }))
  return { measure, counts: [...counts].sort((a, b) => b[1] - a[1]) }
}

/** Every edit that an explanation of any entry of any dump proposes is made, with the whole matcher. */
function madeEdits() {
  const script = join(root, 'test/corpus/allEdits.ts')
  const done = spawnSync(nodeBinary(), ['--experimental-transform-types', '--no-warnings', script, join(corpus, 'ioreg'), values.limit],
    { encoding: 'utf8', maxBuffer: 1 << 28 })
  if (done.status !== 0) return { score: 0, right: 0, of: 0, worst: [{ case: 'allEdits.ts', note: done.stderr.trim().slice(0, 200) }] }
  const dumps = JSON.parse(done.stdout)
  const of = dumps.reduce((sum, { edits }) => sum + edits, 0)
  const worst = dumps.flatMap(({ name, broken }) => broken.map((note) => ({ case: name, note })))
  return { score: of === 0 ? null : (of - worst.length) / of, right: of - worst.length, of, worst }
}

function show(score) {
  return score === null ? ' n/a  ' : (Math.floor(score * 10_000) / 10_000).toFixed(4)
}

if (!existsSync(join(corpus, 'truth'))) stop(`${corpus} is no corpus (a folder truth/ is wanted): give one with --corpus DIR.`)
if (!existsSync(grader)) stop(`${grader} is missing: the corpus comes with its grader in ../tools.`)
mkdirSync(cache, { recursive: true })
const out = join(cache, 'corpus.json')
const progress = process.stderr.isTTY ? 'inherit' : 'ignore'
process.stderr.write('Grading the command line; this takes some minutes.\n')
const graded = spawnSync('python3', [grader, '--corpus', corpus, '--cli', `${process.execPath} ${cli}`, '--json', out,
  '--limit', values.limit, '--workers', values.workers], { stdio: ['ignore', 'ignore', progress] })
if (graded.error !== undefined) stop(`python3 cannot be started (${graded.error.code}): the grader needs it.`)
const document = JSON.parse(readFileSync(out, 'utf8'))
const { measure, counts } = explainedDifferences()
const measures = { ...document.measures, ...judgedPanics(), 'match.explained': measure, 'explain.edits': madeEdits() }

let missed = 0
process.stdout.write('measure                score   goal            right/of  \n')
for (const [name, goal, what] of GOALS) {
  const found = measures[name]
  const isMet = found !== undefined && found.score !== null && found.score >= goal
  if (!isMet) missed++
  process.stdout.write(`${name.padEnd(22)} ${found === undefined ? 'absent' : show(found.score)}  ${goal.toFixed(3)}  ${isMet ? 'PASS' : 'MISS'}`
    + `  ${`${found?.right ?? 0}/${found?.of ?? 0}`.padStart(13)}  ${what}\n`)
}
for (const [name] of GOALS) {
  const worst = measures[name]?.worst ?? []
  if (worst.length === 0) continue
  process.stdout.write(`\nshort in ${name}\n`)
  for (const one of values.details ? worst : worst.slice(0, 10)) process.stdout.write(`  ${one.case}: ${one.note ?? ''}\n`)
}
process.stdout.write('\nattachments that only one side has, by reason\n')
for (const [key, count] of counts) process.stdout.write(`  ${String(count).padStart(6)}  ${key}\n`)
process.stdout.write(`\n${GOALS.length - missed} of ${GOALS.length} measures reach their goals, ${document.summary}\n`)
process.exit(missed === 0 ? 0 : 1)
