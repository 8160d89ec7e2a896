import { kIOServiceInactiveState, kIOServiceRegisteredState } from '../../../kernel/abi/index.ts'
import type { RegistrySnapshot } from '../../../kernel/api/index.ts'
import { entryTitle } from '../../format/text.ts'

/** A provider that can be explained: drivers are looked for. */
export interface Nub {
  readonly row: number
  readonly id: number
  readonly title: string
  readonly className: string
  /** Names of the drivers on it. */
  readonly drivers: readonly string[]
  /** A device that says what it is and that nobody drives. */
  readonly isWithoutDriver: boolean
  /** Lower-case words that a search looks through. */
  readonly words: string
}

const NO_SERVICE = 0xffffffff

/** The providers of a service plane, in the order of the tree: what is registered and still there. */
export function nubsOf(snapshot: RegistrySnapshot): readonly Nub[] {
  const drivers = driversByRow(snapshot)
  const seen = new Set<number>()
  const nubs: Nub[] = []
  for (let row = 0; row < snapshot.ids.length; row++) {
    const state = snapshot.states[row] ?? NO_SERVICE
    const id = snapshot.ids[row] ?? 0
    if (!isPublished(state) || seen.has(id)) continue
    seen.add(id)
    const title = entryTitle(snapshot.names[row] ?? '', snapshot.locations[row] ?? null)
    const className = snapshot.classes[row] ?? ''
    const own = drivers.get(row) ?? []
    nubs.push({
      row,
      id,
      title,
      className,
      drivers: own,
      isWithoutDriver: snapshot.withoutDriver[row] === 1,
      words: [title, className, ...own, `0x${id.toString(16)}`].join(' ').toLowerCase(),
    })
  }
  return nubs
}

function isPublished(state: number): boolean {
  return (
    state !== NO_SERVICE &&
    (state & (kIOServiceRegisteredState | kIOServiceInactiveState)) === kIOServiceRegisteredState
  )
}

function driversByRow(snapshot: RegistrySnapshot): ReadonlyMap<number, string[]> {
  const drivers = new Map<number, string[]>()
  snapshot.drivers.forEach((isDriver, row) => {
    const parent = snapshot.parents[row] ?? -1
    if (isDriver !== 1 || parent < 0) return
    drivers.set(parent, [...(drivers.get(parent) ?? []), snapshot.names[row] ?? ''])
  })
  return drivers
}

/** Those that hold every word; of no words all. */
export function findNubs(nubs: readonly Nub[], text: string, kind: 'all' | 'without'): readonly Nub[] {
  const words = text
    .trim()
    .toLowerCase()
    .split(/\s+/u)
    .filter((word) => word !== '')
  return nubs.filter(
    (nub) => (kind === 'all' || nub.isWithoutDriver) && words.every((word) => nub.words.includes(word)),
  )
}
