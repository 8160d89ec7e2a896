import { expect, it } from 'vitest'
import { inMemoryWorld, panicOf } from '../../test/support/memoryWorld.ts'
import {
  KERN_INVALID_ADDRESS, KERN_MEMORY_ERROR, KERN_NO_SPACE, KERN_PROTECTION_FAILURE,
} from '../abi/kern_return.ts'
import { Random } from '../sim/index.ts'
import {
  kernel_task, mach_make_memory_entry, physicalPages, task_create, VM_PROT_NONE, VM_PROT_READ, VM_PROT_WRITE,
  type Task, type VmMap, type VmMemoryEntry,
} from './index.ts'

const PAGE = 4096

function bytesAt(map: VmMap, address: number, size: number): number[] | null {
  const bytes = new Uint8Array(size)
  return map.read(address, bytes) ? [...bytes] : null
}

function entryOf(
  map: VmMap, address: number, size: number, request = { write: true, copy: false },
): VmMemoryEntry {
  const made = mach_make_memory_entry(map, address, size, request)
  if (typeof made === 'number') throw new Error(`no entry: ${made}`)
  return made
}

/** Shows an entry in another map; its first address. */
function show(task: Task, entry: VmMemoryEntry): number {
  const { address } = task.map.enterGuard(entry.pageCount * PAGE)
  let at = address
  for (const { object, firstPage, pageCount } of entry.parts) {
    task.map.enter(object, firstPage, pageCount * PAGE, { address: at, overwrite: true })
    at += pageCount * PAGE
  }
  return address
}

it('pages come when they are touched, and go with the last map that shows them', () => {
  inMemoryWorld(({ task }) => {
    const free = physicalPages().freeBytes
    const { address } = task.map.allocate(8 * PAGE)
    expect(physicalPages().freeBytes).toBe(free)
    task.map.write(address + 3 * PAGE - 1, Uint8Array.of(1, 2))
    expect(free - physicalPages().freeBytes).toBe(2 * PAGE)
    const other = task_create({ pid: 9, name: 'other' })
    const entry = entryOf(task.map, address, 8 * PAGE)
    const there = show(other, entry)
    entry.release()
    other.map.write(there + 3 * PAGE, Uint8Array.of(7))
    expect(bytesAt(task.map, address + 3 * PAGE - 1, 2)).toEqual([1, 7])
    task.map.deallocate(address, 8 * PAGE)
    expect(bytesAt(other.map, there + 3 * PAGE, 1)).toEqual([7])
    other.map.destroy()
    expect(physicalPages().freeBytes).toBe(free)
  })
})

it('rights, holes and bounds are kept', () => {
  inMemoryWorld(({ task }) => {
    const { map } = task
    const { address } = map.allocate(4 * PAGE)
    expect(map.protect(address + PAGE, PAGE, VM_PROT_READ)).toBe(0)
    expect(map.list().map((region) => region.sizeBytes / PAGE)).toEqual([1, 1, 2])
    expect(map.write(address + PAGE, Uint8Array.of(1))).toBe(false)
    expect(bytesAt(map, address + PAGE, 1)).toEqual([0])
    expect(map.wire(address, 3 * PAGE, true)).toBe(KERN_PROTECTION_FAILURE)
    expect(map.list().every((region) => region.object?.wireCount === 0)).toBe(true)
    map.deallocate(address + 2 * PAGE, PAGE)
    expect([map.covers(address, 2 * PAGE), map.covers(address, 4 * PAGE)]).toEqual([true, false])
    expect(bytesAt(map, address + 2 * PAGE - 1, 2)).toBeNull()
    expect(bytesAt(map, address + 3 * PAGE, 1)).toEqual([0])
    expect(map.protect(address, 4 * PAGE, VM_PROT_NONE)).toBe(KERN_INVALID_ADDRESS)
    expect(map.enter(null, 0, PAGE, { address }).result).toBe(KERN_NO_SPACE)
    expect(map.enter(null, 0, PAGE, { address: PAGE }).result).toBe(KERN_INVALID_ADDRESS)
    expect(map.allocate(PAGE, { address: address + 2 * PAGE }).result).toBe(0)
    expect(panicOf(() => kernel_task().map.fault(0x10, 'read'))).toMatch(/page-fault at 0x0000000000000010/u)
  })
})

