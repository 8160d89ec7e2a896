import type { MachineDescription } from '../api/index.ts'
import { Task, type KernelPanic } from '../mach/index.ts'
import { scheduler } from '../sim/index.ts'
import type { KextServices, PanicContext } from './options.ts'

/** What the machine adds to a panic. */
export interface PanicSurroundings {
  readonly machine: MachineDescription
  readonly seed: number
  readonly kexts: KextServices | null
  readonly digest: string
}

/** Everything a report may tell about a panic. Inside the machine's world. */
export function panicContext(panic: KernelPanic, surroundings: PanicSurroundings): PanicContext {
  const { machine, seed, kexts, digest } = surroundings
  const { thread, fault, frames, message, timeNs } = panic
  const task = thread?.task instanceof Task ? thread.task : null
  return {
    message, frames, timeNs, seed, digest,
    fault,
    threadId: thread?.id ?? 0,
    threadName: thread?.name ?? 'interrupt',
    taskName: task?.name ?? 'kernel_task',
    pid: task?.pid ?? 0,
    loadedKexts: kexts?.loadedKexts() ?? [],
    lastStartedKext: kexts?.lastStartedKext() ?? null,
    registers: fault === null ? new Map()
      : new Map([[machine.platform === 'acpi' ? 'cr2' : 'far', fault.address]]),
    step: scheduler().steps,
    machine: {
      platform: machine.platform, model: machine.model, boardId: machine.boardId ?? null,
      osVersion: machine.osVersion, osBuild: machine.osBuild, kernelVersion: machine.kernelVersion,
      soc: machine.soc ?? null, memoryBytes: machine.memoryBytes, bootArgs: machine.bootArgs,
      cpus: machine.cpu.clusters.reduce((sum, { cores, threadsPerCore }) => sum + cores * threadsPerCore, 0),
    },
  }
}
