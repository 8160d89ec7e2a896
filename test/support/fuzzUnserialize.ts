import { decodeLatin1, encodeUtf8Lossless } from '../../kernel/formats/utf8.ts'
import {
  OSArray, OSCollection, OSData, OSDictionary, OSMetaClass, OSNumber, OSSerialize, OSSet, OSString,
    OSUnserialize,
  OSUnserializeBinary, OSUnserializeXML, toOSObject, type OSObject,
} from '../../kernel/libkern/index.ts'
import { Random, Simulation } from '../../kernel/sim/index.ts'

type Form = 'xml' | 'text' | 'binary' | 'indexed'

/**
 * What a run did: how many inputs each reader took and refused. `orphans`: inputs of the binary form whose
 * dictionary had a container for a key that holds itself; nothing else holds it then, as in the kernel.
 */
export type FuzzReport = Record<Form, { accepted: number; refused: number; orphans: number }>

const forms: readonly Form[] = ['xml', 'text', 'binary', 'indexed']

/** Pieces that mean something to a reader of text; put in at random places. */
const tokens: Record<'xml' | 'text', readonly string[]> = {
  xml: ['<dict>', '</dict>', '<array ID="1">', '</array>', '<set>', '</set>', '<key>', '</key>',
    '<string ID="2">',
    '</string>', '<data format="hex">', '<data>', '</data>', '<integer size="', '</integer>', '<true/>',
      '<false/>',
    '<a IDREF="1"/>', '<a IDREF="2"/>', '<!--', '-->', '<?', '?>', '<plist>', '&lt;', '&amp', '"', '>', '<',
      '/>', '\n'],
  text: ['{', '}', '(', ')', '[', ']', '=', ';', ',', '@1', '@ 2', '@', '<', '>', '.true.', '.f', ':32',
    '0x', '"', `'`,
    '\\', '#', '\n', 'k = ', '5:8'],
}

/** Bytes that are on an edge somewhere. */
const edges = [0, 1, 2, 3, 4, 8, 9, 10, 11, 12, 31, 63, 64, 0x7f, 0x80, 0x81, 0x8b, 0x8c, 0xd3, 0xd4, 0xff]

/**
 * Feeds mutated samples to the kernel's readers: none may throw, make more than its input holds, or keep an
 * object when all is let go; what is accepted can be written again, and comes through the binary form as it
 * was. An Error tells the seed and the input. Each step is one input for one reader.
 */
export function fuzzUnserialize(seed: number, steps: number): FuzzReport {
  const report = Object.fromEntries(forms.map((form) => [form,
    { accepted: 0, refused: 0, orphans: 0 }])) as FuzzReport
  new Simulation(seed).enter(() => {
    const random = new Random(seed)
    const samples = makeSamples(random)
    let before = OSMetaClass.classCounts()
    for (let step = 0; step < steps; step++) {
      const form = forms[random.below(forms.length)]!
      const input = mutated(random, form, samples)
      try {
        const isAccepted = feed(form, input)
        report[form][isAccepted ? 'accepted' : 'refused']++
        const left = leftOver(before)
        if (left === '') continue
        check(isAccepted && (form === 'binary' || form === 'indexed'), `left over: ${left}`)
        report[form].orphans++
        before = OSMetaClass.classCounts()
      } catch (error) {
        const bytes = Array.from(input, (byte) => byte.toString(16).padStart(2, '0')).join('')
        throw new Error(`seed ${seed}, step ${step}, ${form}: ${String(error)}\ninput: ${bytes}`,
          { cause: error })
      }
    }
  })
  return report
}

function feed(form: Form, input: Uint8Array): boolean {
  const { object, errorString } = read(form, input)
  if (object === null) {
    check(errorString === null || /^OSUnserialize(XML)?: .* near line \d+\n$/.test(errorString),
      'words of its own')
    return false
  }
  check(errorString === null, 'words beside an object')
  const parts = partsOf(object)
  check(sizeOf(parts) <= 4 * input.length + 64, 'it grew')
  checkWriting(form, object)
  letGo(object, parts)
  return true
}

/** Drops an object with all its parts, also where they hold each other. */
function letGo(object: OSObject, parts: ReadonlySet<OSObject>): void {
  const collections = [...parts].filter((part) => part instanceof OSCollection)
  for (const collection of collections) collection.retain()
  object.release()
  for (const collection of collections) {
    collection.flushCollection()
    collection.release()
  }
}

