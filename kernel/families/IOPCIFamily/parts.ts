import type { DeviceDescription, PartOption, Problem } from '../../api/index.ts'
import {
  busBelow, ExpressType, PciBridge, PciFunction, type PciBus, type PciIdentity,
} from '../../hardware/index.ts'
import { present } from '../../sim/index.ts'
import {
  checkOptions, flagOption, numberOption, optionOf, textOption,
  type BuildContext, type CheckContext, type PartDefinition,
} from '../defineFamily.ts'
import { checkHex, hexOf, hexOption } from './hexOptions.ts'
import { BarStorage } from './model/BarStorage.ts'
import { parseBarPlan } from './model/barPlan.ts'
import { checkSlot, parseSlot, PCI_PARENTS, PCI_SLOT_FORM } from './slots.ts'

const FAMILY = 'IOPCIFamily'
const PLATFORMS = ['acpi', 'device-tree'] as const

/** Options that every PCI part has: how firmware names it. */
export const FIRMWARE_OPTIONS: readonly PartOption[] = [
  {
    key: 'acpiName', title: 'Firmware Name', type: 'string', default: '',
    max: 4, help: 'Name in the ACPI namespace, such as RP05.',
  },
  {
    key: 'slotName', title: 'Slot Name', type: 'string', default: '',
    max: 31, help: 'Label of the slot, shown as AAPL,slot-name.',
  },
]
const LINK_OPTIONS: readonly PartOption[] = [
  { key: 'linkSpeed', title: 'Link Speed', type: 'choice', default: '8 GT/s', choices: [
    '2.5 GT/s', '5 GT/s', '8 GT/s', '16 GT/s',
  ] },
  { key: 'linkWidth', title: 'Link Width', type: 'integer', default: 4, min: 1, max: 16, help: 'Lanes.' },
]
const ID_DIGITS = {
  vendorId: 4, deviceId: 4, revisionId: 2, subsystemVendorId: 4, subsystemId: 4, classCode: 6,
}

/** Generation of a link by its speed, as capability registers count it. */
export function linkSpeedOf(text: string): number {
  return LINK_OPTIONS[0]!.choices!.indexOf(text) + 1
}

/** Checks shared by all PCI parts: options, identifiers, slot, firmware name. */
export function checkPciPart(
  part: PartDefinition, device: DeviceDescription, context: CheckContext,
): Problem[] {
  const problems = checkOptions(part, device, context.where)
  problems.push(...checkHex(device, context.where, ID_DIGITS), ...checkSlot(device, context))
  const name = device.options['acpiName']
  if (typeof name === 'string' && name !== '' && !/^[A-Z_][A-Z0-9_]{0,3}$/u.test(name)) {
    const wanted = 'one to four capital letters, digits or underscores, no digit first'
    problems.push(
      { where: `${context.where}.options.acpiName`, message: 'This is no ACPI name.', seen: name, wanted },
    )
  }
  return problems
}

/** Puts a built function where its description says. */
export function attachToBus(
  pciFunction: PciFunction, device: DeviceDescription, context: BuildContext,
): void {
  const slot = present(parseSlot(device.slot), 'a checked slot')
  busOf(context).attach(pciFunction, slot.device, slot.function)
}

/** The bus below the parent of a PCI part. */
export function busOf(context: BuildContext): PciBus {
  return busBelow(context.parent, context.pciRoot)
}

/** Most host bridges of one machine. */
const MAX_HOSTS = 4

const host: PartDefinition = {
  part: 'pci.host', title: 'PCI Host', family: FAMILY, platforms: PLATFORMS, parents: [], slotForm: null,
  summary:
    'A root complex: configuration space, address windows and a root bus. Large processors have several.',
  options: [
    { key: 'bus', title: 'First Bus', type: 'integer', default: 0, min: 0, max: 255 },
    FIRMWARE_OPTIONS[0]!,
  ],
  check(device, context) {
    const problems = checkOptions(this, device, context.where)
    const where = `${context.where}.options.bus`
    const bus = optionOf(this, device, 'bus')
    if (typeof bus !== 'number') return problems
    const others = context.siblings.filter((other) => other.part === 'pci.host')
    const twin = others.find((other) => optionOf(this, other, 'bus') === bus)
    if (twin !== undefined) problems.push(
      { where, message: `${twin.id} begins at this bus already.`, seen: String(bus) },
    )
    if (context.machine.platform === 'device-tree' && bus !== 0) {
      problems.push({ where, message: 'This platform has one PCI host.', seen: String(bus), wanted: '0' })
    }
    if (others.length >= MAX_HOSTS) {
      problems.push({
        where: context.where, message: 'A machine has too many PCI hosts.', wanted: `at most ${MAX_HOSTS}`,
      })
    }
    return problems
  },
  build: (device, context) => present(context.pciHosts.get(device.id), 'the platform makes its PCI hosts'),
}

const PORT_IDS: Readonly<Record<string, { deviceId: string; type: 4 | 5 | 6 }>> = {
  'pci.root-port': { deviceId: '0xa340', type: ExpressType.rootPort },
  'pci.upstream-port': { deviceId: '0x1578', type: ExpressType.upstreamPort },
  'pci.downstream-port': { deviceId: '0x1578', type: ExpressType.downstreamPort },
}

