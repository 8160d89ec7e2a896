import { describe, expect, it } from 'vitest'
import { installPlainMemory } from '../../../test/support/machStory.ts'
import {
  kIOReturnBadArgument, kIOReturnOverrun, kIOReturnSuccess, kIOReturnUnderrun,
} from '../../abi/index.ts'
import { msgbufText, Port } from '../../mach/index.ts'
import { Random, Simulation } from '../../sim/index.ts'
import {
  DATA_QUEUE_ENTRY_HEADER_SIZE, DATA_QUEUE_MEMORY_APPENDIX_SIZE, DATA_QUEUE_MEMORY_HEADER_SIZE, IODataQueue,
  IODataQueueDispatchSource, IOSharedDataQueue,
} from './index.ts'

function inMemory(body: () => void): void {
  new Simulation(1).enter(() => {
    installPlainMemory()
    body()
  })
}

const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values)

/** Size, head and tail as they stand in memory. */
function header(queue: IODataQueue): number[] {
  const memory = queue.getMemoryDescriptor()!
  const raw = new Uint8Array(12)
  memory.readBytes(0, raw)
  memory.release()
  const view = new DataView(raw.buffer)
  return [0, 4, 8].map((at) => view.getUint32(at, true))
}

/** Takes one entry as numbers, or null. */
function take(queue: IOSharedDataQueue, room = 64): number[] | null {
  const data = new Uint8Array(room)
  const size = { value: room }
  return queue.dequeue(data, size) ? [...data.subarray(0, size.value)] : null
}

describe('IOSharedDataQueue', () => {
  it('has room for one entry more than asked; size, head and tail stand in memory', () => inMemory(() => {
    const queue = IOSharedDataQueue.withEntries(3, 12)!
    expect(header(queue)).toEqual([64, 0, 0])
    expect(queue.getMemoryDescriptor()!.getLength())
      .toBe(64 + DATA_QUEUE_MEMORY_HEADER_SIZE + DATA_QUEUE_MEMORY_APPENDIX_SIZE)
    queue.enqueue(bytes(1, 2, 3))
    expect(header(queue)).toEqual([64, 0, 3 + DATA_QUEUE_ENTRY_HEADER_SIZE])
    expect(IODataQueue.withEntries(3, 12)!.getMemoryDescriptor()!.getLength()).toBe(64 + 12)
    expect([IOSharedDataQueue.withEntries(1, 0xffffffff), IOSharedDataQueue.withCapacity(0xffffffff)])
      .toEqual([null, null])
  }))

  it('goes back to the beginning when the end is near, and never catches up with the head', () => {
    inMemory(() => {
      const queue = IOSharedDataQueue.withCapacity(24)!
      const log: unknown[] = []
      log.push(queue.enqueue(bytes(1, 1, 1, 1, 1, 1)), queue.enqueue(bytes(2, 2, 2, 2, 2, 2)), header(queue))
      log.push(queue.enqueue(bytes(3)), take(queue), header(queue))
      log.push(queue.enqueue(bytes(4, 4, 4, 4, 4, 4)), queue.enqueue(bytes(4)), header(queue))
      log.push(queue.enqueue(bytes(5)), queue.enqueue(bytes()))
      log.push(take(queue), take(queue), take(queue), header(queue))
      expect(log).toEqual([
        true, true, [24, 0, 20],
        false, [1, 1, 1, 1, 1, 1], [24, 10, 20],
        false, true, [24, 10, 5],
        false, true, [2, 2, 2, 2, 2, 2], [4], [], [24, 9, 9],
      ])
    })
  })

  it('keeps an entry too large for the reader, shows it, drops it without data', () => inMemory(() => {
    const queue = IOSharedDataQueue.withCapacity(100)!
    queue.enqueue(bytes(7, 8, 9))
    expect([take(queue, 2), queue.dequeue(new Uint8Array(9), null)]).toEqual([null, false])
    expect(queue.peek()).toEqual({ size: 3, data: bytes(7, 8, 9) })
    expect([queue.dequeue(null, null), queue.peek(), queue.dequeue(null, null)]).toEqual([true, null, false])
  }))

  it('does not believe a head, tail or size that the other side has spoilt', () => inMemory(() => {
    const queue = IOSharedDataQueue.withCapacity(32)!
    const memory = queue.getMemoryDescriptor()!
    const spoil = (at: number, value: number): void => {
      const word = new Uint8Array(4)
      new DataView(word.buffer).setUint32(0, value, true)
      memory.writeBytes(at, word)
    }
    queue.enqueue(bytes(1))
    spoil(12, 0xfffffff0)
    expect(take(queue)).toBeNull()
    spoil(4, 33)
    expect([take(queue), queue.peek(), queue.enqueue(bytes(1))]).toEqual([null, null, false])
    spoil(4, 0)
    spoil(8, 0xffffffff)
    expect(queue.enqueue(bytes(1))).toBe(false)
  }))

  it('tells the reader once when the empty queue gets an entry, and not when its port is full', () => {
    inMemory(() => {
      const queue = IOSharedDataQueue.withCapacity(100)!
      const port = new Port()
      port.sendRights = 1
      queue.setNotificationPort(port)
      queue.enqueue(bytes(1))
      queue.enqueue(bytes(2))
      expect(port.messageCount).toBe(1)
      for (let i = 0; i < 20; i++) {
        while (take(queue) !== null);
        queue.enqueue(bytes(3))
      }
      expect(port.messageCount).toBe(port.queueLimit)
      queue.setNotificationPort(null)
      while (take(queue) !== null);
      queue.enqueue(bytes(4))
      expect([port.messageCount, msgbufText()]).toEqual([port.queueLimit, ''])
    })
  })

  it('gives back what went in, in order, whatever the sizes (10,000 random steps against a list)', () => {
    inMemory(() => {
      const random = new Random(7)
      const queue = IOSharedDataQueue.withCapacity(257)!
      const model: number[][] = []
      let refused = 0
      for (let step = 0; step < 10_000; step++) {
        if (random.below(2) === 0) {
          const entry = Array.from({ length: random.below(60) }, () => random.below(256))
          if (queue.enqueue(Uint8Array.from(entry))) model.push(entry)
          else refused++
        } else expect(take(queue)).toEqual(model.shift() ?? null)
      }
      expect(refused).toBeGreaterThan(100)
    })
  }, 20_000)
})

