// npm run check: what must hold before every merge, without the browser tests, and a minute of seeded simulation.
import { spawnSync } from 'node:child_process'
import { nodeBinary, root } from './lib/project.mjs'

const done = spawnSync(nodeBinary(), ['scripts/test.mjs', 'types', 'lint', 'unit', 'journeys', 'sim'], { cwd: root, stdio: 'inherit' })
process.exit(done.status ?? 1)
