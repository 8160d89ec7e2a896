import { IOKit, type MigRoutine } from '../../../../abi/index.ts'
import { encodeUtf8Lossless } from '../../../../formats/utf8.ts'
import {
  host_get_io_main, mach_host_self, mach_port_deallocate, mach_rpc, type Task,
} from '../../../../mach/user.ts'
import type { KernelThread } from '../../../../sim/index.ts'
import { CFDictionary, IOCFUnserializeBinary, type CFType } from '../../../CoreFoundation/index.ts'

export const kIOServicePlane = 'IOService'

/** A registry entry as a reporter needs it: a port of the task, and its facts. */
export interface RegistryNode {
  readonly port: number
  readonly id: number
  readonly name: string
  readonly properties: CFDictionary
}

const NOTHING = new CFDictionary([], [])

/** The registry through I/O Kit messages. Ports that were received are given back by `close`. */
export class RegistryClient {
  private readonly ports: number[] = []
  private readonly mainPort: number

  constructor(private readonly task: Task) {
    this.mainPort = host_get_io_main(task, mach_host_self(task))
  }

  /** Services of a class or of one below it, in order of publication. */
  *matchingServices(className: string): KernelThread<RegistryNode[]> {
    const matching = `<dict><key>IOProviderClass</key><string>${className}</string></dict>\0`
    const bytes = encodeUtf8Lossless(matching)
    const answer = yield* this.call(this.mainPort, IOKit.service_get_matching_services_bin, bytes)
    return yield* this.drain(answer?.[0])
  }

  /** The first service of a class, or null. */
  *firstService(className: string): KernelThread<RegistryNode | null> {
    return (yield* this.matchingServices(className))[0] ?? null
  }

  *children(node: RegistryNode, plane = kIOServicePlane): KernelThread<RegistryNode[]> {
    const answer = yield* this.call(node.port, IOKit.registry_entry_get_child_iterator, plane)
    return yield* this.drain(answer?.[0])
  }

  /** The first parent in a plane, or null. */
  *parent(node: RegistryNode, plane = kIOServicePlane): KernelThread<RegistryNode | null> {
    const answer = yield* this.call(node.port, IOKit.registry_entry_get_parent_iterator, plane)
    return (yield* this.drain(answer?.[0]))[0] ?? null
  }

  /** The entry at a path such as `IODeviceTree:/chosen`, or null. */
  *fromPath(path: string): KernelThread<RegistryNode | null> {
    const port = (yield* this.call(this.mainPort, IOKit.registry_entry_from_path, path))?.[0]
    return typeof port === 'number' && port !== 0 ? yield* this.node(port) : null
  }

  *conformsTo(node: RegistryNode, className: string): KernelThread<boolean> {
    return (yield* this.call(node.port, IOKit.object_conforms_to, className))?.[0] === true
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
    for (const port of this.ports.splice(0)) mach_port_deallocate(this.task, port)
  }

  private *drain(iterator: unknown): KernelThread<RegistryNode[]> {
    if (typeof iterator !== 'number' || iterator === 0) return []
    this.ports.push(iterator)
    const nodes: RegistryNode[] = []
    for (;;) {
      const port = (yield* this.call(iterator, IOKit.iterator_next))?.[0]
      if (typeof port !== 'number' || port === 0) return nodes
      nodes.push(yield* this.node(port))
    }
  }

  private *node(port: number): KernelThread<RegistryNode> {
    this.ports.push(port)
    const name = (yield* this.call(port, IOKit.registry_entry_get_name_in_plane, kIOServicePlane))?.[0]
    const id = (yield* this.call(port, IOKit.registry_entry_get_registry_entry_id))?.[0]
    const bytes = (yield* this.call(port, IOKit.registry_entry_get_properties_bin))?.[0]
    const value: CFType | null = bytes instanceof Uint8Array ? IOCFUnserializeBinary(bytes) : null
    return {
      port, id: Number(id ?? 0), name: typeof name === 'string' ? name : '',
      properties: value instanceof CFDictionary ? value : NOTHING,
    }
  }

  /** The reply's arguments, or null for any failure. */
  private *call(port: number, routine: MigRoutine,
    ...body: readonly unknown[]): KernelThread<readonly unknown[] | null> {
    const answer = yield* mach_rpc(this.task, port, routine.id, body, routine.portSlots)
    return answer.transport === 0 && answer.code === 0 ? answer.body : null
  }
}
