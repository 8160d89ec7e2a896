// npm run check: what must hold before every merge, without the browser tests, a minute of seeded simulation, and half a minute of random input for each reader and door.
import { spawnSync } from 'node:child_process'
import { nodeBinary, root } from './lib/project.mjs'

const done = spawnSync(nodeBinary(), ['scripts/test.mjs', 'types', 'lint', 'unit', 'journeys', 'sim', 'fuzz'], { cwd: root, stdio: 'inherit' })
process.exit(done.status ?? 1)
