// npm run sim: seeded simulation of random machines; arguments go to test/sim/run.ts.
import { spawnSync } from 'node:child_process'
import { nodeBinary, root } from './lib/project.mjs'

const args = ['--experimental-transform-types', '--no-warnings', 'test/sim/run.ts', ...process.argv.slice(2)]
const done = spawnSync(nodeBinary(), args, { cwd: root, stdio: 'inherit' })
process.exit(done.status ?? 1)
