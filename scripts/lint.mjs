// Lints the sources and checks the walls between layers.
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { nodeBinary, root } from './lib/project.mjs'

const folders = ['main', 'kernel', 'renderer', 'preload', 'test', 'scripts', 'bench']
  .filter((folder) => existsSync(join(root, folder)))
const runs = [
  ['node_modules/oxlint/bin/oxlint', '--type-aware', '--deny-warnings', ...folders],
  ['node_modules/dependency-cruiser/bin/dependency-cruiser.mjs', '--config', '.dependency-cruiser.cjs',
    '--output-type', 'err', 'main', 'kernel', 'renderer', 'preload'],
]
let failed = false
for (const args of runs) {
  const done = spawnSync(nodeBinary(), args, { cwd: root, stdio: 'inherit' })
  if (done.status !== 0) failed = true
}
process.exit(failed ? 1 : 0)
