import { Scheduler, WaitQueue, type KernelThread } from '../../kernel/sim/index.ts'
import { repeat, type Row } from '../Row.ts'

const ROUND_TRIPS = 500_000

/** Ours: two threads that wake each other and sleep. */
function ours(): string {
  const scheduler = new Scheduler()
  const ping = new WaitQueue()
  const pong = new WaitQueue()
  let trips = 0
  function* first(): KernelThread {
    while (trips < ROUND_TRIPS) {
      scheduler.wakeOne(ping)
      scheduler.assertWait(pong)
      yield
      trips++
    }
    scheduler.wakeOne(ping)
  }
  function* second(): KernelThread {
    // oxlint-disable-next-line no-unmodified-loop-condition -- the first thread counts.
    while (trips < ROUND_TRIPS) {
      scheduler.assertWait(ping)
      yield
      scheduler.wakeOne(pong)
    }
  }
  scheduler.spawn('second', second())
  scheduler.spawn('first', first())
  scheduler.run(Infinity, Infinity)
  return String(trips)
}

/** The floor: two generators resumed in turn. */
function floor(): string {
  let trips = 0
  function* body(): Generator<void, void, number> {
    for (;;) yield
  }
  const a = body()
  const b = body()
  while (trips < ROUND_TRIPS) {
    a.next(0)
    b.next(0)
    trips++
  }
  return String(trips)
}

export const e6: Row = {
  id: 'E6', title: `kernel thread block and wakeup, ${ROUND_TRIPS / 1e6} M round trips`, maxRatio: 3,
  ours: { name: 'wait queues', measure: () => repeat(5, ours) },
  peer: { name: 'two generator switches', measure: () => repeat(5, floor) },
}
