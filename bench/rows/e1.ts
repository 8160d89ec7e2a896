import { Scheduler, type TimedEvent } from '../../kernel/sim/index.ts'
import { HeapLoop } from '../peers/heapLoop.ts'
import { repeat, type Row } from '../Row.ts'

const EVENTS = 2_000_000
const TIMERS = 64
const periodOf = (index: number): number => 1_000 + index * 37

class Timer implements TimedEvent {
  queueSlot = -1
  fired = 0
  private readonly period: number
  constructor(private readonly scheduler: Scheduler, index: number) {
    this.period = periodOf(index) * 1_000
  }
  fire(nowNs: number): void {
    this.fired++
    this.scheduler.events.schedule(this, nowNs + this.period)
  }
}

/** Ours: the scheduler's clock, queue, trace digest and accounting. */
function ours(): string {
  const scheduler = new Scheduler()
  const timers = Array.from({ length: TIMERS }, (_, index) => new Timer(scheduler, index))
  for (const [index, timer] of timers.entries()) scheduler.events.schedule(timer, periodOf(index) * 1_000)
  scheduler.run(Infinity, EVENTS)
  return String(timers.reduce((sum, timer) => sum + timer.fired, 0))
}

/** The floor: the same timers in a bare heap, one handler call, nothing else. */
function floor(): string {
  const heap = new HeapLoop(TIMERS)
  let fired = 0
  const handlers = Array.from({ length: TIMERS }, (_, index) => (): void => {
    fired++
    heap.push(heap.nowNs + periodOf(index) * 1_000, index)
  })
  for (let i = 0; i < TIMERS; i++) heap.push(periodOf(i) * 1_000, i)
  for (let i = 0; i < EVENTS; i++) handlers[heap.pop()]!()
  return String(fired)
}

export const e1: Row = {
  id: 'E1', title: `virtual-clock events, ${TIMERS} timers, ${EVENTS / 1e6} M events`, maxRatio: 1.25,
  ours: { name: 'scheduler', measure: () => repeat(5, ours) },
  peer: { name: 'bare heap loop', measure: () => repeat(5, floor) },
}
