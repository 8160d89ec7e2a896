import { scheduler, type KernelThread } from '../../../sim/index.ts'
import type { Shell } from '../Shell.ts'

/** Starts the clock for `time`; the function it gives prints the line of zsh. */
export function reportTimes(shell: Shell, text: string): () => KernelThread {
  const startNs = scheduler().nowNs
  const startCpuNs = cpuNs(shell)
  return function* () {
    const totalNs = Math.max(scheduler().nowNs - startNs, 1)
    const usedNs = cpuNs(shell) - startCpuNs
    const percent = Math.min(100, Math.floor((usedNs * 100) / totalNs))
    const user = `${(usedNs / 1e9).toFixed(2)}s user 0.00s system ${percent}% cpu`
    yield* shell.process.stderr.write(`${text}  ${user} ${total(totalNs)} total\n`)
  }
}

function cpuNs(shell: Shell): number {
  return shell.process.childrenCpuNs + (shell.process.thread?.cpuNs ?? 0)
}

function total(ns: number): string {
  const seconds = ns / 1e9
  if (seconds < 60) return seconds.toFixed(3)
  const minutes = Math.floor(seconds / 60)
  return `${minutes}:${(seconds - minutes * 60).toFixed(2).padStart(5, '0')}`
}