describe('xnu A1 IOSharedDataQueue_44636964', () => {
  it('shows something after a dequeue whose buffer was too small, and an enqueue that found no room', () => {
    inMemory(() => {
      const queue = IOSharedDataQueue.withCapacity(DATA_QUEUE_ENTRY_HEADER_SIZE + 8)!
      const size = { value: 4 }
      expect([queue.enqueue(new Uint8Array(8)), header(queue)]).toEqual([true, [12, 0, 12]])
      expect([queue.dequeue(new Uint8Array(8), size), header(queue)]).toEqual([false, [12, 0, 12]])
      expect(queue.enqueue(bytes(1, 2, 3, 4))).toBe(false)
      expect(queue.peek()).not.toBeNull()
    })
  })

  it('shows an entry at the beginning when the head stands at the very end, as that test means to', () => {
    inMemory(() => {
      const queue = IOSharedDataQueue.withCapacity(DATA_QUEUE_ENTRY_HEADER_SIZE + 8)!
      expect([queue.enqueue(new Uint8Array(8)), queue.dequeue(null, null)]).toEqual([true, true])
      expect([queue.enqueue(bytes(1, 2, 3, 4)), header(queue)]).toEqual([true, [12, 12, 8]])
      expect(queue.peek()).toEqual({ size: 4, data: bytes(1, 2, 3, 4) })
    })
  })
})

describe('xnu A1 IODataQueueDispatchSourceTests', () => {
  it('says exactly how many entries still fit, over 100,000 random steps', () => inMemory(() => {
    const random = new Random(3)
    const [count, size] = [10, 16]
    const { source } = IODataQueueDispatchSource.Create(count * (size + DATA_QUEUE_ENTRY_HEADER_SIZE))
    const queue = source!
    expect([queue.CanEnqueueData(size, count), queue.CanEnqueueData(size, count + 1)])
      .toEqual([kIOReturnSuccess, kIOReturnOverrun])
    let [enqueued, head, tail, wrong] = [0, 0, 0, 0]
    const enqueue = (): void => {
      if (queue.Enqueue(size, () => {}) !== kIOReturnSuccess) wrong++
      enqueued++
      tail = tail === count ? 1 : tail + 1
    }
    for (let i = 0; i < count * 10_000; i++) {
      if (enqueued === 0 || (enqueued < count - 1 && random.below(2) === 0)) enqueue()
      else {
        if (queue.Dequeue(() => {}) !== kIOReturnSuccess) wrong++
        enqueued--
        head = head === count ? 1 : head + 1
      }
      const j = random.below(count + 1)
      const isExpected = j < count - enqueued || (head <= tail && tail === enqueued && j === count - enqueued)
      if (queue.CanEnqueueData(size, j) !== (isExpected ? kIOReturnSuccess : kIOReturnOverrun)) wrong++
      if (random.below(16) !== 1) continue
      if (isExpected) for (let k = 0; k < j; k++) enqueue()
      else if (j === 1 && queue.Enqueue(size, () => {}) !== kIOReturnOverrun) wrong++
    }
    expect(wrong).toBe(0)
  }), 20_000)
})

describe('IODataQueueDispatchSource', () => {
  it('tells both sides: data came, it was too full, it was emptied', () => inMemory(() => {
    expect(IODataQueueDispatchSource.Create(30).result).toBe(kIOReturnBadArgument)
    const queue = IODataQueueDispatchSource.Create(24).source!
    const log: unknown[] = []
    queue.SetDataAvailableHandler(() => log.push('available'))
    queue.SetDataServicedHandler(() => log.push('serviced'))
    const note = (result: number): void => void log.push(result)
    note(queue.Enqueue(3, (data) => data.set([1, 2, 3])))
    note(queue.Enqueue(20, () => {}))
    note(queue.Peek((data) => log.push([...data])))
    note(queue.Dequeue((data) => log.push([...data])))
    note(queue.Dequeue(() => {}))
    expect(log).toEqual([
      'available', kIOReturnSuccess, 'available', kIOReturnOverrun, [1, 2, 3], kIOReturnSuccess,
      [1, 2, 3], 'serviced', kIOReturnSuccess, 'serviced', kIOReturnUnderrun,
    ])
  }))
})
