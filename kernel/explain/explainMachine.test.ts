// A machine that runs is explained: for every service, what matching comes to is what was attached.
import { expect, it } from 'vitest'
import appleSilicon from '../../resources/machines/apple-silicon-laptop.json' with { type: 'json' }
import intel from '../../resources/machines/intel-desktop.json' with { type: 'json' }
import { startMachine } from '../../test/support/machineStory.ts'
import { gIOServicePlane, type IORegistryEntry } from '../iokit/index.ts'
import { getRegistryRoot } from '../iokit/registry/index.ts'
import { OSString } from '../libkern/index.ts'
import type { Simulation } from '../sim/index.ts'
import { explainMachine } from './explainMachine.ts'

/** Classes of the drivers that matching attached, by the id of their provider. */
function attached(machine: Simulation): Map<number, string[]> {
  return machine.enter(() => {
    const all = new Set<IORegistryEntry>([getRegistryRoot()])
    for (const entry of all) {
      for (const child of entry.childLinks(gIOServicePlane)?.members ?? []) all.add(child)
    }
    return new Map([...all].map((entry) => [entry.getRegistryEntryID(), driversOf(entry)]))
  })
}

function driversOf(entry: IORegistryEntry): string[] {
  return (entry.childLinks(gIOServicePlane)?.members ?? []).flatMap((child) => {
    const ioClass = child.getProperty('IOClass')
    const isDriver = child.getProperty('IOProviderClass') !== null && ioClass instanceof OSString
    return isDriver ? [ioClass.getCStringNoCopy()] : []
  }).toSorted()
}

const templates = [['Intel', intel], ['Apple silicon', appleSilicon]] as const

it.each(templates)('agrees with every driver of the %s template', (_, template) => {
  const { simulation } = startMachine(template)
  const found = attached(simulation)
  const explained = [...found.keys()].map((id) => {
    const { explanation } = explainMachine(simulation, { provider: String(id) })
    const won = explanation!.candidates.filter(({ reason }) => reason === 'WON' || reason === 'PROBE')
    return [id, won.map(({ ioClass }) => ioClass ?? '').toSorted()] as const
  })
  expect(new Map(explained)).toEqual(found)
  expect([...found.values()].flat().length).toBeGreaterThan(20)
}, 60_000)
