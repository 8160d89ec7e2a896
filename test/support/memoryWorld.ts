import { AddressSpace } from '../../kernel/hardware/index.ts'
import { IOMemoryDescriptor, type IODirection } from '../../kernel/iokit/index.ts'
import { installPhysicalMemory, task_create, VmObject, type Task } from '../../kernel/mach/index.ts'
import { present, Simulation } from '../../kernel/sim/index.ts'

const MIB = 1024 * 1024

export interface MemoryWorldOptions {
  readonly pageSizeBytes?: number
  /** Page-aligned runs that the kernel hands out; 256 MiB at 16 MiB unless told. */
  readonly free?: readonly { readonly address: number; readonly sizeBytes: number }[]
}

export interface MemoryWorld {
  readonly bus: AddressSpace
  readonly task: Task
  readonly pageSizeBytes: number
}

/** A world of 2 GiB of RAM below 4 GiB and 64 MiB above, and a task in it. */
export function inMemoryWorld(story: (world: MemoryWorld) => void, options: MemoryWorldOptions = {}): void {
  new Simulation(1).enter(() => {
    const { pageSizeBytes = 4096, free = [{ address: 16 * MIB, sizeBytes: 256 * MIB }] } = options
    const bus = new AddressSpace('memory')
    bus.addRam(0, 2048 * MIB)
    bus.addRam(0x1_0000_0000, 64 * MIB)
    installPhysicalMemory({ bus, free, endOfRam: 0x1_0000_0000 + 64 * MIB, pageSizeBytes })
    story({ bus, task: task_create({ pid: 1, name: 'story' }), pageSizeBytes })
  })
}

/** Shows page frames, by number, one after another in a task; the address of the first. */
export function showFrames(task: Task, pageSizeBytes: number, frames: readonly number[]): number {
  const object = VmObject.ofFrames(frames.map((frame) => frame * pageSizeBytes))
  const { address } = task.map.enter(object, 0, frames.length * pageSizeBytes)
  object.release()
  return address
}

/** A descriptor of a task's pages: `skip` bytes into the first, `length` bytes long. */
export function describeFrames(
  world: MemoryWorld, frames: readonly number[],
  place: { readonly skip: number; readonly length: number; readonly direction?: IODirection },
): IOMemoryDescriptor {
  const address = showFrames(world.task, world.pageSizeBytes, frames) + place.skip
  const made = IOMemoryDescriptor.withAddressRange(address, place.length, place.direction ?? 3, world.task)
  return present(made, 'the frames are described')
}

/** What a call panics with; null when it returns. */
export function panicOf(call: () => unknown): string | null {
  try {
    call()
    return null
  } catch (thrown) {
    return thrown instanceof Error ? thrown.message : String(thrown)
  }
}
