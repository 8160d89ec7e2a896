import { spawn } from 'node:child_process'
import { join } from 'node:path'

/** So many targets at a time. */
const AT_A_TIME = 2

/** A target that is still at it so long after its time hangs. */
const GRACE_MS = 90_000

/** More memory than any reader may need for the inputs there are. */
const HEAP_MB = 1_536

/** Runs targets in processes of their own, two at a time; a hang or the end of memory is a failure too. Answers how many failed. */
export async function runTargets(names: readonly string[], seed: number, seconds: number): Promise<number> {
  const waiting = [...names]
  let failed = 0
  const work = async (): Promise<void> => {
    for (let name = waiting.shift(); name !== undefined; name = waiting.shift()) {
      if (!await runOne(name, seed, seconds)) failed++
    }
  }
  await Promise.all(Array.from({ length: AT_A_TIME }, work))
  return failed
}

function runOne(name: string, seed: number, seconds: number): Promise<boolean> {
  const args = ['--experimental-transform-types', '--no-warnings', `--max-old-space-size=${HEAP_MB}`,
    join(import.meta.dirname, 'run.ts'), '--inside', '--only', name, '--seed', String(seed), '--seconds', String(seconds)]
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  let said = ''
  child.stdout.on('data', (chunk) => { said += String(chunk) })
  return new Promise((resolve) => {
    let isLate = false
    const timer = setTimeout(() => {
      isLate = true
      child.kill('SIGKILL')
    }, seconds * 1000 + GRACE_MS)
    child.on('exit', (code) => {
      clearTimeout(timer)
      const lines = said.trimEnd().split('\n')
      const seeds = lines.filter((line) => /^seed \d+$/u.test(line))
      const rest = lines.filter((line) => !/^seed \d+$/u.test(line)).join('\n')
      const isDone = code === 0
      const why = isLate ? `FAILED: ${name} hangs in ${seeds.at(-1)}` : rest === '' ? `FAILED: ${name} died in ${seeds.at(-1)}` : rest
      process.stdout.write(`${why}\n`)
      resolve(isDone)
    })
  })
}
