import { PlistUid, type PlistValue } from '../../formats/plist/index.ts'

const NULL_OBJECT = '$null'

/** Follows the object numbers of an NSKeyedArchiver property list. Total: what is not there is null. */
export class KeyedArchive {
  private readonly objects: readonly PlistValue[]
  readonly root: PlistValue | null

  private constructor(top: ReadonlyMap<string, PlistValue>, objects: readonly PlistValue[]) {
    this.objects = objects
    const [root] = top.values()
    this.root = root === undefined ? null : this.resolve(root)
  }

  /** The archive that a property list is, or null. */
  static from(value: PlistValue): KeyedArchive | null {
    if (!(value instanceof Map) || value.get('$archiver') !== 'NSKeyedArchiver') return null
    const top = value.get('$top')
    const objects = value.get('$objects')
    return top instanceof Map && Array.isArray(objects) ? new KeyedArchive(top, objects) : null
  }

  /** Number of the object that a reference names; -1 for anything else. */
  numberOf(value: PlistValue | undefined): number {
    if (value instanceof PlistUid) return value.value
    const number = value instanceof Map ? value.get('CF$UID') : undefined
    return typeof number === 'number' ? number : -1
  }

  /** What a reference stands for, or the value itself; null for nil. */
  resolve(value: PlistValue | undefined): PlistValue | null {
    const number = this.numberOf(value)
    const found = number < 0 ? value : this.objects[number]
    return found === undefined || found === NULL_OBJECT ? null : found
  }

  /** Members of an archived array or set, as references. */
  members(value: PlistValue | undefined): readonly PlistValue[] {
    const object = this.resolve(value)
    const members = object instanceof Map ? object.get('NS.objects') : undefined
    return Array.isArray(members) ? members : []
  }

  /** An archived dictionary with text keys; values are references. */
  dictionary(value: PlistValue | undefined): ReadonlyMap<string, PlistValue> {
    const object = this.resolve(value)
    const result = new Map<string, PlistValue>()
    const keys = object instanceof Map ? object.get('NS.keys') : undefined
    if (!Array.isArray(keys)) return result
    const values = this.members(value)
    keys.forEach((reference, i) => {
      const key = this.resolve(reference)
      const member = values[i]
      if (typeof key === 'string' && member !== undefined) result.set(key, member)
    })
    return result
  }

  text(value: PlistValue | undefined): string | null {
    const found = this.resolve(value)
    return typeof found === 'string' ? found : null
  }
}
