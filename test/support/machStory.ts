import { installPhysicalMemory, task_create, task_terminate, type Task } from '../../kernel/mach/index.ts'
import { MACH_MSG_TYPE_MAKE_SEND, MACH_MSG_TYPE_MAKE_SEND_ONCE, MACH_PORT_RIGHT_RECEIVE, mach_port_allocate,
  mach_port_extract_right } from '../../kernel/mach/user.ts'
import { Simulation, scheduler, type KernelThread, type Thread } from '../../kernel/sim/index.ts'

const MIB = 1024 * 1024

/** Plain RAM for worlds that need memory but no devices. */
export function installPlainMemory(sizeBytes = 4 * MIB, pageSizeBytes = 4096): void {
  const ram = new Uint8Array(sizeBytes)
  const view = new DataView(ram.buffer)
  installPhysicalMemory({
    free: [{ address: pageSizeBytes, sizeBytes: sizeBytes - pageSizeBytes }], endOfRam: sizeBytes,
    pageSizeBytes,
    bus: {
      read: (at, width) => width === 1 ? view.getUint8(at) : width === 2 ? view.getUint16(at,
        true) : view.getUint32(at, true),
      write: (at, width, value) => {
        if (width === 1) view.setUint8(at, value)
        else if (width === 2) view.setUint16(at, value, true)
        else view.setUint32(at, value, true)
      },
      read64: (at) => view.getBigUint64(at, true),
      write64: (at, value) => view.setBigUint64(at, value, true),
      copyOut: (at, target) => target.set(ram.subarray(at, at + target.length)),
      copyIn: (at, source) => ram.set(source, at),
      zero: (at, size) => void ram.fill(0, at, at + size),
      isMemory: (at) => at < sizeBytes,
      span: (at, size) => ram.subarray(at, at + size),
    },
  })
}

/** A world with memory and nothing but tasks. */
export class MachStory {
  readonly simulation = new Simulation(1)
  private nextPid = 1

  constructor() {
    this.do(() => installPlainMemory())
  }

  do<T>(body: () => T): T {
    return this.simulation.enter(body)
  }

  task(name: string, uid = 501): Task {
    return this.do(() => task_create({ pid: this.nextPid++, name, uid }))
  }

  /** Starts a thread; it runs when time passes. */
  spawn(name: string, body: KernelThread<unknown>): Thread {
    return this.do(() => scheduler().spawn(name, body))
  }

  /** Lets virtual time pass. */
  run(ns = 1e9): void {
    this.do(() => scheduler().run(scheduler().nowNs + ns, 1_000_000))
  }

  /** Runs a body on a thread of its own, to its end, and answers its result. */
  thread<T>(body: () => KernelThread<T>): T {
    const result: { value?: T } = {}
    this.spawn('story', (function* (): KernelThread { result.value = yield* body() })())
    this.run()
    return result.value as T
  }

  /** A fresh receive right of `task`. */
  receive(task: Task): number {
    return this.do(() => mach_port_allocate(task, MACH_PORT_RIGHT_RECEIVE).name)
  }

  /** A send right of `to` to a receive right of `from`. */
  sendRight(from: Task, name: number, to: Task): number {
    return this.do(() => mach_port_extract_right(from, name, MACH_MSG_TYPE_MAKE_SEND, to).name)
  }

  sendOnceRight(from: Task, name: number, to: Task): number {
    return this.do(() => mach_port_extract_right(from, name, MACH_MSG_TYPE_MAKE_SEND_ONCE, to).name)
  }

  end(task: Task): void {
    this.do(() => task_terminate(task))
    this.run()
  }
}
