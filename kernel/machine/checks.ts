import type { DeviceDescription, MachineDescription, Problem } from '../api/index.ts'
import { findPart, parts, type PartDefinition } from '../families/index.ts'

const MIB = 1024 * 1024
const GIB = 1024 * MIB
/** Least memory that leaves room for what firmware keeps. */
const LEAST_MEMORY = { acpi: 256 * MIB, 'device-tree': 2 * GIB } as const
const MOST_MEMORY = { acpi: 1536 * GIB, 'device-tree': 64 * GIB } as const
const MOST_PROCESSORS = { acpi: 64, 'device-tree': 8 } as const
const KNOWN_SOCS = ['T8103']

/** The described devices by id (the first of that id) and by the id of their parent. */
interface DeviceIndex {
  readonly byId: ReadonlyMap<string, DeviceDescription>
  readonly byParent: ReadonlyMap<string | undefined, readonly DeviceDescription[]>
}

/** Everything that speaks against a description that has the right shape. Never stops at the first. */
export function checkMachine(machine: MachineDescription): Problem[] {
  const index = indexOf(machine)
  return [
    ...checkPlatform(machine), ...checkTree(machine, index), ...checkSlots(machine),
    ...checkParts(machine, index),
  ]
}

function indexOf(machine: MachineDescription): DeviceIndex {
  const byId = new Map<string, DeviceDescription>()
  const byParent = new Map<string | undefined, DeviceDescription[]>()
  for (const device of machine.devices) {
    if (!byId.has(device.id)) byId.set(device.id, device)
    const children = byParent.get(device.parent)
    if (children === undefined) byParent.set(device.parent, [device])
    else children.push(device)
  }
  return { byId, byParent }
}

function checkPlatform(machine: MachineDescription): Problem[] {
  const problems: Problem[] = []
  const { platform, memoryBytes } = machine
  if (memoryBytes < LEAST_MEMORY[platform] || memoryBytes > MOST_MEMORY[platform]
    || memoryBytes % MIB !== 0) {
    problems.push({
      where: 'memoryBytes', message: 'This platform cannot have this much memory.', seen: String(memoryBytes),
      wanted: `a multiple of ${MIB} from ${LEAST_MEMORY[platform]} to ${MOST_MEMORY[platform]}`,
    })
  }
  const processors =
    machine.cpu.clusters.reduce((sum, { cores, threadsPerCore }) => sum + cores * threadsPerCore, 0)
  if (processors > MOST_PROCESSORS[platform]) {
    problems.push({
      where: 'cpu.clusters', message: 'This platform cannot have this many processors.',
      seen: String(processors),
      wanted: `at most ${MOST_PROCESSORS[platform]}`,
    })
  }
  if (!/^[\x20-\x7e]*$/u.test(machine.bootArgs)) {
    problems.push({ where: 'bootArgs', message: 'Boot arguments are printable ASCII characters.',
      wanted: 'printable ASCII' })
  }
  return platform === 'device-tree' ? [...problems, ...checkSoc(machine)] : problems
}

function checkSoc(machine: MachineDescription): Problem[] {
  const problems: Problem[] = []
  if (!KNOWN_SOCS.includes(machine.soc ?? '')) {
    problems.push({
      where: 'soc', message: 'No device tree is known for this chip.', seen: machine.soc ?? 'nothing',
      wanted: KNOWN_SOCS.join(', '),
    })
  }
  machine.cpu.clusters.forEach((cluster, index) => {
    if (cluster.name !== 'E' && cluster.name !== 'P') {
      problems.push({ where: `cpu.clusters[${index}].name`, message: 'The clusters of this chip are E and P.',
        seen: cluster.name, wanted: 'E or P' })
    }
    if (cluster.cores > 4 || cluster.threadsPerCore !== 1) {
      problems.push({ where: `cpu.clusters[${index}]`,
        message: 'A cluster of this chip has at most four single-thread cores.',
        seen: `${cluster.cores} cores, ${cluster.threadsPerCore} threads`,
        wanted: 'at most 4 cores, 1 thread' })
    }
  })
  return problems
}

/** Ids, parts and parents. */
function checkTree(machine: MachineDescription, known: DeviceIndex): Problem[] {
  const problems: Problem[] = []
  const seen = new Set<string>()
  machine.devices.forEach((device, index) => {
    const where = `devices[${index}]`
    if (seen.has(device.id)) {
      problems.push({ where: `${where}.id`, message: 'Another device has this id.', seen: device.id,
        wanted: 'an id of its own' })
    }
    seen.add(device.id)
    const part = findPart(device.part)
    if (part === null) {
      problems.push({ where: `${where}.part`, message: 'There is no part of this kind.', seen: device.part,
        wanted: parts.map((entry) => entry.part).join(', ') })
      return
    }
    if (!part.platforms.includes(machine.platform)) {
      problems.push({ where: `${where}.part`, message: `${part.title} does not exist on this platform.`,
        seen: machine.platform, wanted: part.platforms.join(', ') })
    }
    problems.push(...checkParent(known, device, part, where))
  })
  return problems
}

function checkParent(
  known: DeviceIndex, device: DeviceDescription, part: PartDefinition, where: string,
): Problem[] {
  const path = `${where}.parent`
  const wanted = part.parents.length === 0 ? 'no parent' : part.parents.join(', ')
  if (device.parent === undefined) {
    const platformIsParent = part.parents.length === 0 || part.parents.includes('platform')
    return platformIsParent ? []
      : [{ where: path, message: `${part.title} needs a parent.`, seen: 'nothing', wanted }]
  }
  const parent = known.byId.get(device.parent)
  if (parent === undefined) {
    return [{ where: path, message: 'No device has this id.', seen: device.parent,
      wanted: 'the id of a device' }]
  }
  if (!part.parents.includes(parent.part)) {
    return [{ where: path, message: `${part.title} cannot hang below ${parent.part}.`, seen: parent.part,
      wanted }]
  }
  return isBelowItself(known, device)
    ? [{ where: path, message: 'A device cannot hang below itself.', seen: device.parent,
      wanted: 'a device above it' }]
    : []
}

function isBelowItself({ byId }: DeviceIndex, device: DeviceDescription): boolean {
  const passed = new Set<string>()
  for (let at: DeviceDescription | undefined = device; at !== undefined; at = byId.get(at.parent ?? '')) {
    if (passed.has(at.id)) return at.id === device.id
    passed.add(at.id)
    if (at.parent === undefined) return false
  }
  return false
}

/** Slots where none belongs; what a slot may be, each part checks itself. */
function checkSlots(machine: MachineDescription): Problem[] {
  return machine.devices.flatMap((device, index) => {
    const part = findPart(device.part)
    if (part === null || part.slotForm !== null || device.slot === undefined) return []
    const where = `devices[${index}].slot`
    return [{ where, message: `${part.title} takes no slot.`, seen: device.slot, wanted: 'nothing' }]
  })
}

/** What each part itself says about its place and options. */
function checkParts(machine: MachineDescription, { byId, byParent }: DeviceIndex): Problem[] {
  return machine.devices.flatMap((device, index) => {
    const part = findPart(device.part)
    if (part === null) return []
    const parent = byId.get(device.parent ?? '') ?? null
    return part.check(device, {
      machine,
      where: `devices[${index}]`,
      parent,
      parentPart: parent === null ? null : findPart(parent.part),
      children: byParent.get(device.id) ?? [],
      siblings: byParent.get(device.parent)?.filter((candidate) => candidate !== device) ?? [],
    })
  })
}
