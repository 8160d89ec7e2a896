import { EventLog, Simulation } from '../../kernel/sim/index.ts'
import { HeapLoop } from '../peers/heapLoop.ts'
import { CAUSE_OFFSET } from '../rigs/MessageCard.ts'
import { buildInterruptRig, periodsNs, type BenchDriver } from '../rigs/interruptRig.ts'
import { repeat, type Measurement, type Row } from '../Row.ts'

const INTERRUPTS = 500_000
const LATENCY_NS = 100

/** Ours: the way of E3, then the work loop's thread wakes, takes the gate and runs the source's action. */
function ours(log: EventLog | null = null): Measurement {
  const simulation = new Simulation(1)
  simulation.scheduler.log = log
  return simulation.enter(() => {
    let served = 0
    const { card } = buildInterruptRig({
      action: (owner, sender) => {
        served += (owner as BenchDriver).registers!.read32(CAUSE_OFFSET + sender.getIntIndex() * 4)
      },
      filter: () => true,
    }, 0, 1)
    card.start(periodsNs())
    return repeat(7, () => {
      served = 0
      card.run(INTERRUPTS)
      return String(served)
    })
  })
}

/** The floor: two events of a bare heap (completion, interrupt) and one switch of a generator. */
function floor(): string {
  const periods = periodsNs()
  const heap = new HeapLoop(periods.length * 2)
  let served = 0
  function* serve(): Generator<void, void, number> {
    for (;;) served += yield
  }
  const thread = serve()
  thread.next(0)
  const interrupts = periods.map(() => (): void => void thread.next(1))
  const completions = periods.map((periodNs, index) => (): void => {
    heap.push(heap.nowNs + LATENCY_NS, index + periods.length)
    heap.push(heap.nowNs + periodNs, index)
  })
  const handlers = [...completions, ...interrupts]
  for (const [index, periodNs] of periods.entries()) heap.push(periodNs, index)
  for (let left = INTERRUPTS; left > 0;) {
    const owner = heap.pop()
    handlers[owner]!()
    if (owner >= periods.length) left--
  }
  return String(served)
}

export const e4: Row = {
  id: 'E4', title: `interrupt to filter to work-loop action, ${INTERRUPTS / 1e6} M`, maxRatio: 1.5,
  ours: { name: 'card to action', measure: () => ours() },
  peer: { name: 'two heap events, one generator switch', measure: () => repeat(7, floor) },
}

export const e5: Row = {
  id: 'E5', title: `E4 with every step in the event log, ${INTERRUPTS / 1e6} M`, maxRatio: 1.15,
  ours: { name: 'with the log', measure: () => ours(new EventLog()) },
  peer: { name: 'without', measure: () => ours() },
}
