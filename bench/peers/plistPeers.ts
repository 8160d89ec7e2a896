import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Measurement } from '../Row.ts'

const cache = join(import.meta.dirname, '../../.cache/bench')
const driver = join(cache, 'libplist-driver')
const fastPlist = join(cache, 'node_modules/fast-plist/release/src/main.js')

/** Where a peer leaves the tree that it has read, for the comparison of results. */
export const peerOutput = join(cache, 'peer-output')

/** Builds the driver; why there is none, or null. */
export function whyNoLibplist(): string | null {
  mkdirSync(cache, { recursive: true })
  const source = join(import.meta.dirname, 'libplist.c')
  const done = spawnSync('gcc', ['-O2', '-o', driver, source, '-lplist-2.0'], { encoding: 'utf8' })
  return done.status === 0 ? null : 'gcc or libplist is not installed (Debian: gcc, libplist-dev).'
}

/** Processor time per repetition as the driver prints it. */
export function runLibplist(mode: 'r' | 'x' | 'b', path: string, times: number): Measurement {
  const done = spawnSync(driver, [mode, path, String(times), peerOutput], { encoding: 'utf8' })
  if (done.status !== 0) throw new Error(`libplist failed: ${done.stderr}`)
  return ofLines(done.stdout)
}

const SCRIPT = `
import plistlib, sys, time
data = open(sys.argv[1], 'rb').read()
for _ in range(int(sys.argv[2])):
    began = time.thread_time()
    tree = plistlib.loads(data)
    print((time.thread_time() - began) * 1000)
plistlib.dump(tree, open(sys.argv[3], 'wb'), fmt=plistlib.FMT_BINARY, sort_keys=False)
`

export function whyNoPlistlib(): string | null {
  return spawnSync('python3', ['-c', 'import plistlib']).status === 0 ? null : 'python3 is not installed.'
}

export function runPlistlib(path: string, times: number): Measurement {
  const done = spawnSync('python3', ['-c', SCRIPT, path, String(times), peerOutput], { encoding: 'utf8' })
  if (done.status !== 0) throw new Error(`plistlib failed: ${done.stderr}`)
  return ofLines(done.stdout)
}

function ofLines(text: string): Measurement {
  const taken = text.trim().split('\n').map(Number).toSorted((a, b) => a - b)
  return { ms: taken[taken.length >> 1]!, minMs: taken[0]!, maxMs: taken.at(-1)!, check: null }
}

export function whyNoFastPlist(): string | null {
  const install = 'npm install --prefix .cache/bench --no-save fast-plist@0.1.3'
  return existsSync(fastPlist) ? null : `fast-plist is not there: ${install}`
}

export async function loadFastPlist(): Promise<(text: string) => unknown> {
  const module = await import(fastPlist) as { parse(text: string): unknown }
  return (text) => module.parse(text)
}

/** The bytes of what a peer read, as it wrote them. */
export function readPeerOutput(): Uint8Array {
  return readFileSync(peerOutput)
}