function read(form: Form, input: Uint8Array): ReturnType<typeof OSUnserialize> {
  switch (form) {
    case 'xml': return OSUnserializeXML(decodeLatin1(input))
    case 'text': return OSUnserialize(decodeLatin1(input))
    case 'binary': return { object: OSUnserializeBinary(input), errorString: null }
    case 'indexed': return OSUnserializeXML(input)
  }
}

/** Every object that can be reached, once. */
function partsOf(root: OSObject): Set<OSObject> {
  const parts = new Set<OSObject>([root])
  for (const part of parts) {
    if (part instanceof OSDictionary) for (const key of part.keys()) parts.add(key)
    if (!(part instanceof OSDictionary || part instanceof OSArray || part instanceof OSSet)) continue
    for (const member of part.values()) parts.add(member)
  }
  return parts
}

function sizeOf(parts: ReadonlySet<OSObject>): number {
  let size = 0
  for (const part of parts) {
    size++
    if (part instanceof OSString || part instanceof OSData) size += part.getLength()
    if (part instanceof OSCollection) size += part.getCount()
  }
  return size
}

/** XML can be written, and is the same after a trip through the binary form unless that cannot hold it. */
function checkWriting(form: Form, object: OSObject): void {
  const xml = written(object, OSSerialize.withCapacity(1))
  const indexed = written(object, OSSerialize.binaryWithCapacity(4, undefined, true))
  check(xml !== null && indexed !== null, 'it cannot be written')
  const binary = written(object, OSSerialize.binaryWithCapacity(4))
  const again = OSUnserializeBinary(binary!)
  if (again === null) return
  const second = written(again, OSSerialize.withCapacity(1))
  const isExact = form === 'xml' || form === 'text'
  const text = decodeLatin1(xml!)
  if (isExact && !text.includes('size="31"')) check(decodeLatin1(second!) === text,
    'the binary form changed it')
  letGo(again, partsOf(again))
}

function written(object: OSObject, serializer: OSSerialize): Uint8Array | null {
  const bytes = object.serialize(serializer) ? serializer.getBytes() : null
  serializer.release()
  return bytes
}

/** What there is more of than before, in words. */
function leftOver(before: ReadonlyMap<string, number>): string {
  const left: string[] = []
  for (const [name, count] of OSMetaClass.classCounts()) {
    const more = count - (before.get(name) ?? 0)
    if (more !== 0) left.push(`${more} of ${name}`)
  }
  return left.join(', ')
}

function check(holds: boolean, words: string): void {
  if (!holds) throw new Error(words)
}

type Samples = Record<Form, readonly Uint8Array[]>

function makeSamples(random: Random): Samples {
  const samples: Record<Form, Uint8Array[]> = { xml: [], text: [], binary: [], indexed: [] }
  for (let i = 0; i < 24; i++) {
    const object = toOSObject(randomValue(random, 4))
    samples.xml.push(written(object, OSSerialize.withCapacity(1))!.slice(0, -1))
    samples.binary.push(written(object, OSSerialize.binaryWithCapacity(4))!)
    samples.indexed.push(written(object, OSSerialize.binaryWithCapacity(4, undefined, true))!)
    samples.text.push(encodeUtf8Lossless(randomText(random, 4)))
    object.release()
  }
  samples.xml.push(encodeUtf8Lossless(
    '<?xml version="1.0"?><!-- c --><plist><dict><key ID="1">k</key><a IDREF="1"/></dict>'))
  return samples
}

type Plain = Parameters<typeof toOSObject>[0]

function randomValue(random: Random, depth: number): Plain {
  switch (random.below(depth === 0 ? 5 : 9)) {
    case 0: return random.chance(1, 2)
    case 1: return { number: random.next32(), bits: [8, 16, 32, 64][random.below(4)]! }
    case 2: return Uint8Array.from({ length: random.below(7) }, () => random.below(256))
    case 3: return ['', 'a', 'text', '<&>', 'gr\u00fc\u00df', '\udc80x', ' \n'][random.below(7)]!
    case 4: return OSNumber.withDouble(random.next32() / 7 - 1e8)
    case 5: case 6: return sharedArray(random, depth - 1)
    case 7: return new Set(Array.from({ length: random.below(4) }, () => randomValue(random, depth - 1)))
    default: return new Map(Array.from({ length: random.below(5) }, () =>
      [['a', 'b', 'IOClass', 'IOProviderClass', ''][random.below(5)]!, randomValue(random, depth - 1)]))
  }
}

