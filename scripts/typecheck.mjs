// Type checks every project: TypeScript 7 for kernel, Node side, preload and sample kexts, vue-tsc for the renderer.
import { spawnSync } from 'node:child_process'
import { nodeBinary, root } from './lib/project.mjs'

const tsc = 'node_modules/typescript-7/bin/tsc'
const vueTsc = 'node_modules/vue-tsc/bin/vue-tsc.js'
const projects = [
  [tsc, 'tsconfig.kernel.json'], [tsc, 'tsconfig.node.json'], [tsc, 'tsconfig.preload.json'],
  [tsc, 'tsconfig.kexts.json'], [vueTsc, 'tsconfig.web.json'],
]
let failed = false
for (const [program, project] of projects) {
  const done = spawnSync(nodeBinary(), [program, '--noEmit', '-p', project], { cwd: root, stdio: 'inherit' })
  if (done.status !== 0) failed = true
}
process.exit(failed ? 1 : 0)
