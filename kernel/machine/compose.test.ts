import { expect, test } from 'vitest'
import appleSilicon from '../../resources/machines/apple-silicon-laptop.json' with { type: 'json' }
import intel from '../../resources/machines/intel-desktop.json' with { type: 'json' }
import { Simulation } from '../sim/index.ts'
import { appleSiliconTree } from './boot/deviceTree/appleSilicon.ts'
import { intelTree } from './boot/deviceTree/intel.ts'
import { readMachine, validateMachine } from './compose.ts'
import { buildHardware } from './hardware.ts'

/** Goal: both templates pass every check and their hardware can be built. */
test.each([intel, appleSilicon])('the template $name is a machine', (template) => {
  const result = readMachine(template)
  expect(result).toMatchObject({ ok: true })
  if (!result.ok) return
  const machine = result.value
  new Simulation(1).enter(() => {
    const tree = machine.platform === 'acpi' ? intelTree(machine) : appleSiliconTree(machine)
    const { devices, platform } = buildHardware(machine, tree, () => null)
    expect(devices.size).toBe(template.devices.length)
    expect(platform.freeRam.every(({ sizeBytes }) => sizeBytes > 0)).toBe(true)
  })
})

/**
 * Goal: every fault of a description is listed at once, each with its place, what was seen and what was
 * wanted.
 */
test('all faults of a description are listed', () => {
  const broken = structuredCloneOf(intel)
  broken.memoryBytes = 100_000_001
  broken.devices = [
    { id: 'a', part: 'pci.host' },
    { id: 'a', part: 'pci.function', parent: 'a', slot: '3' },
    { id: 'b', part: 'pci.function', parent: 'nobody', slot: '4' },
    { id: 'c', part: 'flux.capacitor' },
    { id: 'd', part: 'pci.function', parent: 'a', slot: '3' },
    { id: 'e', part: 'nvme.namespace', parent: 'a', slot: '1' },
    { id: 'f', part: 'pci.function', parent: 'a', slot: '20', options: { vendorId: 7, colour: 'red' } },
    { id: 'g', part: 'pci.function', slot: '5' },
    { id: 'h', part: 'ans.controller' },
  ]
  const problems = validateMachine(broken).map(({ where, message }) => `${where}: ${message}`)
  expect(problems).toMatchInlineSnapshot(`
    [
      "memoryBytes: This platform cannot have this much memory.",
      "devices[1].id: Another device has this id.",
      "devices[1].parent: A device cannot hang below itself.",
      "devices[2].parent: No device has this id.",
      "devices[3].part: There is no part of this kind.",
      "devices[5].parent: NVMe Namespace cannot hang below pci.host.",
      "devices[7].parent: PCI Function needs a parent.",
      "devices[8].part: Apple Storage Controller does not exist on this platform.",
      "devices[1].slot: d is in this slot already.",
      "devices[4].slot: a is in this slot already.",
      "devices[6].options.vendorId: Vendor ID is not valid.",
      "devices[6].options.colour: pci.function has no option of this name.",
      "devices[6].slot: This is not a PCI slot.",
    ]
  `)
})

/** Goal: a file of the wrong shape is told where and what, not half read. */
test('a file of the wrong shape gives schema problems', () => {
  expect(validateMachine({ format: 'workbench-machine/1', name: 'X Y',
    devices: 3 }).map(({ where }) => where)).toEqual(
    expect.arrayContaining(['name', 'title', 'devices', 'cpu', 'memoryBytes']),
  )
  expect(validateMachine(null)[0]?.where).toBe('machine')
})

interface Loose {
  memoryBytes: number
  devices: unknown[]
  [key: string]: unknown
}

function structuredCloneOf(value: unknown): Loose {
  return JSON.parse(JSON.stringify(value)) as Loose
}
