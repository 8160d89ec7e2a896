import type { Task } from '../../../mach/user.ts'
import type { KernelThread } from '../../../sim/index.ts'
import { CFData, type CFDictionary, type CFOrder, type CFType } from '../../CoreFoundation/index.ts'
import {
  _IOObjectGetClass,
  IOIteratorNext,
  IOMainPort,
  IOObjectConformsTo,
  IOObjectCopySuperclassForClass,
  IOObjectGetKernelRetainCount,
  IOObjectRelease,
  IORegistryCreateIterator,
  IORegistryEntryCopyPath,
  IORegistryEntryCreateCFProperties,
  IORegistryEntryCreateCFProperty,
  IORegistryEntryGetChildIterator,
  IORegistryEntryGetLocationInPlane,
  IORegistryEntryGetNameInPlane,
  IORegistryEntryGetParentEntry,
  IORegistryEntryGetRegistryEntryID,
  IORegistryGetRootEntry,
  IOServiceGetBusyStateAndTime,
  kIOClassNameOverrideNone,
  kIORegistryIterateRecursively,
} from '../../IOKitLib/index.ts'
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

/** Asks the kernel through IOKitLib. */
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
    const reader = new IOKitRegistryReader(task, IOMainPort(task).value, plane, complain)
    const root = yield* reader.root()
    const answer = yield* reader.property(root, kPresentationKey)
    yield* reader.release(root)
    reader.isServed = answer !== null
    reader.dumpStyle = readDumpStyle(answer)
    if (reader.isServed) reader.order = 'given'
    return reader
  }

  // oxlint-disable-next-line require-yield
  *style(): KernelThread<DumpStyle> {
    return this.dumpStyle
  }

  root(): KernelThread<Entry> {
    return IORegistryGetRootEntry(this.task, this.mainPort)
  }

  *children(entry: Entry): KernelThread<readonly Entry[] | null> {
    const { result, value: iterator } = yield* IORegistryEntryGetChildIterator(this.task, entry, this.plane)
    if (result !== 0) return null
    const children: Entry[] = []
    for (;;) {
      const next = yield* IOIteratorNext(this.task, iterator)
      if (next === 0) break
      children.push(next)
    }
    yield* this.release(iterator)
    return children
  }

  // oxlint-disable-next-line require-yield
  *release(entry: Entry): KernelThread {
    IOObjectRelease(this.task, entry)
  }

  *facts(entry: Entry): KernelThread<EntryFacts> {
    const { value: className } = yield* _IOObjectGetClass(this.task, entry, kIOClassNameOverrideNone)
    const { value: id } = yield* IORegistryEntryGetRegistryEntryID(this.task, entry)
    const retain = yield* IOObjectGetKernelRetainCount(this.task, entry)
    return {
      name: yield* this.name(entry),
      location: yield* this.location(entry),
      className,
      id,
      retain,
      service: yield* this.service(entry),
    }
  }

  *name(entry: Entry): KernelThread<string> {
    const { result, value } = yield* IORegistryEntryGetNameInPlane(this.task, entry, this.plane)
    if (result === 0) return value
    this.complain("can't obtain name")
    return NAME_ERROR
  }

  *location(entry: Entry): KernelThread<string | null> {
    const { result, value } = yield* IORegistryEntryGetLocationInPlane(this.task, entry, this.plane)
    return result === 0 ? value : null
  }

  *inheritance(_entry: Entry, className: string): KernelThread<readonly string[]> {
    const known = this.superclasses.get(className)
    if (known !== undefined) return known
    const chain: string[] = []
    for (let name: string | null = className; name !== null && name !== 'OSObject';) {
      chain.unshift(name)
      name = yield* IOObjectCopySuperclassForClass(this.task, name)
    }
    this.superclasses.set(className, chain)
    return chain
  }

  conformsTo(entry: Entry, className: string): KernelThread<boolean> {
    return IOObjectConformsTo(this.task, entry, className)
  }

  *properties(entry: Entry): KernelThread<CFDictionary | null> {
    const { value } = yield* IORegistryEntryCreateCFProperties(this.task, entry, this.order)
    if (value === null) this.complain("can't obtain properties")
    return value
  }

  property(entry: Entry, key: string): KernelThread<CFType | null> {
    return IORegistryEntryCreateCFProperty(this.task, entry, key, this.order)
  }

  *presentation(entry: Entry): KernelThread<Presentation | null> {
    return this.isServed ? readPresentation(yield* this.property(entry, kPresentationKey)) : null
  }

  *deviceTreeParent(entry: Entry): KernelThread<Entry | null> {
    const { value } = yield* IORegistryEntryGetParentEntry(this.task, entry, kIODeviceTreePlane)
    return value === 0 ? null : value
  }

  *deviceTreePath(entry: Entry): KernelThread<string | null> {
    const path = yield* IORegistryEntryCopyPath(this.task, entry, kIODeviceTreePlane)
    return path === null ? null : path.slice(path.indexOf(':') + 1)
  }

  *deviceTreeEntryWithPhandle(phandle: number): KernelThread<Entry | null> {
    const { value: iterator } = yield* IORegistryCreateIterator(
      this.task,
      this.mainPort,
      kIODeviceTreePlane,
      kIORegistryIterateRecursively,
    )
    if (iterator === 0) return null
    let found: Entry | null = null
    while (found === null) {
      const entry = yield* IOIteratorNext(this.task, iterator)
      if (entry === 0) break
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
    const { value } = yield* IOServiceGetBusyStateAndTime(this.task, entry)
    return { state: Number(value.state), busy: value.busyState, busyTimeNs: value.accumulatedBusyTimeNs }
  }
}
