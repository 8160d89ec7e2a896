// npm run check: what must hold before every merge, without the browser tests, and a minute each of seeded simulation and random input.
import { spawnSync } from 'node:child_process'
import { nodeBinary, root } from './lib/project.mjs'

const done = spawnSync(nodeBinary(), ['scripts/test.mjs', 'types', 'lint', 'unit', 'journeys', 'sim', 'fuzz'], { cwd: root, stdio: 'inherit' })
process.exit(done.status ?? 1)
