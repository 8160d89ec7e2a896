// npm run check: what must hold before every merge, without the browser tests.
import { spawnSync } from 'node:child_process'
import { nodeBinary, root } from './lib/project.mjs'

const done = spawnSync(nodeBinary(), ['scripts/test.mjs', 'types', 'lint', 'unit', 'journeys'], { cwd: root, stdio: 'inherit' })
process.exit(done.status ?? 1)
