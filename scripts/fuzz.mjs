// npm run fuzz: random input for the kernel's readers and doors; arguments go to test/fuzz/run.ts.
import { spawnSync } from 'node:child_process'
import { nodeBinary, root } from './lib/project.mjs'

const args = ['--experimental-transform-types', '--no-warnings', 'test/fuzz/run.ts', ...process.argv.slice(2)]
const done = spawnSync(nodeBinary(), args, { cwd: root, stdio: 'inherit' })
process.exit(done.status ?? 1)
