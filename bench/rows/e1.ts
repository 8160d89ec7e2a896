import { Scheduler, type TimedEvent } from '../../kernel/sim/index.ts'
import { HeapLoop } from '../peers/heapLoop.ts'
import { repeat, type Row } from '../Row.ts'

class Timer implements TimedEvent {
  queueSlot = -1
  fired = 0
  constructor(private readonly scheduler: Scheduler, private readonly periodNs: number) {}
  fire(nowNs: number): void {
    this.fired++
    this.scheduler.events.schedule(this, nowNs + this.periodNs)
  }
}

const periodNs = (index: number): number => (1_000 + index * 37) * 1_000

/** Ours: the scheduler's clock, queue, trace digest and accounting. */
function ours(timerCount: number, events: number): string {
  const scheduler = new Scheduler()
  const timers = Array.from({ length: timerCount }, (_, index) => new Timer(scheduler, periodNs(index)))
  for (const [index, timer] of timers.entries()) scheduler.events.schedule(timer, periodNs(index))
  scheduler.run(Infinity, events)
  return String(timers.reduce((sum, timer) => sum + timer.fired, 0))
}

/** The floor: the same timers in a bare heap, one handler call, nothing else. */
function floor(timerCount: number, events: number): string {
  const heap = new HeapLoop(timerCount)
  let fired = 0
  const handlers = Array.from({ length: timerCount }, (_, index) => (): void => {
    fired++
    heap.push(heap.nowNs + periodNs(index), index)
  })
  for (let i = 0; i < timerCount; i++) heap.push(periodNs(i), i)
  for (let i = 0; i < events; i++) handlers[heap.pop()]!()
  return String(fired)
}

function timerRow(id: string, timerCount: number, events: number): Row {
  return {
    id, title: `virtual-clock events, ${timerCount} timers, ${events / 1e6} M events`, maxRatio: 1.25,
    ours: { name: 'scheduler', measure: () => repeat(5, () => ours(timerCount, events)) },
    peer: { name: 'bare heap loop', measure: () => repeat(5, () => floor(timerCount, events)) },
  }
}

export const e1 = timerRow('E1', 64, 2_000_000)
export const e2 = timerRow('E2', 100_000, 1_000_000)