it('no right goes beyond the most there may be, and a refused change changes nothing', () => {
  inMemoryWorld(({ task: { map } }) => {
    const { address } = map.allocate(4 * PAGE)
    const rights = (): string => map.list().map((region) => `${region.protection}/${region.maximum}`).join(' ')
    expect(map.protect(address + PAGE, PAGE, VM_PROT_READ, true)).toBe(0)
    expect(rights()).toBe('3/7 1/1 3/7')
    expect(map.protect(address, 4 * PAGE, VM_PROT_READ | VM_PROT_WRITE)).toBe(KERN_PROTECTION_FAILURE)
    expect([map.protect(address, 4 * PAGE, VM_PROT_READ), rights()]).toEqual([0, '1/7 1/1 1/7'])
    expect([map.protect(address + 2 * PAGE, PAGE, VM_PROT_READ | VM_PROT_WRITE), rights()])
      .toEqual([0, '1/7 1/1 3/7 1/7'])
    map.deallocate(address + 3 * PAGE, PAGE)
    expect(map.protect(address + PAGE, 3 * PAGE, VM_PROT_WRITE)).toBe(KERN_PROTECTION_FAILURE)
    expect(map.protect(address + 2 * PAGE, 2 * PAGE, VM_PROT_WRITE)).toBe(KERN_INVALID_ADDRESS)
  })
})

it('memory that runs out is an error, not half a wiring', () => {
  inMemoryWorld(({ task }) => {
    const { address } = task.map.allocate(8 * PAGE)
    expect(task.map.wire(address, 8 * PAGE, true)).toBe(KERN_MEMORY_ERROR)
    expect(task.map.list()[0]?.object?.wireCount).toBe(0)
    expect(task.map.write(address + 7 * PAGE, Uint8Array.of(1))).toBe(false)
  }, { free: [{ address: 0x100000, sizeBytes: 4 * PAGE }] })
})

/** Goal: whatever is written, shared and copied, every map reads what a plain array of bytes per map says. */
it('shared and copied memory agrees with plain arrays over random treatment', () => {
  for (let seed = 1; seed <= 12; seed++) inMemoryWorld(({ task }) => treat(task, new Random(seed)))
})

function treat(task: Task, random: Random): void {
  const pages = 6
  const below = (limit: number): number => random.next32() % limit
  const { address } = task.map.allocate(pages * PAGE)
  const views = [{ task, address, model: new Uint8Array(pages * PAGE) }]
  for (let step = 0; step < 120; step++) {
    const view = views[below(views.length)]!
    const at = below(pages * PAGE - 64)
    switch (below(8)) {
      case 0: {
        if (views.length > 6) break
        const copy = below(2) === 0
        const entry = entryOf(view.task.map, view.address, pages * PAGE, { write: true, copy })
        const other = task_create({ pid: 100 + step, name: 'view' })
        const model = copy ? view.model.slice() : view.model
        views.push({ task: other, address: show(other, entry), model })
        entry.release()
        break
      }
      case 1: {
        const wiring = view.task.map.wire(view.address + at, 64, true)
        if (typeof wiring !== 'number') view.task.map.unwire(wiring)
        break
      }
      case 2: case 3: case 4: {
        const bytes = Uint8Array.from({ length: 1 + below(64) }, () => below(256))
        expect(view.task.map.write(view.address + at, bytes)).toBe(true)
        view.model.set(bytes, at)
        break
      }
      default: {
        const seen = new Uint8Array(64)
        view.task.map.read(view.address + at, seen)
        expect(seen).toEqual(view.model.slice(at, at + 64))
      }
    }
  }
  for (const { task: owner, address: start, model } of views) {
    const seen = new Uint8Array(pages * PAGE)
    owner.map.read(start, seen)
    expect(Buffer.compare(seen, model)).toBe(0)
  }
}
