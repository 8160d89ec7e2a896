import { jsonFile } from './data/files.ts'
import { HeapLoop } from './peers/heapLoop.ts'

/** Fixed work that tells whether the machine itself changed its speed. */
export interface Floors {
  readonly jsonParseMs: number
  readonly copy128kMs: number
  readonly heapHoldMs: number
  readonly mapGetMs: number
}

const FLOOR_NAMES = ['jsonParseMs', 'copy128kMs', 'heapHoldMs', 'mapGetMs'] as const

function best(body: () => void): number {
  let least = Infinity
  for (let i = 0; i < 9; i++) {
    const began = performance.now()
    body()
    least = Math.min(least, performance.now() - began)
  }
  return least
}

/** JSON.parse(mb10), 2,000 copies of 128 KiB, 300,000 pops and pushes at 64 live, 2 M Map.get of 32 keys. */
export function measureFloors(): Floors {
  const text = jsonFile('mb10').toString('utf8')
  const [from, to] = [new Uint8Array(1 << 17).fill(7), new Uint8Array(1 << 17)]
  const keys = Array.from({ length: 32 }, (_, i) => ({ i }))
  const map = new Map(keys.map((key) => [key, key.i]))
  let sum = 0
  return {
    jsonParseMs: best(() => JSON.parse(text)),
    copy128kMs: best(() => {
      for (let i = 0; i < 2_000; i++) to.set(from)
    }),
    heapHoldMs: best(() => {
      const heap = new HeapLoop(64)
      for (let i = 0; i < 64; i++) heap.push(i * 37, i)
      for (let i = 0; i < 300_000; i++) {
        const owner = heap.pop()
        heap.push(heap.nowNs + 1_000 + owner * 37, owner)
      }
    }),
    mapGetMs: best(() => {
      for (let i = 0; i < 2_000_000; i++) sum += map.get(keys[i & 31]!)!
    }),
  }
}

/** The largest relative change of any floor. */
export function drift(before: Floors, after: Floors): number {
  return Math.max(...FLOOR_NAMES.map((name) => Math.abs(after[name] / before[name] - 1)))
}

export function printedFloors(before: Floors, after: Floors): string {
  const printed = FLOOR_NAMES.map((name) => `${name} ${before[name].toFixed(1)} → ${after[name].toFixed(1)}`)
  return printed.join('  ')
}
