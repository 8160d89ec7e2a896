import { encodeUtf8Lossless } from '../../../formats/utf8.ts'

/** A node of the tree that firmware hands the kernel: a name, byte properties, children in order. */
export class DeviceTreeNode {
  readonly properties = new Map<string, Uint8Array>()
  readonly children: DeviceTreeNode[] = []
  /** Number of this node in the tree, as `AAPL,phandle` tells it; 0 until the tree is numbered. */
  phandle = 0

  constructor(readonly name: string) {
    this.setString('name', name)
  }

  /** Puts a new node at the end of the children. */
  add(name: string): DeviceTreeNode {
    const child = new DeviceTreeNode(name)
    this.children.push(child)
    return child
  }

  setBytes(key: string, value: Uint8Array): this {
    this.properties.set(key, value)
    return this
  }

  setString(key: string, value: string): this {
    return this.setBytes(key, encodeUtf8Lossless(`${value}\0`))
  }

  /** Several strings one after the other, each with its NUL. */
  setStrings(key: string, values: readonly string[]): this {
    return this.setString(key, values.join('\0'))
  }

  /** 32-bit little-endian words. */
  setWords(key: string, ...values: number[]): this {
    return this.setBytes(key, wordBytes(values))
  }

  /** 64-bit little-endian words; addresses and sizes are exact below 2^53. */
  setLongs(key: string, ...values: number[]): this {
    return this.setBytes(key,
      wordBytes(values.flatMap((value) => [value >>> 0, Math.floor(value / 4294967296)])))
  }

  /** A property that says all by being there. */
  setFlag(key: string): this {
    return this.setBytes(key, new Uint8Array(0))
  }

  /** The first string of a property, or null. */
  text(key: string): string | null {
    return this.texts(key)[0] ?? null
  }

  /** All strings of a property. */
  texts(key: string): string[] {
    const bytes = this.properties.get(key)
    if (bytes === undefined) return []
    return String.fromCharCode(...bytes).split('\0').filter((part) => part !== '')
  }

  /** The 32-bit words of a property; empty when it is absent. */
  words(key: string): number[] {
    const bytes = this.properties.get(key)
    if (bytes === undefined) return []
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    return Array.from({ length: bytes.length >> 2 }, (_, word) => view.getUint32(word * 4, true))
  }

  /** Address and size pairs of a `reg` property with 64-bit cells. */
  registers(): { start: number; sizeBytes: number }[] {
    const words = this.words('reg')
    if (words.length === 0 || words.length % 4 !== 0) return []
    return Array.from({ length: words.length / 4 }, (_, pair) => ({
      start: words[pair * 4]! + words[pair * 4 + 1]! * 4294967296,
      sizeBytes: words[pair * 4 + 2]! + words[pair * 4 + 3]! * 4294967296,
    }))
  }

  /** This node and all below, in the order of the tree. */
  * walk(): Generator<DeviceTreeNode> {
    yield this
    for (const child of this.children) yield* child.walk()
  }

  /** First node of this name at or below this one. */
  find(name: string): DeviceTreeNode | null {
    for (const node of this.walk()) if (node.name === name) return node
    return null
  }
}

function wordBytes(values: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(values.length * 4)
  const view = new DataView(bytes.buffer)
  values.forEach((value, index) => view.setUint32(index * 4, value >>> 0, true))
  return bytes
}
