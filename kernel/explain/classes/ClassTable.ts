import { observedClasses } from './observedClasses.ts'
import { sourceClasses } from './sourceClasses.ts'

/** Where it is known from what a class inherits. */
export type ClassSource = 'dump' | 'source' | 'observed' | 'attachments' | 'unknown'

const SENTENCES: Readonly<Record<ClassSource, string>> = {
  dump: 'the registry itself tells',
  source: 'published source',
  observed: 'archives of other Macs',
  attachments: 'concluded from the drivers that the dump shows on such providers',
  unknown: 'not known: taken for a plain IOService',
}

/** The sentence for a source. */
export function classSourceText(source: ClassSource): string {
  return SENTENCES[source]
}

/** Classes that had another superclass before a version of Darwin. */
interface FormerClass {
  readonly name: string
  readonly superName: string
  readonly beforeDarwin: number
}

const FORMER: readonly FormerClass[] = [
  { name: 'AppleUSBHub', superName: 'IOUSBHubPolicyMaker', beforeDarwin: 15 },
  { name: 'AppleUSBEHCI', superName: 'IOUSBControllerV3', beforeDarwin: 15 },
  { name: 'AppleUSBXHCI', superName: 'IOUSBControllerV3', beforeDarwin: 15 },
]

interface Parent {
  readonly name: string
  readonly source: ClassSource
}

function readTable(text: string, source: ClassSource, into: Map<string, Parent>): void {
  for (const line of text.split('\n')) {
    const [superName, names] = line.split(': ')
    for (const name of names?.split(' ') ?? []) {
      if (!into.has(name)) into.set(name, { name: superName!, source })
    }
  }
}

let shared: Map<string, Parent> | null = null

/** The table that is the same for all dumps: read once. */
function sharedTable(): Map<string, Parent> {
  if (shared !== null) return shared
  shared = new Map()
  readTable(sourceClasses, 'source', shared)
  readTable(observedClasses, 'observed', shared)
  return shared
}

/** Classes end here; what is above has no matching. */
const TOP = 'IOService'
const BASES = new Set(['IORegistryEntry', 'OSObject'])
/** No real class has more superclasses; it also ends a circle. */
const MAX_CHAIN = 40

/**
 * What inherits from what, for one dump: what the dump says itself, then what was learnt, then the shared
 * table.
 */
export class ClassTable {
  private readonly own = new Map<string, Parent>()

  /** `darwin` is the major version of the dump's kernel; 0 where it is not known: taken for a recent one. */
  constructor(private readonly darwin: number) {}

  /** Takes the superclasses that a dump prints, from the base down, the class itself last. */
  addInheritance(classes: readonly string[]): void {
    for (let i = 1; i < classes.length; i++) {
      const name = classes[i]!
      if (name !== TOP && !BASES.has(name)) this.own.set(name, { name: classes[i - 1]!, source: 'dump' })
    }
  }

  /** Takes a superclass that was concluded. Only for classes of which nothing is known. */
  learn(name: string, superName: string): void {
    if (!this.knows(name) && !this.chain(superName).includes(name)) {
      this.own.set(name, { name: superName, source: 'attachments' })
    }
  }

  knows(name: string): boolean {
    return name === TOP || BASES.has(name) || this.parentOf(name) !== null
  }

  sourceOf(name: string): ClassSource {
    return name === TOP ? 'source' : (this.parentOf(name)?.source ?? 'unknown')
  }

  /** The class and its superclasses up to IOService, nearest first. */
  chain(name: string): string[] {
    const chain = [name]
    let step = name
    while (step !== TOP && !BASES.has(step) && chain.length < MAX_CHAIN) {
      step = this.parentOf(step)?.name ?? TOP
      chain.push(step)
    }
    return chain
  }

  conforms(name: string, superName: string): boolean {
    return this.chain(name).includes(superName)
  }

  private parentOf(name: string): Parent | null {
    const own = this.own.get(name)
    if (own !== undefined) return own
    if (this.darwin > 0) {
      const former = FORMER.find((one) => one.name === name && this.darwin < one.beforeDarwin)
      if (former !== undefined) return { name: former.superName, source: 'observed' }
    }
    return sharedTable().get(name) ?? null
  }
}
