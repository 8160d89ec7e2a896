import { flushPromises, mount } from '@vue/test-utils'
import { describe, expect, it } from 'vitest'
import type { KernelFunctions, RegistrySnapshot } from '../../../kernel/api/index.ts'
import { useBridge } from '../../bridge/index.ts'
import { snapshotOf } from '../../testSupport/snapshots.ts'
import { testWorkbench } from '../../testSupport/testWorkbench.ts'
import RegistryOutline from './RegistryOutline.vue'
import { createRegistryDocument } from './registryDocument.ts'

async function show(snapshot: RegistrySnapshot, planes: Record<string, RegistrySnapshot> = {}) {
  const entryDetails: KernelFunctions['entryDetails'] = (_source, _plane, id) => ({
    id,
    name: snapshot.names[snapshot.ids.indexOf(id)] ?? '',
    location: null,
    className: '',
    inheritance: null,
    bundle: null,
    path: null,
    state: null,
    busy: 0,
    busyTimeNs: 0,
    retain: 0,
    parents: [],
    properties: [],
  })
  const { app } = testWorkbench({
    registrySnapshot: (_source, plane) => planes[plane] ?? snapshot,
    entryDetails,
    findInProperties: (_source, text) => ({
      ids: new Float64Array(text === 'ssd' ? [snapshot.ids[4]!] : []),
      keys: ['Model'],
    }),
  })
  const { kernel } = app.runWithContext(useBridge)
  const document = createRegistryDocument('machine', kernel)
  await document.snapshot.run()
  await flushPromises()
  const wrapper = mount(RegistryOutline, { props: { document }, attachTo: window.document.body })
  await flushPromises()
  const press = (key: string) => wrapper.get('.rows').trigger('keydown', { key })
  const selected = (): string => wrapper.get('[aria-selected="true"] .ell').text()
  return { wrapper, document, press, selected }
}

const small = snapshotOf('Root\n  iMac\n    PCI0\n      NVMe\n    RTC\n  IOResources')

describe('RegistryOutline', () => {
  it('draws only what fits the window', async () => {
    const { wrapper } = await show(snapshotOf(`Root\n${'  Node\n'.repeat(20_000)}`))
    expect(wrapper.findAll('.rows .trow').length).toBeLessThan(60)
    expect(wrapper.get('[role=treegrid]').attributes('aria-rowcount')).toBe('20001')
  })

  it('moves with the arrow keys, closes with the left one and opens with the right one', async () => {
    const { wrapper, press, selected } = await show(small)
    expect(selected()).toBe('Root')
    await press('ArrowDown')
    await press('ArrowLeft')
    expect(wrapper.findAll('.rows .trow').length).toBe(3)
    expect(wrapper.get('[aria-selected="true"]').attributes('aria-expanded')).toBe('false')
    await press('ArrowRight')
    await press('ArrowRight')
    expect(selected()).toBe('PCI0')
    await press('ArrowLeft')
    await press('ArrowLeft')
    expect(selected()).toBe('iMac')
  })

  it('goes to a name that is typed', async () => {
    const { press, selected } = await show(small)
    await press('r')
    await press('t')
    expect(selected()).toBe('RTC')
  })

  it('selects the first hit of the filter and keeps its ancestors', async () => {
    const { wrapper, document, selected } = await show(small)
    document.filter = 'nvme'
    await flushPromises()
    expect(selected()).toBe('NVMe')
    expect(wrapper.findAll('.rows .trow').length).toBe(4)
  })

  it('finds by property too, and says by which', async () => {
    const { wrapper, document } = await show(small)
    document.filter = 'SSD'
    await expect.poll(() => wrapper.findAll('.hit').map((chip) => chip.text())).toEqual(['Model'])
    expect(document.filtered?.hits).toBe(1)
  })

  it('returns to the selected entry after a plane that does not have it', async () => {
    const power = snapshotOf('Root\n  iMac', { plane: 'IOPower' })
    const { document, selected } = await show(small, { IOPower: power })
    document.select(3)
    document.plane = 'IOPower'
    await expect.poll(selected).toBe('iMac')
    document.plane = 'IOService'
    await expect.poll(selected).toBe('NVMe')
  })

  it('keeps the selected entry when a new snapshot moves it', async () => {
    const { document, selected } = await show(small)
    document.select(4)
    const moved = snapshotOf('Root\n  iMac\n    RTC', {
      ids: new Float64Array([small.ids[0]!, small.ids[1]!, small.ids[4]!]),
    })
    Object.assign(document.snapshot, { value: moved })
    await flushPromises()
    expect([selected(), document.selectedRow]).toEqual(['RTC', 2])
  })
})
