import type { KernelThread } from '../../../sim/index.ts'
import { CFArray } from '../../CoreFoundation/index.ts'
import type { IoregOptions } from './options.ts'
import type { Entry, RegistryReader } from './RegistryReader.ts'

/** The test that -c, -k and -n put to an entry: all that are given must hold; none given holds never. */
export class EntryTest {
  readonly isEmpty: boolean

  constructor(
    private readonly reader: RegistryReader,
    private readonly options: IoregOptions,
  ) {
    this.isEmpty = options.className === null && options.key === null && options.name === null
  }

  *matches(entry: Entry): KernelThread<boolean> {
    if (this.isEmpty) return false
    const { className, key, name } = this.options
    if (className !== null && !(yield* this.hasClass(entry, className))) return false
    if (key !== null && (yield* this.reader.property(entry, key)) === null) return false
    return name === null || (yield* this.hasName(entry, name))
  }

  /** A DriverKit service's own class list decides alone where there is one. */
  private *hasClass(entry: Entry, className: string): KernelThread<boolean> {
    if (!this.options.kernelClassOnly) {
      const classes = yield* this.reader.property(entry, 'IOUserClasses')
      if (classes instanceof CFArray) return classes.values.includes(className)
    }
    return yield* this.reader.conformsTo(entry, className)
  }

  private *hasName(entry: Entry, wanted: string): KernelThread<boolean> {
    const name = yield* this.reader.name(entry)
    if (!wanted.includes('@')) return name === wanted
    const location = yield* this.reader.location(entry)
    return `${name}@${location ?? ''}` === wanted
  }
}
