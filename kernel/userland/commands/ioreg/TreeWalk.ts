import type { KernelThread } from '../../../sim/index.ts'
import type { EntryPrinter } from './EntryPrinter.ts'
import type { EntryTest } from './EntryTest.ts'
import type { IoregOptions } from './options.ts'
import type { Entry, RegistryReader } from './RegistryReader.ts'
import { drawingBits } from './TreeDrawing.ts'

/** -t keeps this many ancestors. */
const ANCESTOR_SLOTS = 64

/** What a walk over the registry does at each stop. */
export interface WalkSetting {
  readonly reader: RegistryReader
  readonly printer: EntryPrinter
  readonly test: EntryTest
  readonly options: IoregOptions
  /** Called after each entry, so that output leaves while the walk goes on. */
  readonly flush: () => KernelThread
  /** Prints an empty line. */
  readonly endSubtree: () => void
}

interface Place {
  readonly depth: number
  readonly bits: number
  readonly hasMoreSiblings: boolean
  /** Depth at which -d begins to count. */
  readonly rootDepth: number
}

/** Walks the plane and prints it: whole, or with -r the subtrees whose roots pass the test. */
export class TreeWalk {
  constructor(private readonly setting: WalkSetting) {}

  *run(): KernelThread {
    const root = yield* this.setting.reader.root()
    if (this.setting.options.subtrees) yield* this.search(root, [], 0)
    else yield* this.scan(root, { depth: 0, bits: 0, hasMoreSiblings: false, rootDepth: 0 })
    yield* this.setting.reader.release(root)
  }

  private *scan(entry: Entry, place: Place): KernelThread {
    const { reader, options, printer, flush } = this.setting
    const children = yield* reader.children(entry)
    if (children === null) return
    const shown = options.maxDepth === 0 || place.depth - place.rootDepth + 1 < options.maxDepth
    const last = children.length - 1
    const bits = drawingBits(place.bits, place.depth, place.hasMoreSiblings, shown && last >= 0)
    yield* printer.show(entry, place.depth, bits, yield* this.wantsProperties(entry))
    yield* flush()
    for (let i = 0; i <= last; i++) {
      const child = children[i] as Entry
      if (shown) {
        yield* this.scan(child, {
          depth: place.depth + 1,
          bits,
          hasMoreSiblings: i < last,
          rootDepth: place.rootDepth,
        })
      }
      yield* reader.release(child)
    }
  }

  /** Depth first; below a match nothing is tested, or with -d nothing above that many levels down. */
  private *search(entry: Entry, ancestors: readonly Entry[], testedFrom: number): KernelThread {
    const { reader, test, options } = this.setting
    const depth = ancestors.length
    let below = testedFrom
    if (depth >= testedFrom && (yield* test.matches(entry))) {
      yield* this.showSubtree(entry, ancestors)
      below = options.maxDepth === 0 ? Infinity : depth + options.maxDepth
    }
    if (below === Infinity) return
    const path = [...ancestors, entry]
    for (const child of (yield* reader.children(entry)) ?? []) {
      yield* this.search(child, path, below)
      yield* reader.release(child)
    }
  }

  private *showSubtree(entry: Entry, ancestors: readonly Entry[]): KernelThread {
    const { printer, options, endSubtree } = this.setting
    const depth = options.showAncestors ? ancestors.length : 0
    if (options.showAncestors) {
      for (let i = 0; i < Math.min(depth, ANCESTOR_SLOTS); i++) {
        const ancestor = ancestors[i] as Entry
        yield* printer.show(ancestor, i, 2 << i, yield* this.wantsProperties(ancestor))
      }
    }
    yield* this.scan(entry, { depth, bits: 0, hasMoreSiblings: false, rootDepth: depth })
    endSubtree()
  }

  private *wantsProperties(entry: Entry): KernelThread<boolean> {
    return this.setting.options.listAll || (yield* this.setting.test.matches(entry))
  }
}
