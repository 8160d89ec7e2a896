import { IOKit, type MigRoutine } from '../../../abi/index.ts'
import {
  host_get_io_main,
  mach_host_self,
  mach_port_deallocate,
  mach_rpc,
  type Task,
} from '../../../mach/user.ts'
import type { KernelThread } from '../../../sim/index.ts'
import {
  CFData,
  CFDictionary,
  IOCFUnserializeBinary,
  type CFOrder,
  type CFType,
} from '../../CoreFoundation/index.ts'
import {
  kPresentationKey,
  LIVE_STYLE,
  readDumpStyle,
  readPresentation,
  type DumpStyle,
  type Presentation,
} from './Presentation.ts'
import type { Entry, EntryFacts, RegistryReader, ServiceFacts } from './RegistryReader.ts'
import { cellsOf } from './smart/cells.ts'

const kIODeviceTreePlane = 'IODeviceTree'
/** What is shown for a name that cannot be had. */
const NAME_ERROR = '<name error>'

/** Asks the kernel, in I/O Kit messages to the ports of registry entries. */
export class IOKitRegistryReader implements RegistryReader {
  private dumpStyle: DumpStyle = LIVE_STYLE
  private order: CFOrder = 'hash'
  private isServed = false
  private readonly superclasses = new Map<string, readonly string[]>()

  private constructor(
    private readonly task: Task,
    private readonly mainPort: number,
    private readonly plane: string,
    private readonly complain: (message: string) => void,
  ) {}

  /** A reader of `plane`. Asks first whether the kernel serves a dump, and how that was printed. */
  static *open(
    task: Task,
    plane: string,
    complain: (message: string) => void,
  ): KernelThread<IOKitRegistryReader> {
    const reader = new IOKitRegistryReader(
      task,
      host_get_io_main(task, mach_host_self(task)),
      plane,
      complain,
    )
    const root = yield* reader.root()
    const answer = yield* reader.property(root, kPresentationKey)
    yield* reader.release(root)
    reader.isServed = answer !== null
    reader.dumpStyle = readDumpStyle(answer)
    if (reader.isServed) reader.order = 'given'
    return reader
  }

  *style(): KernelThread<DumpStyle> {
    return this.dumpStyle
  }

  *root(): KernelThread<Entry> {
    const [root] = (yield* this.call(this.mainPort, IOKit.registry_get_root_entry)) ?? []
    return typeof root === 'number' ? root : 0
  }

  *children(entry: Entry): KernelThread<readonly Entry[] | null> {
    const answer = yield* this.call(entry, IOKit.registry_entry_get_child_iterator, this.plane)
    const iterator = answer?.[0]
    if (typeof iterator !== 'number') return null
    const children: Entry[] = []
    for (;;) {
      const next = (yield* this.call(iterator, IOKit.iterator_next))?.[0]
      if (typeof next !== 'number' || next === 0) break
      children.push(next)
    }
    yield* this.release(iterator)
    return children
  }

  *release(entry: Entry): KernelThread {
    mach_port_deallocate(this.task, entry)
  }

  *facts(entry: Entry): KernelThread<EntryFacts> {
    const className = yield* this.text(entry, IOKit.object_get_class)
    const [id] = (yield* this.call(entry, IOKit.registry_entry_get_registry_entry_id)) ?? []
    const [retain] = (yield* this.call(entry, IOKit.object_get_retain_count)) ?? []
    return {
      name: yield* this.name(entry),
      location: yield* this.location(entry),
      className: className ?? '',
      id: typeof id === 'number' || typeof id === 'bigint' ? BigInt(id) : 0n,
      retain: typeof retain === 'number' ? retain : 0,
      service: yield* this.service(entry),
    }
  }

  *name(entry: Entry): KernelThread<string> {
    const name = yield* this.text(entry, IOKit.registry_entry_get_name_in_plane, this.plane)
    if (name === null) this.complain("can't obtain name")
    return name ?? NAME_ERROR
  }

  *location(entry: Entry): KernelThread<string | null> {
    return yield* this.text(entry, IOKit.registry_entry_get_location_in_plane, this.plane)
  }

