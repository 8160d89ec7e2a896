import { Simulation } from '../../kernel/sim/index.ts'
import { HeapLoop } from '../peers/heapLoop.ts'
import { BareBus, BareCard } from '../peers/mmioFloor.ts'
import { CAUSE_OFFSET } from '../rigs/MessageCard.ts'
import { buildInterruptRig, periodsNs, VECTORS, type BenchDriver } from '../rigs/interruptRig.ts'
import { repeat, type Measurement, type Row } from '../Row.ts'

const MESSAGES = 1_000_000
/** Shorter than any two completions of one vector are apart on average: some wait, most do not. */
const MODERATION_NS = 2_000

/** Ours: completion, MSI-X table, message, APIC, vector, controller, filter source, register read in the filter. */
function ours(): Measurement {
  return new Simulation(1).enter(() => {
    let filtered = 0
    const { card } = buildInterruptRig({
      action: () => undefined,
      filter: (owner, sender) => {
        filtered += (owner as BenchDriver).registers!.read32(CAUSE_OFFSET + sender.getIntIndex() * 4)
        return false
      },
    }, MODERATION_NS)
    card.start(periodsNs())
    return repeat(7, () => {
      filtered = 0
      card.run(MESSAGES)
      return String(filtered)
    })
  })
}

/** The floor: a bare heap loop; each event counts at the device and calls a filter, which reads the register. */
function floor(): string {
  const periods = periodsNs()
  const heap = new HeapLoop(periods.length)
  const bus = new BareBus()
  const card = new BareCard()
  bus.map(0x90, card)
  let filtered = 0
  const filter = (vector: number): boolean => {
    filtered += bus.read(0x90000 + CAUSE_OFFSET + vector * 4)
    return false
  }
  const handlers = periods.map((periodNs, index) => (): void => {
    const vector = index % VECTORS
    card.causes[vector]!++
    filter(vector)
    heap.push(heap.nowNs + periodNs, index)
  })
  for (const [index, periodNs] of periods.entries()) heap.push(periodNs, index)
  for (let i = 0; i < MESSAGES; i++) handlers[heap.pop()]!()
  return String(filtered)
}

export const e3: Row = {
  id: 'E3', title: `MSI-X message to primary filter, ${MESSAGES / 1e6} M messages`, maxRatio: 1.6,
  ours: { name: 'card to filter', measure: ours },
  peer: { name: 'bare heap loop, MMIO read and call', measure: () => repeat(7, floor) },
}
