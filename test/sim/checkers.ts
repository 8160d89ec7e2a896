import type { Machine } from '../../kernel/index.ts'
import { PciFunction } from '../../kernel/hardware/index.ts'
import { IOService, type IORegistryEntry, type IORegistryPlane } from '../../kernel/iokit/index.ts'
import { registryState } from '../../kernel/iokit/registry/registryState.ts'
import { OSMetaClass } from '../../kernel/libkern/index.ts'
import { allTasks, type Port } from '../../kernel/mach/index.ts'

/** How often each invariant was looked at, by name. */
export class Tally {
  readonly checks = new Map<string, number>()

  add(name: string, count = 1): void {
    this.checks.set(name, (this.checks.get(name) ?? 0) + count)
  }

  get total(): number {
    return [...this.checks.values()].reduce((sum, count) => sum + count, 0)
  }
}

/** What must hold at every moment. Answers what does not. */
export function checkAlways(machine: Machine, tally: Tally): string[] {
  return machine.simulation.enter(() => [...checkRegistry(tally), ...checkBusy(tally), ...checkPorts(tally)])
}

/** Parents know their children and children their parents, in every plane; nothing is linked twice. */
function checkRegistry(tally: Tally): string[] {
  const faults: string[] = []
  const { planes, entriesByID } = registryState()
  for (const plane of planes.values()) {
    for (const entry of entriesByID.values()) faults.push(...checkLinks(entry, plane))
    tally.add('registry links', entriesByID.size)
  }
  const counted = entriesByID.size
  if (new Set(entriesByID.values()).size !== counted) faults.push('two registry ids stand for one entry')
  return faults
}

function checkLinks(entry: IORegistryEntry, plane: IORegistryPlane): string[] {
  const faults: string[] = []
  const children = entry.children(plane)
  const parents = entry.parents(plane)
  const say = (what: string, other: IORegistryEntry): void => {
    faults.push(`${plane.name}: ${entry.getName()} ${what} ${other.getName()}`)
  }
  for (const child of children) if (!child.parents(plane).includes(entry)) say('is not known as parent to', child)
  for (const parent of parents) if (!parent.children(plane).includes(entry)) say('is not known as child to', parent)
  if (new Set(children).size !== children.length) faults.push(`${plane.name}: ${entry.getName()} has a child twice`)
  return faults
}

/** No busy count is negative, and a busy service makes its provider busy. */
function checkBusy(tally: Tally): string[] {
  const faults: string[] = []
  for (const entry of registryState().entriesByID.values()) {
    if (!(entry instanceof IOService)) continue
    tally.add('busy count')
    const busy = entry.getBusyState()
    if (busy < 0 || busy > 1000) faults.push(`${entry.getName()} is busy ${busy}`)
    const provider = entry.getProvider()
    if (busy > 0 && provider !== null && provider.getBusyState() === 0) {
      faults.push(`${entry.getName()} is busy ${busy} below ${provider.getName()}, which is not`)
    }
  }
  return faults
}

/** Send rights in spaces never exceed what their ports count; names of dead ports turn dead when they are used. */
function checkPorts(tally: Tally): string[] {
  const faults: string[] = []
  const held = new Map<Port, number>()
  for (const task of allTasks()) {
    for (const entry of task.space.list()) {
      tally.add('port name')
      const { port } = entry
      if (port === null || !port.alive || !entry.holdsSend) continue
      held.set(port, (held.get(port) ?? 0) + 1)
    }
  }
  for (const [port, count] of held) {
    if (port.sendRights < count) faults.push(`a port counts ${port.sendRights} send rights and ${count} spaces hold one`)
  }
  return faults
}

/** What must hold when nothing is left to do: no work stands, no interrupt is lost. */
export function checkSettled(machine: Machine, tally: Tally): string[] {
  if (machine.status().power !== 'running') return []
  return machine.simulation.enter(() => {
    const faults: string[] = []
    const busy = IOService.getServiceRoot()?.getBusyState() ?? 0
    tally.add('settles')
    if (busy !== 0) faults.push(`the registry stays busy: ${busyOnes().join(', ')}`)
    for (const [id, model] of machine.hardware?.devices ?? []) {
      if (!(model instanceof PciFunction)) continue
      tally.add('interrupt not lost')
      if (model.isAskingForService) faults.push(`${id} asks for service and nobody comes`)
    }
    return faults
  })
}

function busyOnes(): string[] {
  return [...registryState().entriesByID.values()].flatMap((entry) =>
    (entry instanceof IOService && entry.getBusyState() > 0 ? [`${entry.getName()} ${entry.getBusyState()}`] : []))
}

/**
 * Counts of everything that lives, the pools of matching and terminating threads apart, to be compared between two
 * moments of equal configuration.
 */
export function census(machine: Machine): Map<string, number> {
  return machine.simulation.enter(() => {
    const counts = new Map<string, number>()
    for (const [name, count] of OSMetaClass.classCounts()) if (count !== 0) counts.set(`class ${name}`, count)
    let names = 0
    let tasks = 0
    for (const task of allTasks()) {
      tasks++
      names += task.space.list().length
    }
    counts.set('tasks', tasks)
    counts.set('port names', names)
    for (const { name } of machine.simulation.scheduler.threads.values()) {
      if (/^IO(?:ConfigThread|ServiceTerminateThread)/u.test(name)) continue
      counts.set(`thread ${name}`, (counts.get(`thread ${name}`) ?? 0) + 1)
    }
    counts.set('registry entries', registryState().entriesByID.size)
    return counts
  })
}

/** Lines `name: then → now` of what differs. */
export function compareCensus(then: ReadonlyMap<string, number>, now: ReadonlyMap<string, number>): string[] {
  return [...new Set([...then.keys(), ...now.keys()])].flatMap((name) => {
    const [a, b] = [then.get(name) ?? 0, now.get(name) ?? 0]
    return a === b ? [] : [`${name}: ${a} → ${b}`]
  })
}