  *inheritance(_entry: Entry, className: string): KernelThread<readonly string[]> {
    const known = this.superclasses.get(className)
    if (known !== undefined) return known
    const chain: string[] = []
    for (let name: string | null = className; name !== null && name !== 'OSObject';) {
      chain.unshift(name)
      name = yield* this.text(this.mainPort, IOKit.object_get_superclass, name)
    }
    this.superclasses.set(className, chain)
    return chain
  }

  *conformsTo(entry: Entry, className: string): KernelThread<boolean> {
    return (yield* this.call(entry, IOKit.object_conforms_to, className))?.[0] === true
  }

  *properties(entry: Entry): KernelThread<CFDictionary | null> {
    const value = this.value(yield* this.call(entry, IOKit.registry_entry_get_properties_bin))
    if (value === null) this.complain("can't obtain properties")
    return value instanceof CFDictionary ? value : null
  }

  *property(entry: Entry, key: string): KernelThread<CFType | null> {
    return this.value(yield* this.call(entry, IOKit.registry_entry_get_property_bin, '', key, 0))
  }

  *presentation(entry: Entry): KernelThread<Presentation | null> {
    return this.isServed ? readPresentation(yield* this.property(entry, kPresentationKey)) : null
  }

  *deviceTreeParent(entry: Entry): KernelThread<Entry | null> {
    const iterator = (yield* this.call(
      entry,
      IOKit.registry_entry_get_parent_iterator,
      kIODeviceTreePlane,
    ))?.[0]
    if (typeof iterator !== 'number') return null
    const [parent] = (yield* this.call(iterator, IOKit.iterator_next)) ?? []
    yield* this.release(iterator)
    return typeof parent === 'number' && parent !== 0 ? parent : null
  }

  *deviceTreePath(entry: Entry): KernelThread<string | null> {
    const path = yield* this.text(entry, IOKit.registry_entry_get_path, kIODeviceTreePlane)
    return path === null ? null : path.slice(path.indexOf(':') + 1)
  }

  *deviceTreeEntryWithPhandle(phandle: number): KernelThread<Entry | null> {
    const iterator = (yield* this.call(
      this.mainPort,
      IOKit.registry_create_iterator,
      kIODeviceTreePlane,
      1,
    ))?.[0]
    if (typeof iterator !== 'number') return null
    let found: Entry | null = null
    while (found === null) {
      const entry = (yield* this.call(iterator, IOKit.iterator_next))?.[0]
      if (typeof entry !== 'number' || entry === 0) break
      if (yield* this.hasPhandle(entry, phandle)) found = entry
      else yield* this.release(entry)
    }
    yield* this.release(iterator)
    return found
  }

  private *hasPhandle(entry: Entry, phandle: number): KernelThread<boolean> {
    const value = yield* this.property(entry, 'AAPL,phandle')
    return value instanceof CFData && cellsOf(value.bytes)[0] === phandle
  }

  private *service(entry: Entry): KernelThread<ServiceFacts | null> {
    if (!(yield* this.conformsTo(entry, 'IOService'))) return null
    const [state, busy, time] = (yield* this.call(entry, IOKit.service_get_state)) ?? []
    return { state: Number(state ?? 0), busy: Number(busy ?? 0), busyTimeNs: Number(time ?? 0) }
  }

  private *text(
    port: number,
    routine: MigRoutine,
    ...body: readonly unknown[]
  ): KernelThread<string | null> {
    const [text] = (yield* this.call(port, routine, ...body)) ?? []
    return typeof text === 'string' ? text : null
  }

  private value(answer: readonly unknown[] | null): CFType | null {
    const bytes = answer?.[0]
    return bytes instanceof Uint8Array ? IOCFUnserializeBinary(bytes, this.order) : null
  }

  /** The reply's arguments, or null for any failure. */
  private *call(
    port: number,
    routine: MigRoutine,
    ...body: readonly unknown[]
  ): KernelThread<readonly unknown[] | null> {
    const answer = yield* mach_rpc(this.task, port, routine.id, body, routine.portSlots)
    return answer.transport === 0 && answer.code === 0 ? answer.body : null
  }
}
