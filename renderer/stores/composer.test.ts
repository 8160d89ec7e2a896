import { flushPromises } from '@vue/test-utils'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import type { KernelFunctions, MachineDescription } from '../../kernel/api/index.ts'
import { testWorkbench } from '../testSupport/testWorkbench.ts'
import { useComposerStore } from './composer.ts'

const machine: MachineDescription = {
  format: 'workbench-machine/1', name: 'm', title: 'M', source: '', platform: 'acpi', model: 'iMac19,1', osVersion: '15', osBuild: 'A',
  kernelVersion: '', cpu: { brand: '', clusters: [] }, memoryBytes: 2 ** 30, bootArgs: '', nvram: {}, serialNumber: '',
  devices: [{ id: 'port0', part: 'port', options: {} }, { id: 'nvme0', part: 'nvme', parent: 'port0', options: {} }],
}

async function openMachine(kernel: Partial<KernelFunctions> = {}) {
  const { app } = testWorkbench({
    listTemplates: () => [], listParts: () => [], getTemplate: () => machine, validateMachine: () => [], listSampleKexts: () => [], ...kernel,
  })
  const store = app.runWithContext(() => useComposerStore())
  await store.openTemplate('m')
  return store
}

describe('the machine on the desk', () => {
  beforeEach(() => localStorage.clear())

  it('undoes and redoes removal, children included', async () => {
    const store = await openMachine()
    store.removeDevice('port0')
    expect(store.document?.devices).toEqual([])
    store.undo()
    expect(store.document).toEqual(machine)
    store.redo()
    expect(store.document?.devices).toEqual([])
  })

  it('takes edits of one field in a row as one step', async () => {
    const store = await openMachine()
    for (const text of ['-', '-v']) store.edit({ ...store.document!, bootArgs: text }, 'machine.bootArgs')
    store.edit({ ...store.document!, model: 'X' }, 'machine.model')
    expect(store.past.length).toBe(2)
    store.undo()
    store.undo()
    expect(store.document?.bootArgs).toBe('')
  })

  it('keeps the problems of a refused power-on and stays off', async () => {
    const problem = { where: 'devices[0].slot', message: 'The slot is taken.' }
    const store = await openMachine({ powerOn: () => ({ problems: [problem] }) })
    await store.powerOn()
    expect([store.problems, store.waitsForPowerOn, store.canPowerOn]).toEqual([[problem], false, false])
  })

  it('asks for problems a moment after the last edit', async () => {
    vi.useFakeTimers()
    const validateMachine = vi.fn(() => [{ where: 'name', message: 'No.' }])
    const store = await openMachine({ validateMachine })
    await vi.advanceTimersByTimeAsync(300)
    await flushPromises()
    expect(store.problems.length).toBe(1)
    vi.useRealTimers()
  })

  it('comes back to the desk, edits included, when the window opens again', async () => {
    const first = await openMachine()
    first.edit({ ...first.document!, title: 'Edited' })
    await flushPromises()
    const { app } = testWorkbench({})
    expect(app.runWithContext(() => useComposerStore()).document?.title).toBe('Edited')
  })
})
