// npm run bench: starts the runner on Node 24, which runs the TypeScript sources as they are.
import { spawnSync } from 'node:child_process'
import { nodeBinary, root } from '../scripts/lib/project.mjs'

const done = spawnSync(nodeBinary(), ['--experimental-transform-types', '--no-warnings', 'bench/run.ts', ...process.argv.slice(2)], { cwd: root, stdio: 'inherit' })
process.exit(done.status ?? 1)
