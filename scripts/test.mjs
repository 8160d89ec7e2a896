// npm test: type checks, lint and layer rules, build, then every test project. The last line is `N passed, M failed`.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { ensureChromium } from './lib/chromium.mjs'
import { isStale, nodeBinary, root } from './lib/project.mjs'

let passed = 0
let failed = 0

/** Runs one stage and counts it as one test; prints how long it took. */
function stage(title, args) {
  const began = Date.now()
  process.stdout.write(`\n== ${title}\n`)
  const done = spawnSync(nodeBinary(), args, { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] })
  const ok = done.status === 0
  if (ok) passed++
  else failed++
  process.stdout.write(`== ${title}: ${ok ? 'ok' : 'FAILED'}, ${((Date.now() - began) / 1000).toFixed(1)} s\n`)
  return ok
}

/** Runs test projects with vitest and adds up its counts. */
function tests(title, projects) {
  const began = Date.now()
  process.stdout.write(`\n== ${title}\n`)
  const report = join(root, `.cache/vitest-${projects[0]}.json`)
  mkdirSync(join(root, '.cache'), { recursive: true })
  rmSync(report, { force: true })
  const done = spawnSync(nodeBinary(), ['node_modules/vitest/vitest.mjs', 'run', ...projects.flatMap((name) => ['--project', name]),
    '--reporter=dot', '--reporter=json', `--outputFile.json=${report}`, '--passWithNoTests=false'],
    { cwd: root, stdio: ['ignore', 'inherit', 'inherit'], env: { ...process.env, NO_COLOR: '1' } })
  if (existsSync(report)) {
    const { numPassedTests, numFailedTests, numFailedTestSuites } = JSON.parse(readFileSync(report, 'utf8'))
    passed += numPassedTests
    failed += numFailedTests
    if (numFailedTests === 0 && done.status !== 0) failed += Math.max(1, numFailedTestSuites)
  } else failed++
  process.stdout.write(`== ${title}: ${((Date.now() - began) / 1000).toFixed(1)} s\n`)
}

const only = process.argv.slice(2)
const wants = (name) => only.length === 0 || only.includes(name)
let browser = null
if (wants('app')) {
  try {
    browser = ensureChromium()
    process.env.WORKBENCH_BROWSER = browser
  } catch (error) {
    process.stdout.write(`${error.message}\n`)
    failed++
  }
}
if (!existsSync(join(root, '../shared/corpus')) && !process.env.WORKBENCH_CORPUS) {
  process.stdout.write('The corpus of real files (../shared/corpus) is not here: tests on it say so and read only our own samples.\n')
}
if (wants('types')) stage('types', ['scripts/typecheck.mjs'])
if (wants('lint')) stage('lint and layers', ['scripts/lint.mjs'])
if (isStale()) stage('build', ['scripts/build.mjs'])
if (wants('unit')) tests('unit tests', ['kernel', 'main', 'renderer'])
if (wants('journeys')) tests('journeys and corpus', ['journeys', 'corpus'])
if (only.includes('sim')) stage('seeded simulation', ['scripts/sim.mjs', '--minutes', '1'])
if (only.includes('fuzz')) stage('random input', ['scripts/fuzz.mjs', '--seconds', '30'])
if (wants('app') && browser !== null) tests('the app in a real browser', ['app'])
process.stdout.write(`\n${passed} passed, ${failed} failed\n`)
process.exit(failed === 0 ? 0 : 1)
