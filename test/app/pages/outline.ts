import { useVirtualizer } from '@tanstack/vue-virtual'
import { createApp, defineComponent, h, nextTick, reactive, ref } from 'vue'
import '../../../renderer/design/tokens.css'
import '../../../renderer/design/base.css'
import RegistryOutline from '../../../renderer/views/RegistryExplorer/RegistryOutline.vue'
import { ALL_EXPANDED, filterRows, searchTexts, visibleRows } from '../../../renderer/views/RegistryExplorer/outline.ts'
import type { RegistryDocument } from '../../../renderer/views/RegistryExplorer/registryDocument.ts'
import { makeSnapshot } from '../fakeKernel/registry.ts'

/** Measures anchors U1, U2 and U5: the outline against a bare vue-virtual list of the same length. */
const frame = (): Promise<number> => new Promise((resolve) => requestAnimationFrame(() => setTimeout(() => resolve(performance.now()), 0)))

const Bare = defineComponent({
  props: { names: { type: Array<string>, required: true } },
  setup(props) {
    const box = ref<HTMLElement | null>(null)
    const list = useVirtualizer({ count: props.names.length, getScrollElement: () => box.value, estimateSize: () => 22, overscan: 4 })
    return () => h('div', { ref: box, class: 'bare', style: 'height:860px;width:660px;overflow:auto' }, h('div', { style: `height:${list.value.getTotalSize()}px;position:relative` },
      list.value.getVirtualItems().map((item) => h('div', { key: item.index, style: `position:absolute;top:0;height:22px;transform:translateY(${item.start}px)` }, props.names[item.index]))))
  },
})

function outlineDocument(): RegistryDocument {
  return reactive({
    plane: 'IOService', snapshot: { value: null }, rows: new Int32Array(0), filtered: null, expansion: ALL_EXPANDED, selectedRow: 0,
    changes: { kinds: new Map(), removed: 0 }, select: () => undefined, setExpanded: () => undefined,
  }) as unknown as RegistryDocument
}

async function mounted(script: number[], make: () => { unmount(): void }): Promise<number> {
  await frame()
  const start = performance.now()
  const app = make()
  await nextTick()
  script.push(performance.now() - start)
  const time = await frame() - start
  app.unmount()
  return time
}

async function jumps(box: HTMLElement, rows: number, times: number[]): Promise<void> {
  for (let jump = 0; jump < 40; jump += 1) {
    await frame()
    const start = performance.now()
    box.scrollTop = ((jump * 7919) % 100) / 100 * rows * 22
    times.push(await frame() - start)
  }
}

async function measure(rows: number): Promise<Record<string, number[]>> {
  const target = document.querySelector<HTMLElement>('#app')!
  const snapshot = makeSnapshot('machine', 'IOService', 1, rows)
  Object.freeze(snapshot)
  const names = [...snapshot.names]
  const result: Record<string, number[]> = { bare: [], outline: [], filter: [], jump: [], bareJump: [], bareScript: [], outlineScript: [] }
  for (let round = 0; round < 15; round += 1) {
    result['bare']!.push(await mounted(result['bareScript']!, () => {
      const app = createApp(Bare, { names })
      app.mount(target)
      return app
    }))
    result['outline']!.push(await mounted(result['outlineScript']!, () => {
      const source = outlineDocument()
      Object.assign(source.snapshot, { value: snapshot })
      Object.assign(source, { rows: visibleRows(snapshot, ALL_EXPANDED) })
      const app = createApp(RegistryOutline, { document: source })
      app.mount(target)
      return app
    }))
  }
  const bare = createApp(Bare, { names })
  bare.mount(target)
  await jumps(target.querySelector<HTMLElement>('.bare')!, rows, result['bareJump']!)
  bare.unmount()
  const texts = searchTexts(snapshot)
  for (const needle of ['n', 'node9', 'ioclass4', 'node99999', 'zzz']) {
    const start = performance.now()
    filterRows(snapshot, texts, needle)
    result['filter']!.push(performance.now() - start)
  }
  const source = outlineDocument()
  Object.assign(source.snapshot, { value: snapshot })
  Object.assign(source, { rows: visibleRows(snapshot, ALL_EXPANDED) })
  createApp(RegistryOutline, { document: source }).mount(target)
  await jumps(target.querySelector<HTMLElement>('.rows')!, rows, result['jump']!)
  return result
}

Object.assign(window, { measure })
