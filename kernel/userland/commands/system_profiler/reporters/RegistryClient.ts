import type { Task } from '../../../../mach/user.ts'
import type { KernelThread } from '../../../../sim/index.ts'
import { CFDictionary } from '../../../CoreFoundation/index.ts'
import {
  IOIteratorNext, IOMainPort, IOObjectConformsTo, IOObjectRelease, IORegistryEntryCreateCFProperties,
  IORegistryEntryFromPath, IORegistryEntryGetChildIterator, IORegistryEntryGetNameInPlane,
  IORegistryEntryGetParentIterator, IORegistryEntryGetRegistryEntryID, IOServiceGetMatchingServices,
  IOServiceMatching, type io_iterator_t,
} from '../../../IOKitLib/index.ts'

export const kIOServicePlane = 'IOService'

/** A registry entry as a reporter needs it: a port of the task, and its facts. */
export interface RegistryNode {
  readonly port: number
  readonly id: number
  readonly name: string
  readonly properties: CFDictionary
}

const NOTHING = new CFDictionary([], [])

/** The registry through IOKitLib. Ports that were received are given back by `close`. */
export class RegistryClient {
  private readonly ports: number[] = []
  private readonly mainPort: number

  constructor(private readonly task: Task) {
    this.mainPort = IOMainPort(task).value
    this.ports.push(this.mainPort)
  }

  /** Services of a class or of one below it, in order of publication. */
  *matchingServices(className: string): KernelThread<RegistryNode[]> {
    const matching = IOServiceMatching(className)
    const { value } = yield* IOServiceGetMatchingServices(this.task, this.mainPort, matching)
    return yield* this.drain(value)
  }

  /** The first service of a class, or null. */
  *firstService(className: string): KernelThread<RegistryNode | null> {
    return (yield* this.matchingServices(className))[0] ?? null
  }

  *children(node: RegistryNode, plane = kIOServicePlane): KernelThread<RegistryNode[]> {
    const { value } = yield* IORegistryEntryGetChildIterator(this.task, node.port, plane)
    return yield* this.drain(value)
  }

  /** The first parent in a plane, or null. */
  *parent(node: RegistryNode, plane = kIOServicePlane): KernelThread<RegistryNode | null> {
    const { value } = yield* IORegistryEntryGetParentIterator(this.task, node.port, plane)
    return (yield* this.drain(value))[0] ?? null
  }

  /** The entry at a path such as `IODeviceTree:/chosen`, or null. */
  *fromPath(path: string): KernelThread<RegistryNode | null> {
    const port = yield* IORegistryEntryFromPath(this.task, this.mainPort, path)
    return port === 0 ? null : yield* this.node(port)
  }

  conformsTo(node: RegistryNode, className: string): KernelThread<boolean> {
    return IOObjectConformsTo(this.task, node.port, className)
  }

  /** The nearest entry above that is of a class, or null. */
  *ancestor(node: RegistryNode, className: string): KernelThread<RegistryNode | null> {
    for (let at = yield* this.parent(node); at !== null; at = yield* this.parent(at)) {
      if (yield* this.conformsTo(at, className)) return at
    }
    return null
  }

  /** Every entry of a class at or below one entry, pre-order. */
  *descendants(node: RegistryNode, className: string): KernelThread<RegistryNode[]> {
    const found: RegistryNode[] = []
    for (const child of yield* this.children(node)) {
      if (yield* this.conformsTo(child, className)) found.push(child)
      found.push(...(yield* this.descendants(child, className)))
    }
    return found
  }

  /** Gives every port back. */
  close(): void {
    for (const port of this.ports.splice(0)) IOObjectRelease(this.task, port)
  }

  private *drain(iterator: io_iterator_t): KernelThread<RegistryNode[]> {
    if (iterator === 0) return []
    this.ports.push(iterator)
    const nodes: RegistryNode[] = []
    for (;;) {
      const port = yield* IOIteratorNext(this.task, iterator)
      if (port === 0) return nodes
      nodes.push(yield* this.node(port))
    }
  }

  private *node(port: number): KernelThread<RegistryNode> {
    this.ports.push(port)
    const { value: name } = yield* IORegistryEntryGetNameInPlane(this.task, port, kIOServicePlane)
    const { value: id } = yield* IORegistryEntryGetRegistryEntryID(this.task, port)
    const { value: properties } = yield* IORegistryEntryCreateCFProperties(this.task, port)
    return { port, id: Number(id), name, properties: properties ?? NOTHING }
  }
}
