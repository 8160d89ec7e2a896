import type { KernelThread } from '../../../sim/index.ts'
import { CFArray, CFDictionary, CFNumber, type CFType } from '../../CoreFoundation/index.ts'
import { EntryTest } from './EntryTest.ts'
import type { IoregOptions } from './options.ts'
import type { Entry, RegistryReader } from './RegistryReader.ts'

const CHILDREN = 'IORegistryEntryChildren'

/** -a: the tree, or with -r the list of subtrees; null when there is nothing to print. */
export function* archiveOf(reader: RegistryReader, options: IoregOptions): KernelThread<CFType | null> {
  const archiver = new Archiver(reader, options)
  const root = yield* reader.root()
  const archive = options.subtrees ? yield* archiver.subtrees(root) : yield* archiver.tree(root, 0)
  yield* reader.release(root)
  return archive
}

class Archiver {
  private readonly test: EntryTest
  private readonly found: CFType[] = []

  constructor(
    private readonly reader: RegistryReader,
    private readonly options: IoregOptions,
  ) {
    this.test = new EntryTest(reader, options)
  }

  /** The dictionary of an entry with those of its children; null when its children cannot be had. */
  *tree(entry: Entry, depth: number): KernelThread<CFType | null> {
    const children = yield* this.reader.children(entry)
    if (children === null) return null
    const node = yield* this.node(entry)
    const archived: CFType[] = []
    const shown = this.options.maxDepth === 0 || depth + 1 < this.options.maxDepth
    for (const child of children) {
      const archivedChild = shown ? yield* this.tree(child, depth + 1) : null
      if (archivedChild !== null) archived.push(archivedChild)
      yield* this.reader.release(child)
    }
    if (archived.length > 0) node.set(CHILDREN, new CFArray(archived))
    return dictionaryOf(node)
  }

  *subtrees(root: Entry): KernelThread<CFType | null> {
    yield* this.search(root, [], 0)
    return this.found.length === 0 ? null : new CFArray(this.found)
  }

  private *search(entry: Entry, ancestors: readonly Entry[], testedFrom: number): KernelThread {
    const depth = ancestors.length
    let below = testedFrom
    if (depth >= testedFrom && (yield* this.test.matches(entry))) {
      const archive = yield* this.tree(entry, 0)
      if (archive !== null)
        this.found.push(this.options.showAncestors ? yield* this.wrapped(archive, ancestors) : archive)
      below = this.options.maxDepth === 0 ? Infinity : depth + this.options.maxDepth
    }
    if (below === Infinity) return
    const path = [...ancestors, entry]
    for (const child of (yield* this.reader.children(entry)) ?? []) {
      yield* this.search(child, path, below)
      yield* this.reader.release(child)
    }
  }

  /** -t: each ancestor holds the next as a dictionary, not as a list. */
  private *wrapped(archive: CFType, ancestors: readonly Entry[]): KernelThread<CFType> {
    let inner = archive
    for (const ancestor of ancestors.toReversed()) {
      const node = yield* this.node(ancestor)
      node.set(CHILDREN, inner)
      inner = dictionaryOf(node)
    }
    return inner
  }

  private *node(entry: Entry): KernelThread<Map<string, CFType>> {
    const { reader, options } = this
    const node = new Map<string, CFType>()
    if (options.listAll || (yield* this.test.matches(entry))) {
      const properties = yield* reader.properties(entry)
      properties?.keys.forEach((key, i) => node.set(key, properties.values[i] ?? false))
    }
    const facts = yield* reader.facts(entry)
    node.set('IORegistryEntryName', facts.name)
    if (facts.location !== null) node.set('IORegistryEntryLocation', facts.location)
    node.set('IORegistryEntryID', integer(facts.id))
    node.set('IOObjectClass', facts.className)
    if (options.inheritance) {
      node.set('IOObjectInheritance', new CFArray(yield* reader.inheritance(entry, facts.className)))
    }
    node.set('IOObjectRetainCount', integer(facts.retain))
    if (facts.service !== null) {
      node.set('IOServiceState', integer(facts.service.state))
      node.set('IOServiceBusyState', integer(facts.service.busy))
      node.set('IOServiceBusyTime', integer(facts.service.busyTimeNs))
    }
    return node
  }
}

function integer(value: number | bigint): CFNumber {
  return new CFNumber('SInt64', BigInt.asIntN(64, BigInt(value)))
}

function dictionaryOf(node: ReadonlyMap<string, CFType>): CFDictionary {
  return new CFDictionary([...node.keys()], [...node.values()], 'given')
}