/** An array with one member twice now and then. */
function sharedArray(random: Random, depth: number): Plain {
  const members = Array.from({ length: random.below(4) }, () => randomValue(random, depth))
  if (members.length === 0 || !random.chance(1, 2)) return members
  const shared = toOSObject(members[0]!)
  return [...members.slice(1), shared, shared]
}

function randomText(random: Random, depth: number): string {
  const list = (): string => Array.from({ length: random.below(4) },
    () => randomText(random, depth - 1)).join(', ')
  const tag = random.chance(1, 4) ? `@${random.below(3)}` : ''
  switch (random.below(depth === 0 ? 5 : 8)) {
    case 0: return `.${random.chance(1, 2)}.${tag}`
    case 1: return `0x${random.next32().toString(16)}:${[8, 16, 32, 64][random.below(4)]}${tag}`
    case 2: return `< 0102 ${random.chance(1, 2) ? '# note\n' : ''}ff >${tag}`
    case 3: return ['word', `'it\\'s'`, '"two words"', 'a-b'][random.below(4)]! + tag
    case 4: return '12 : 32'
    case 5: return `( ${list()} )${tag}`
    case 6: return `[ ${list()} ]${tag}`
    default: {
      const [a, b] = [randomText(random, depth - 1), randomText(random, depth - 1)]
      return `{ a = ${a}; 'b c' = ${b}; }${tag}`
    }
  }
}

function mutated(random: Random, form: Form, samples: Samples): Uint8Array {
  let bytes = samples[form][random.below(samples[form].length)]!
  for (let left = random.below(6); left > 0; left--) bytes = mutatedOnce(random, form, samples, bytes)
  return bytes
}

function mutatedOnce(random: Random, form: Form, samples: Samples, bytes: Uint8Array): Uint8Array {
  const at = random.below(bytes.length + 1)
  switch (random.below(8)) {
    case 0: return bytes.slice(0, at)
    case 1: return replaced(bytes, at, random.below(9), new Uint8Array(0))
    case 2: return replaced(bytes, at, 1, Uint8Array.of(edges[random.below(edges.length)]!))
    case 3: return replaced(bytes, at, 1, Uint8Array.of(random.below(256)))
    case 4: {
      const other = samples[form][random.below(samples[form].length)]!
      return replaced(bytes, at, 0, other.slice(random.below(other.length + 1)))
    }
    case 5: return replaced(bytes, at, 0, bytes.slice(at, at + random.below(40)))
    case 6: return form === 'xml' || form === 'text' ? withToken(random, form, bytes, at) : withWord(random,
      bytes)
    default: return form === 'xml' || form === 'text' ? nested(random, form, bytes) : withWord(random, bytes)
  }
}

function replaced(bytes: Uint8Array, at: number, count: number, piece: Uint8Array): Uint8Array {
  return Uint8Array.from([...bytes.subarray(0, at), ...piece, ...bytes.subarray(at + count)])
}

function withToken(random: Random, form: 'xml' | 'text', bytes: Uint8Array, at: number): Uint8Array {
  const choice = tokens[form]
  return replaced(bytes, at, random.below(3), encodeUtf8Lossless(choice[random.below(choice.length)]!))
}

/** Wraps a text deeper than the parser's stack now and then. */
function nested(random: Random, form: 'xml' | 'text', bytes: Uint8Array): Uint8Array {
  const [open, close] = form === 'xml' ? ['<array>', '</array>'] as const : ['(', ')'] as const
  const depth = random.below(220)
  return Uint8Array.from([
    ...encodeUtf8Lossless(open.repeat(depth)), ...bytes, ...encodeUtf8Lossless(close.repeat(depth))])
}

/** Changes one word of the binary form: a kind, a size, or a reference. */
function withWord(random: Random, bytes: Uint8Array): Uint8Array {
  const changed = bytes.slice()
  const words = changed.length >> 2
  if (words === 0) return changed
  const kind = [1, 2, 3, 4, 8, 9, 10, 11, 12, 13, 0][random.below(11)]!
  const size = random.chance(1, 20) ? 0xffffff : random.below(6)
  const word = ((kind << 24) | size | (random.chance(1, 2) ? 0x80000000 : 0)) >>> 0
  new DataView(changed.buffer).setUint32(random.below(words) * 4, word, true)
  return changed
}
