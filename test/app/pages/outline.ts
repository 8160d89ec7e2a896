import { useVirtualizer } from '@tanstack/vue-virtual'
import { createApp, defineComponent, h, nextTick, reactive, ref, type PropType } from 'vue'
import '../../../renderer/design/tokens.css'
import '../../../renderer/design/base.css'
import type { RegistrySnapshot } from '../../../kernel/api/index.ts'
import RegistryOutline from '../../../renderer/views/RegistryExplorer/RegistryOutline.vue'
import { filterRows, searchText } from '../../../renderer/views/RegistryExplorer/filter.ts'
import { ALL_EXPANDED, visibleRows } from '../../../renderer/views/RegistryExplorer/outline.ts'
import type { RegistryDocument } from '../../../renderer/views/RegistryExplorer/registryDocument.ts'
import { makeSnapshot } from '../fakeKernel/registry.ts'

/** Measures the outline against a bare vue-virtual list of the same length: the rows U1, U2 and U5 of the benchmark. */
const frame = (): Promise<number> => new Promise((resolve) => requestAnimationFrame(() => setTimeout(() => resolve(performance.now()), 0)))

const Bare = defineComponent({
  props: { names: { type: Array as PropType<readonly string[]>, required: true } },
  setup(props) {
    const box = ref<HTMLElement | null>(null)
    const list = useVirtualizer({ count: props.names.length, getScrollElement: () => box.value, estimateSize: () => 22, overscan: 4 })
    return () => h('div', { ref: box, class: 'bare', style: 'height:860px;width:660px;overflow:auto' }, h('div', { style: `height:${list.value.getTotalSize()}px;position:relative` },
      list.value.getVirtualItems().map((item) => h('div', { key: item.index, style: `position:absolute;top:0;height:22px;transform:translateY(${item.start}px)` }, props.names[item.index]))))
  },
})

function outlineDocument(): RegistryDocument {
  return reactive({
    plane: 'IOService', snapshot: { value: null }, rows: new Int32Array(0), filtered: null, needle: '',
    expansion: ALL_EXPANDED, selectedRow: 0,
    changes: { kinds: new Map() }, select: () => undefined, setExpanded: () => undefined,
  }) as unknown as RegistryDocument
}

interface Shown {
  /** The element that scrolls. */
  box: HTMLElement
  unmount(): void
}

const target = document.querySelector<HTMLElement>('#app')!
const shows: Readonly<Record<'bare' | 'outline', (snapshot: RegistrySnapshot) => Shown>> = {
  bare(snapshot) {
    const app = createApp(Bare, { names: snapshot.names })
    app.mount(target)
    return { box: target.querySelector<HTMLElement>('.bare')!, unmount: () => app.unmount() }
  },
  outline(snapshot) {
    const source = outlineDocument()
    Object.assign(source.snapshot, { value: snapshot })
    Object.assign(source, { rows: visibleRows(snapshot, ALL_EXPANDED) })
    const app = createApp(RegistryOutline, { document: source })
    app.mount(target)
    return { box: target.querySelector<HTMLElement>('.rows')!, unmount: () => app.unmount() }
  },
}

function snapshotOf(rows: number): RegistrySnapshot {
  return Object.freeze(makeSnapshot('machine', 'IOService', 1, rows))
}

/** Times from data to the first painted frame, and how many rows the list then says it has. */
async function mountTimes(kind: 'bare' | 'outline', rows: number, times: number): Promise<{ ms: number[]; rows: number }> {
  const snapshot = snapshotOf(rows)
  const ms: number[] = []
  let height = 0
  for (let time = 0; time < times; time += 1) {
    await frame()
    const start = performance.now()
    const shown = shows[kind](snapshot)
    await nextTick()
    ms.push(await frame() - start)
    height = shown.box.firstElementChild!.clientHeight
    shown.unmount()
  }
  return { ms, rows: height / 22 }
}

/** Times from setting the scroll position to the painted frame, over the whole length. */
async function jumpTimes(kind: 'bare' | 'outline', rows: number, times: number): Promise<{ ms: number[]; rows: number }> {
  const shown = shows[kind](snapshotOf(rows))
  const ms: number[] = []
  for (let jump = 0; jump < times; jump += 1) {
    await frame()
    const start = performance.now()
    shown.box.scrollTop = ((jump * 7919) % 100) / 100 * rows * 22
    ms.push(await frame() - start)
  }
  const height = shown.box.firstElementChild!.clientHeight
  shown.unmount()
  return { ms, rows: height / 22 }
}

/** Times of one filtering each: few hits, many and none. */
function filterTimes(rows: number): { ms: number[]; rows: number } {
  const snapshot = snapshotOf(rows)
  const search = searchText(snapshot)
  const ms = ['n', 'node9', 'ioclass4', 'node99999', 'zzz'].map((needle) => {
    const start = performance.now()
    filterRows(snapshot, search, needle)
    return performance.now() - start
  })
  return { ms, rows }
}

Object.assign(window, { mountTimes, jumpTimes, filterTimes })
