import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { Machine } from '../../kernel/machine/index.ts'
import { bigMac } from '../data/bigMac.ts'
import { cachedPath } from '../data/files.ts'
import { measureQemu, whyNoQemu } from '../peers/qemu.ts'
import { repeat, type Measurement, type Row } from '../Row.ts'

const LEAST_DEVICES = 300
const LEAST_ENTRIES = 700
const CLI = join(import.meta.dirname, '../../out/main/cli.js')

/** Composes, boots until the registry is quiet, and reads every entry of the tree with all its properties. */
function bootAndRead(description: ReturnType<typeof bigMac>): string {
  const machine = new Machine(description, { seed: 7 })
  const problems = machine.powerOn()
  if (problems.length > 0) throw new Error(JSON.stringify(problems))
  const { scheduler } = machine.simulation
  while (!machine.isQuiet) machine.run(scheduler.nowNs + 1_000_000, 1_000_000)
  const { ids } = machine.registrySnapshot('IOService')
  let properties = 0
  for (let row = 0; row < ids.length; row++) {
    properties += machine.entryDetails(ids[row]!, 'IOService')?.properties.length ?? 0
  }
  return `${description.devices.length} devices, ${ids.length} entries, ${properties} properties`
}

function measureBoot(): Measurement {
  const description = bigMac()
  let told = ''
  const measured = repeat(11, () => {
    told = bootAndRead(description)
    return null
  }, 8)
  const [devices, entries] = told.match(/\d+/g)!.map(Number)
  if (devices! < LEAST_DEVICES || entries! < LEAST_ENTRIES) throw new Error(`only ${told}`)
  return measured
}

function measureCold(): Measurement {
  const path = cachedPath('bigMac.json', () => JSON.stringify(bigMac()))
  const taken: number[] = []
  for (let i = 0; i < 5; i++) {
    const began = performance.now()
    const words = [CLI, 'run', path, '--exec', 'ioreg -l -w0']
    const done = spawnSync(process.execPath, words, { maxBuffer: 1 << 26 })
    taken.push(performance.now() - began)
    if (done.status !== 0) throw new Error(done.stderr.toString('utf8'))
  }
  taken.sort((a, b) => a - b)
  return { ms: taken[2]!, minMs: taken[0]!, maxMs: taken[4]!, check: null }
}

const PEER = 'QEMU q35, 30 devices, spawn to info qtree'

export const s1: Row = {
  id: 'S1', title: 'Mac of 318 devices: composed, booted to quiet, whole tree read, in a process that is up',
  maxRatio: 1,
  ours: { name: 'Machine', measure: measureBoot },
  peer: { name: PEER, isThere: whyNoQemu, measure: () => measureQemu('cpuMs') },
}

/** The same from the start of our program, which prints the tree as text; by the clock. No goal. */
export const s1c: Row = {
  id: 'S1c', title: 'the same from a cold start: workbench run … --exec "ioreg -l" (no goal)',
  maxRatio: Number.POSITIVE_INFINITY,
  ours: {
    name: 'workbench run', measure: measureCold,
    isThere: () => (existsSync(CLI) ? null : 'The program is not built: npm run build.'),
  },
  peer: { name: PEER, isThere: whyNoQemu, measure: () => measureQemu('wallMs') },
}
