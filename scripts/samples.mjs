// Makes resources/samples anew: what our own ioreg prints on our own machines, as people would send it.
import { spawnSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { nodeBinary, root } from './lib/project.mjs'

/** Machine, and the planes whose trees the dump holds; properties are printed in the first one. */
const SAMPLES = [
  { machine: 'intel-desktop', planes: ['IOService', 'IODeviceTree', 'IOACPIPlane', 'IOPower'] },
  { machine: 'apple-silicon-laptop', planes: ['IOService', 'IODeviceTree', 'IOPower'] },
]

/** Output of one ioreg command on a machine that has booted. */
function ioreg(machine, options) {
  const args = ['scripts/workbench.mjs', 'run', machine, '--seed', '1', '--exec', `ioreg -w0 ${options}`]
  const done = spawnSync(nodeBinary(), args, { cwd: root, encoding: 'utf8', maxBuffer: 64 << 20 })
  if (done.status !== 0) throw new Error(`workbench ${args.slice(1).join(' ')}: ${done.stderr}`)
  return done.stdout
}

const folder = join(root, 'resources/samples')
mkdirSync(folder, { recursive: true })
for (const { machine, planes } of SAMPLES) {
  const trees = planes.map((plane, index) => `${plane}:\n${ioreg(machine, `-p ${plane}${index === 0 ? ' -l' : ''}`)}`)
  const bytes = gzipSync(trees.join(''), { level: 9 })
  bytes[9] = 255 // the byte for the operating system, which is nobody's business
  writeFileSync(join(folder, `${machine}.ioreg.txt.gz`), bytes)
  process.stdout.write(`${machine}: ${trees.join('').length} characters, ${bytes.length} packed\n`)
}
