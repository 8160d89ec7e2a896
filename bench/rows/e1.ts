import { Scheduler, type TimedEvent } from '../../kernel/sim/index.ts'
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

/** The floor: a bare binary heap over typed arrays, one handler call, nothing else. */
function floor(): string {
  const times = new Float64Array(TIMERS)
  const owners = new Int32Array(TIMERS)
  let count = 0
  let fired = 0
  const push = (time: number, owner: number): void => {
    let at = count++
    while (at > 0) {
      const up = (at - 1) >> 1
      if (times[up]! <= time) break
      times[at] = times[up]!
      owners[at] = owners[up]!
      at = up
    }
    times[at] = time
    owners[at] = owner
  }
  const pop = (): number => {
    const owner = owners[0]!
    const time = times[--count]!
    const last = owners[count]!
    let at = 0
    for (;;) {
      let down = at * 2 + 1
      if (down >= count) break
      if (down + 1 < count && times[down + 1]! < times[down]!) down++
      if (times[down]! >= time) break
      times[at] = times[down]!
      owners[at] = owners[down]!
      at = down
    }
    times[at] = time
    owners[at] = last
    return owner
  }
  let now = 0
  const handlers = Array.from({ length: TIMERS }, (_, index) => (): void => {
    fired++
    push(now + periodOf(index) * 1_000, index)
  })
  for (let i = 0; i < TIMERS; i++) push(periodOf(i) * 1_000, i)
  for (let i = 0; i < EVENTS; i++) {
    now = times[0]!
    handlers[pop()]!()
  }
  return String(fired)
}

export const e1: Row = {
  id: 'E1', title: `virtual-clock events, ${TIMERS} timers, ${EVENTS / 1e6} M events`, maxRatio: 1.25,
  ours: { name: 'scheduler', measure: () => repeat(5, ours) },
  peer: { name: 'bare heap loop', measure: () => repeat(5, floor) },
}
