import { spawnSync } from 'node:child_process'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { expect, it } from 'vitest'

const root = join(import.meta.dirname, '..')

it('each wall between layers is proven by a file that runs into it', () => {
  const config = createRequire(import.meta.url)('../.dependency-cruiser.cjs') as { forbidden: { name: string }[] }
  const cruise = join(root, 'node_modules/dependency-cruiser/bin/dependency-cruiser.mjs')
  const done = spawnSync(process.execPath, [cruise, '--config', join(root, '.dependency-cruiser.cjs'), '--output-type', 'json', 'kernel', 'main', 'renderer', 'preload'],
    { cwd: join(import.meta.dirname, 'walls'), encoding: 'utf8', maxBuffer: 1 << 26 })
  const report = JSON.parse(done.stdout) as { summary: { violations: { from: string; rule: { name: string } }[] } }
  const fired = new Set(report.summary.violations.map(({ rule }) => rule.name))
  expect(config.forbidden.map(({ name }) => name).filter((name) => !fired.has(name))).toEqual([])
  expect(report.summary.violations.filter(({ from }) => !from.endsWith('breaks.ts'))).toEqual([])
})
