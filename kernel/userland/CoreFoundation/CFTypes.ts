import { CFBasicHash } from './CFBasicHash.ts'
import { CFBytesHash, CFIntegerHash, CFStringHash, type CFHashCode } from './CFHash.ts'

/** A property value as user space sees it. CFString is a plain string and CFBoolean a plain boolean. */
export type CFType = string | boolean | CFNumber | CFData | CFArray | CFSet | CFDictionary

export type CFNumberType = 'SInt32' | 'SInt64' | 'Float32' | 'Float64'

/** A number and its width. Integers are kept sign-extended, as user space receives them. */
export class CFNumber {
  constructor(readonly type: CFNumberType, readonly value: bigint | number) {}

  /** The 64 bits read as unsigned: what `%llu` prints. Floating-point values are cut towards zero. */
  unsigned(): bigint {
    const whole = typeof this.value === 'bigint' ? this.value : BigInt(Number.isFinite(this.value) ? Math.trunc(this.value) : 0)
    return BigInt.asUintN(64, whole)
  }
}

export class CFData {
  constructor(readonly bytes: Uint8Array) {}
}

export class CFArray {
  constructor(readonly values: readonly CFType[]) {}
}

/** A set: its members in the order of their hash table. */
export class CFSet {
  readonly values: readonly CFType[]

  constructor(members: readonly CFType[], order: CFOrder = 'hash') {
    this.values = order === 'given' ? members : inHashOrder(members, members)
  }
}

/** Whether a container's order follows the hash table, as on a Mac, or stays as it was given. */
export type CFOrder = 'hash' | 'given'

/** A dictionary: keys and values in the order of its hash table. */
export class CFDictionary {
  private ordered: { readonly keys: readonly string[]; readonly values: readonly CFType[] } | null = null
  private index: Map<string, CFType> | null = null

  /** `keys` in the order in which they are put in; no key comes twice. */
  constructor(private readonly inserted: readonly string[], private readonly insertedValues: readonly CFType[],
    private readonly kind: CFOrder = 'hash') {}

  get count(): number {
    return this.inserted.length
  }

  getValue(key: string): CFType | undefined {
    this.index ??= new Map(this.inserted.map((name, position) => [name, this.insertedValues[position]!]))
    return this.index.get(key)
  }

  /** Keys in printed order. */
  get keys(): readonly string[] {
    return this.inOrder().keys
  }

  /** Values in the order of `keys`. */
  get values(): readonly CFType[] {
    return this.inOrder().values
  }

  private inOrder(): { readonly keys: readonly string[]; readonly values: readonly CFType[] } {
    if (this.ordered !== null) return this.ordered
    if (this.kind === 'given') this.ordered = { keys: this.inserted, values: this.insertedValues }
    else {
      const table = new CFBasicHash()
      for (const key of this.inserted) table.add(CFStringHash(key))
      const order = table.order()
      this.ordered = { keys: order.map((item) => this.inserted[item]!), values: order.map((item) => this.insertedValues[item]!) }
    }
    return this.ordered
  }
}

function inHashOrder<T>(members: readonly CFType[], results: readonly T[]): T[] {
  const table = new CFBasicHash()
  for (const member of members) table.add(CFHash(member))
  return table.order().map((item) => results[item]!)
}

/** The hash of any value: containers hash by their count. */
export function CFHash(value: CFType): CFHashCode {
  if (typeof value === 'string') return CFStringHash(value)
  if (typeof value === 'boolean') return { high: 0, low: value ? 1 : 0 }
  if (value instanceof CFNumber) return CFIntegerHash(value.unsigned())
  if (value instanceof CFData) return CFBytesHash(value.bytes)
  return { high: 0, low: value instanceof CFDictionary ? value.count : value.values.length }
}
