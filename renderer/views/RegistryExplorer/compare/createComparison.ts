import { computed, reactive, ref, shallowRef, watch } from 'vue'
import type { ComparableSnapshot, RegistrySource } from '../../../../kernel/api/index.ts'
import type { KernelClient } from '../../../bridge/index.ts'
import { createLoad } from '../../../composables/createLoad.ts'
import type { Load } from '../../../composables/createLoad.ts'
import { titleOf } from '../paths.ts'
import { alignRegistries } from './alignRegistries.ts'
import type { AlignedRow, Alignment } from './alignRegistries.ts'
import { compareProperties } from './compareProperties.ts'
import type { PropertyPair } from './compareProperties.ts'

export interface BothSides {
  readonly left: ComparableSnapshot
  readonly right: ComparableSnapshot
  readonly alignment: Alignment
}

/** Two registries held against each other: what is shown, what is selected, and the way through the changes. */
export interface Comparison {
  plane: string
  readonly planes: readonly string[]
  readonly both: Load<BothSides>
  readonly properties: Load<readonly PropertyPair[]>
  onlyChanges: boolean
  filter: string
  /** Rows on show, as positions in the alignment. */
  readonly rows: Int32Array
  /** Position in the alignment, -1 for none. */
  readonly selected: number
  select(at: number): void
  /** Goes to the next or the previous change on show, around the end; false when there is none. */
  step(by: 1 | -1): boolean
}

export function createComparison(kernel: KernelClient, left: RegistrySource, right: RegistrySource): Comparison {
  const plane = ref('IOService')
  const onlyChanges = ref(false)
  const filter = ref('')
  const selected = ref(-1)
  const planes = shallowRef<readonly string[]>(['IOService'])
  const both = createLoad(async () => {
    const [ours, theirs] = await Promise.all(
      [left, right].map((source) => kernel.calls.comparableSnapshot(source, plane.value)))
    if (ours === undefined || theirs === undefined) throw new Error('One of the registries is gone.')
    planes.value = ours.snapshot.planes.filter((name) => theirs.snapshot.planes.includes(name))
    return { left: ours, right: theirs, alignment: alignRegistries(ours, theirs) }
  })
  const properties = createLoad(() => readProperties(kernel, both.value, selected.value))
  const rows = computed(() => both.value === null ? new Int32Array(0)
    : visible(both.value, { onlyChanges: onlyChanges.value, needle: filter.value.trim().toLowerCase() }))

  watch(plane, () => void both.run())
  watch(() => both.value, (now) => {
    const first = now?.alignment.rows.findIndex(({ difference }) => difference !== 'same') ?? -1
    selected.value = first >= 0 ? first : 0
    void properties.run()
  })

  watch(rows, (shown) => {
    const all = both.value?.alignment.rows
    if (all === undefined || shown.includes(selected.value)) return
    select(shown.find((at) => all[at]?.difference !== 'same') ?? shown[0] ?? -1)
  })

  function select(at: number): void {
    if (at === selected.value) return
    selected.value = at
    void properties.run()
  }

  function step(by: 1 | -1): boolean {
    const shown = rows.value
    const all = both.value?.alignment.rows
    const here = shown.indexOf(selected.value)
    for (let steps = 1; steps <= shown.length; steps += 1) {
      const at = shown[(here + by * steps + shown.length * 2) % shown.length] ?? -1
      if (all?.[at] === undefined || all[at].difference === 'same') continue
      select(at)
      return true
    }
    return false
  }

  return reactive({ plane, planes, both, properties, onlyChanges, filter, rows, selected, select, step })
}

/** What passes the filters, with all its ancestors. */
function visible(both: BothSides, { onlyChanges, needle }: { onlyChanges: boolean; needle: string }): Int32Array {
  const all = both.alignment.rows
  const kept = new Uint8Array(all.length)
  let count = 0
  for (let at = all.length - 1; at >= 0; at -= 1) {
    const row = all[at]
    if (row === undefined) continue
    const passes = (!onlyChanges || row.difference !== 'same') && (needle === '' || textOf(both, row).includes(needle))
    if (passes) kept[at] = 1
    if (kept[at] !== 1) continue
    count += 1
    if (row.parent >= 0) kept[row.parent] = 1
  }
  const rows = new Int32Array(count)
  let next = 0
  for (let at = 0; at < all.length; at += 1) {
    if (kept[at] === 1) rows[next++] = at
  }
  return rows
}

function textOf({ left, right }: BothSides, row: AlignedRow): string {
  const side = ({ snapshot }: ComparableSnapshot, at: number): string =>
    at < 0 ? '' : `${titleOf(snapshot, at)}\n${snapshot.classes[at] ?? ''}`
  return `${side(left, row.left)}\n${side(right, row.right)}\n${row.note}`.toLowerCase()
}

async function readProperties(
  kernel: KernelClient, both: BothSides | null, at: number,
): Promise<readonly PropertyPair[]> {
  const row = both?.alignment.rows[at]
  if (both === null || row === undefined) return []
  const side = async ({ snapshot }: ComparableSnapshot, index: number) => index < 0 ? []
    : (await kernel.calls.entryDetails(snapshot.source, snapshot.plane, snapshot.ids[index] ?? 0)).properties
  return compareProperties(...await Promise.all([side(both.left, row.left), side(both.right, row.right)]))
}