function portPart(part: string, title: string, summary: string, parents: readonly string[]): PartDefinition {
  const { deviceId, type } = PORT_IDS[part]!
  const definition: PartDefinition = {
    part, title, family: FAMILY, summary, parents, slotForm: PCI_SLOT_FORM, platforms: PLATFORMS,
    options: [
      hexOption('vendorId', 'Vendor ID', '0x8086'), hexOption('deviceId', 'Device ID', deviceId),
      hexOption('revisionId', 'Revision', '0x00'), ...LINK_OPTIONS,
      { key: 'slotNumber', title: 'Physical Slot', type: 'integer', default: 0, min: 0, max: 8191 },
      {
        key: 'hotPlug', title: 'Hot-Plug', type: 'boolean', default: false,
        help: 'Cards may come and go while the machine runs.',
      },
      ...FIRMWARE_OPTIONS,
    ],
    check: (device, context) => checkPciPart(definition, device, context),
    build: (device, context) => {
      const port = new PciBridge(device.id, busOf(context).root, {
        vendorId: hexOf(definition, device, 'vendorId'), deviceId: hexOf(definition, device, 'deviceId'),
        revisionId: hexOf(definition, device, 'revisionId'), classCode: 0x060400,
        interruptPin: type === ExpressType.upstreamPort ? 0 : 1,
      }, {
        type,
        linkSpeed: linkSpeedOf(textOption(definition, device, 'linkSpeed')),
        linkWidth: numberOption(definition, device, 'linkWidth'),
        portNumber: parseSlot(device.slot)?.function ?? 0,
        ...(type === ExpressType.upstreamPort ? {} : { slot: {
          number: numberOption(definition, device, 'slotNumber'),
          hotPlug: flagOption(definition, device, 'hotPlug'),
        } }),
      })
      attachToBus(port, device, context)
      return port
    },
  }
  return definition
}

const PINS: readonly string[] = ['none', 'INTA', 'INTB', 'INTC', 'INTD']

const pciFunction: PartDefinition = {
  part: 'pci.function', title: 'PCI Function', family: FAMILY, parents: PCI_PARENTS, slotForm: PCI_SLOT_FORM,
  summary:
    'Any function by its identifiers: configuration space, base address registers and interrupts, no inside.',
  platforms: PLATFORMS,
  options: [
    hexOption('vendorId', 'Vendor ID', '0x8086'), hexOption('deviceId', 'Device ID', '0x1234'),
    hexOption('classCode', 'Class Code', '0x000000'), hexOption('revisionId', 'Revision', '0x00'),
    hexOption('subsystemVendorId', 'Subsystem Vendor ID', '0x0'),
    hexOption('subsystemId', 'Subsystem ID', '0x0'),
    {
      key: 'bars', title: 'Base Address Registers', type: 'string',
      default: '', max: 128, help: 'For example mem64:16K mem64p:256M io:32.',
    },
    { key: 'interruptPin', title: 'Interrupt Pin', type: 'choice', default: 'INTA', choices: PINS },
    { key: 'msi', title: 'MSI', type: 'boolean', default: true },
    { key: 'express', title: 'PCI Express', type: 'boolean', default: false },
    ...LINK_OPTIONS, ...FIRMWARE_OPTIONS,
  ],
  check(device, context) {
    const problems = checkPciPart(this, device, context)
    const bars = parseBarPlan(typeof device.options['bars'] === 'string' ? device.options['bars'] : '')
    if (!bars.ok) problems.push(
      ...bars.problems.map((entry) => ({ ...entry, where: `${context.where}.options.bars` })),
    )
    return problems
  },
  build(device, context) {
    const built = new PciFunction(device.id, identityOf(this, device))
    const bars = parseBarPlan(textOption(this, device, 'bars'))
    for (const bar of bars.ok ? bars.value : []) {
      built.addBar({ ...bar, device: new BarStorage(
        `${device.id} BAR ${bar.index}`, bar.sizeBytes, bar.prefetchable === true,
      ) })
    }
    if (flagOption(this, device, 'msi')) built.addMsi()
    built.addPowerManagement()
    if (flagOption(this, device, 'express')) {
      const onRoot = busOf(context).bridge === null
      built.addExpress({
        type: onRoot ? ExpressType.integrated : ExpressType.endpoint,
        linkSpeed: linkSpeedOf(textOption(this, device, 'linkSpeed')),
        linkWidth: numberOption(this, device, 'linkWidth'),
      })
    }
    attachToBus(built, device, context)
    return built
  },
}

function identityOf(part: PartDefinition, device: DeviceDescription): PciIdentity {
  return {
    vendorId: hexOf(part, device, 'vendorId'), deviceId: hexOf(part, device, 'deviceId'),
    classCode: hexOf(part, device, 'classCode'), revisionId: hexOf(part, device, 'revisionId'),
    subsystemVendorId: hexOf(part, device, 'subsystemVendorId'),
    subsystemId: hexOf(part, device, 'subsystemId'),
    interruptPin: PINS.indexOf(textOption(part, device, 'interruptPin')),
  }
}

/** Parts of the PCI family. */
export const pciParts: readonly PartDefinition[] = [
  host,
  portPart(
    'pci.root-port', 'PCI Express Root Port', 'A port of the root complex: a bridge to one slot or device.',
    ['pci.host'],
  ),
  portPart('pci.upstream-port', 'Switch Upstream Port', 'The upper side of a PCI Express switch.', [
    'pci.root-port', 'pci.downstream-port',
  ]),
  portPart(
    'pci.downstream-port', 'Switch Downstream Port', 'A lower port of a PCI Express switch.',
    ['pci.upstream-port'],
  ),
  pciFunction,
]
