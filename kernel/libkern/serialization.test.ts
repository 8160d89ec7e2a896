import { describe, expect, it } from 'vitest'
import { encodeUtf8Lossless } from '../formats/utf8.ts'
import { Simulation } from '../sim/index.ts'
import {
  defineMetaClass, fromOSObject, kOSBooleanTrue, OSArray, OSBoolean, OSData, OSDictionary, OSNumber, OSObject,
  OSSerialize,
  OSSerializer, OSSet, OSString, OSSymbol, OSUnserialize, OSUnserializeBinary, OSUnserializeXML, osNumber,
  toOSDictionary, toOSObject, type OSMetaClass, type Unserialized,
} from './index.ts'

function inWorld(body: () => void): void {
  new Simulation(1).enter(body)
}

/** What a reader answered: the object written back as XML, its words, or nothing. */
function shown(answer: Unserialized): string {
  const { object, errorString } = answer
  if (object === null) return errorString ?? 'null'
  const serializer = OSSerialize.withCapacity(1)
  const isWritten = object.serialize(serializer)
  const text = isWritten ? serializer.getText() : 'not written'
  serializer.release()
  object.release()
  return text
}

const xml = (text: string): string => shown(OSUnserializeXML(text))
const old = (text: string): string => shown(OSUnserialize(text))
const failure = (words: string, line = 1): string => `OSUnserializeXML: ${words} near line ${line}\n`
const oldFailure = (words: string, line = 1): string => `OSUnserialize: ${words} near line ${line}\n`

/** Bytes written as hexadecimal digits with blanks. */
const hex = (digits: string): Uint8Array =>
  Uint8Array.from(digits.replaceAll(/\s/g, '').match(/../g) ?? [], (pair) => Number.parseInt(pair, 16))
const toHex = (bytes: Uint8Array): string => Array.from(bytes,
  (byte) => byte.toString(16).padStart(2, '0')).join('')

function binaryOf(object: OSObject, isIndexed = false): Uint8Array {
  const serializer = OSSerialize.binaryWithCapacity(4096, undefined, isIndexed)
  expect(object.serialize(serializer)).toBe(true)
  const bytes = serializer.getBytes()
  serializer.release()
  return bytes
}

const binary = (digits: string): string =>
  shown({ object: OSUnserializeBinary(hex(`d3000000 ${digits}`)), errorString: null })

describe('worked examples 1: XML', () => {
  it('1, 2: an object and a key are remembered and come back as themselves', () => inWorld(() => {
    expect(xml('<array><string ID="7">x</string><string IDREF="7"/><reference IDREF="0x7"/></array>')).toBe(
      '<array ID="0"><string ID="1">x</string><reference IDREF="1"/><reference IDREF="1"/></array>')
    expect(xml('<dict><key ID="3">k</key><reference IDREF="3"/></dict>'))
      .toBe('<dict ID="0"><key>k</key><string ID="1">k</string></dict>')
  }))

  it('3, 4: open containers and booleans are not remembered', () => inWorld(() => {
    expect(['<array ID="1"><array IDREF="1"/></array>', '<array><true ID="1"/><true IDREF="1"/></array>']
      .map(xml))
      .toEqual([failure('forward reference detected'), failure('forward reference detected')])
  }))

  it('5: a key may stand once; the line is the one of its value', () => inWorld(() => {
    expect(xml('<dict>\n<key>a</key><true/>\n<key>a</key>\n<false/>\n</dict>'))
      .toBe(failure('duplicate dictionary key', 4))
  }))

  it('6, 7, 8: a blank before the end of a tag and CR between tags are errors', () => inWorld(() => {
    expect(['<true />', '<dict ></dict>', '<string ID="1" >x</string>', '<array>\r\n<true/></array>']
      .map(xml))
      .toEqual(Array(4).fill(failure('syntax error')))
    expect(xml('<string>a\r\nb</string>')).toBe('<string ID="0">a\r\nb</string>')
  }))

  it('9, 10, 11: integers', () => inWorld(() => {
    expect(xml('<array><integer>0x1f</integer><integer size="8">300</integer><integer></integer>'
      + '<integer size="32">-1</integer><integer>0-5</integer></array>')).toBe('<array ID="0">'
      + '<integer size="64" ID="1">0x1f</integer><integer size="8" ID="2">0x2c</integer>'
      + '<integer size="64" ID="3">0x0</integer><integer size="32" ID="4">0xffffffff</integer>'
      + '<integer size="64" ID="5">0xfffffffffffffffb</integer></array>')
    expect(['<integer>0xFF</integer>', '<integer> 5</integer>', '<integer size="65">5</integer>'].map(xml))
      .toEqual([failure('syntax error'), failure('syntax error'), failure('buildNumber')])
  }))

  it('12, 13, 14: data in base64 and hex', () => inWorld(() => {
    expect(xml('<array><data>AQI=</data><data>AQ</data><data>A Q\n=\t=</data></array>')).toBe(
      '<array ID="0"><data ID="1">AQI=</data><data ID="2"></data><data ID="3">AQA=</data></array>')
    expect(xml('<array>'
      + '<data format="hex">01 02</data><data format="hex">0102 </data><data format="hex">012</data>'
      + '<data format="hex">01\n02\n</data></array>')).toBe(
      '<array ID="0"><data ID="1">AQI=</data><data ID="2"></data><data ID="3"></data>'
      + '<data ID="4">AQI=</data></array>')
    expect(xml('<data format="hex">0A</data>')).toBe(failure('syntax error'))
  }))

  it('15, 16: a set drops doubles; what follows the first object is not read', () => inWorld(() => {
    expect(xml('<array><set><true/><true/></set></array>'))
      .toBe('<array ID="0"><set ID="1"><true/></set></array>')
    expect(xml('<dict/>rubbish <')).toBe('<dict ID="0"></dict>')
  }))

  it('17, 18: ends', () => inWorld(() => {
    expect(['<key>a</key>', '', '\n\n', '<dict><key>a</key>'].map(xml)).toEqual([
      failure('unexpected end of buffer'), failure('unexpected end of buffer'),
      failure('unexpected end of buffer', 3), failure('syntax error')])
  }))

  it('19, 20: comments and long attributes', () => inWorld(() => {
    expect(['<!-- a -- b --><true/>', '<!-- a ---><true/>', '<!-- a --><true/>',
      `<string a="${'v'.repeat(30)}">x</string>`, `<string a="${'v'.repeat(31)}">x</string>`].map(xml))
        .toEqual([
      failure('syntax error'), failure('syntax error'), '<true/>', '<string ID="0">x</string>',
        failure('syntax error')])
  }))

  it('21, 22, 23: 196 arrays, 98 dictionaries, 98 arrays with something before', () => inWorld(() => {
    const nested = (open: string, close: string, depth: number): string =>
      OSUnserializeXML(open.repeat(depth) + (open.endsWith('true/>') ? '' : '<true/>') + close.repeat(depth))
        .errorString ?? 'read'
    const tooDeep = failure('memory exhausted')
    const answers = [['<array>', '</array>', 196], ['<dict><key>k</key>', '</dict>', 98],
      ['<array><true/>', '</array>', 98]]
      .map(([open, close, most]) => [0, 1].map((more) => nested(open as string, close as string,
        Number(most) + more)))
    expect(answers).toEqual(Array(3).fill(['read', tooDeep]))
  }))

  it('writes one object twice as a reference, with a length that counts the NUL', () => inWorld(() => {
    const string = OSString.withCString('wb0')
    const dictionary = toOSDictionary({ L: [string, string], F: false })
    const serializer = OSSerialize.withCapacity(10)
    dictionary.serialize(serializer)
    const text = '<dict ID="0"><key>L</key><array ID="1"><string ID="2">wb0</string>'
      + '<reference IDREF="2"/></array><key>F</key><false/></dict>'
    expect([serializer.getText(), serializer.getLength(), serializer.getBytes().at(-1)])
      .toEqual([text, text.length + 1, 0])
  }))
})

describe('the XML reader', () => {
  it('passes over declarations, instructions and plist tags', () => inWorld(() => {
    expect(['<?xml version="1.0"?>\n<!DOCTYPE plist>\n<plist version="1.0">\n<true/>', '<?x', '<?x?',
      '<??x?><true/>',
      '<array><string ID="1">a</string><plist IDREF="1"/></array>', '<plist IDREF="1"><true/></plist>',
      '<plist IDX="1"/>', '<!-a><true/>', '<![CDATA[x]]>', '<real>1</real>', '<true></true>', '<!-',
    ].map(xml)).toEqual([
      '<true/>', failure('syntax error'), failure('unexpected end of buffer'), '<true/>',
      '<array ID="0"><string ID="1">a</string><reference IDREF="1"/></array>', failure('syntax error'),
      failure('syntax error'), '<true/>', failure('syntax error'), failure('syntax error'),
      failure('syntax error'), failure('syntax error')])
  }))

  it('takes the last size, any hex format, and numbers in attributes as C does', () => inWorld(() => {
    expect(['<integer size="8" size="16">0x12345</integer>', '<integer size="0x20">1</integer>',
      '<integer size="18446744073709551624">1</integer>', '<data format="x" format="hex">0a</data>',
      '<array><string ID="4294967297">a</string><s IDREF="1"/></array>',
        '<integer size="0">0x123456789</integer>',
    ].map(xml)).toEqual([
      '<integer size="16" ID="0">0x2345</integer>', '<integer size="32" ID="0">0x1</integer>',
        failure('buildNumber'),
      '<data ID="0">Cg==</data>', '<array ID="0"><string ID="1">a</string><reference IDREF="1"/></array>',
      '<integer size="0" ID="0">0x123456789</integer>'])
  }))

  it('keeps blanks and bytes of text and knows three entities', () => inWorld(() => {
    expect(['<string> &lt;&amp;&gt; \n</string>', '<string>&quot;</string>', '<string>&#10;</string>',
      '<string/>',
      '<key/>', '</string>abc</string>', '<dict><key></key><data/></dict>'].map(xml)).toEqual([
      '<string ID="0"> &lt;&amp;&gt; \n</string>', failure('syntax error'), failure('syntax error'),
      '<string ID="0"></string>', failure('syntax error'), '<string ID="0">abc</string>',
      '<dict ID="0"><key></key><data ID="1"></data></dict>'])
    const roman = new Uint8Array([...encodeUtf8Lossless('<string>'), 0xa9,
      ...encodeUtf8Lossless('</string>'), 0])
    const { object } = OSUnserializeXML(roman)
    expect((object as OSString).getBytes()).toEqual(Uint8Array.of(0xa9))
  }))

  it('counts lines up to where it gave up', () => inWorld(() => {
    expect(['<array>\n<string>a\nb\n</string>\n<data>\nAQ==\n</data>\n<!-- \n -->\n<x/>', '<string>\n\n\n']
      .map(xml))
      .toEqual([failure('syntax error', 10), failure('syntax error', 4)])
  }))

  it('wants a buffer of four bytes that ends with a NUL, or the binary form', () => inWorld(() => {
    const buffer = (text: string): string => shown(OSUnserializeXML(encodeUtf8Lossless(text)))
    expect([buffer('<true/>\0'), buffer('<true/>'), buffer('<a\0'), buffer('<true/>\0<\0'), buffer('')])
      .toEqual(['<true/>', 'null', 'null', '<true/>', 'null'])
    expect(shown(OSUnserializeXML(hex('d3000000 0100008b')))).toBe('<true/>')
    expect(shown(OSUnserializeXML(hex('d3000000 0100000b')))).toBe('null')
  }))

  it('stops at 131071 objects, references among them, and at 65535 references', () => inWorld(() => {
    const list = (count: number, references: number): string =>
      OSUnserializeXML(`<array><data ID="1"/>${'<true/>'.repeat(count - references)}`
        + `${'<a IDREF="1"/>'.repeat(references)}</array>`).errorString ?? 'read'
    expect([list(131069, 65535), list(131070, 65535), list(65536, 65536)])
      .toEqual(['read', failure('maximum object count'), failure('maximum object reference count')])
  }))
})

describe('worked examples 2: the old text form', () => {
  it('reads dictionaries, marks, data, numbers and quotes', () => inWorld(() => {
    expect([
      `{ 'IOClass' = WBNub; "IOProbeScore" = 0x1f4:32; a = 1:8; a = 2:8; }`, '{ a = b }',
        '( a@1, @1, .true.@2, @2 )',
      '( @1 )', '< 01 02 # note\n 0a >', '<012>', '<0A>', '5', '5 : 32', '010:32', '-5:32',
        String.raw`'it\'s'`,
      String.raw`'a\\b'`,
    ].map(old)).toEqual([
      '<dict ID="0"><key>IOClass</key><string ID="1">WBNub</string><key>IOProbeScore</key>'
      + '<integer size="32" ID="2">0x1f4</integer><key>a</key><integer size="8" ID="3">0x2</integer></dict>',
      oldFailure('syntax error'),
        '<array ID="0"><string ID="1">a</string><reference IDREF="1"/><true/><true/></array>',
      oldFailure('forward reference detected'), '<data ID="0">AQIK</data>', '<data ID="0">AQ==</data>',
      oldFailure('syntax error'), oldFailure('syntax error'), '<integer size="32" ID="0">0x5</integer>',
      '<integer size="32" ID="0">0xa</integer>', 'null', `<string ID="0">it's</string>`,
        '<string ID="0">ab</string>',
    ])
  }))

  it('holds 196 nested arrays and 65 nested dictionaries', () => inWorld(() => {
    const read = (text: string): string => OSUnserialize(text).errorString ?? 'read'
    expect([[196, 197].map((n) => read('('.repeat(n) + '.true.' + ')'.repeat(n))),
      [65, 66].map((n) => read('{k='.repeat(n) + '.true.' + ';}'.repeat(n)))])
      .toEqual(Array(2).fill(['read', oldFailure('memory exhausted')]))
  }))
})

describe('the old text reader', () => {
  it('ends a quote after a doubled backslash; has no words for what it did not make', () => inWorld(() => {
    expect([String.raw`'a\\'`, String.raw`'a\'`, '"x\ny"', '# c\n abc-1 rest', '5:65', '(5:65)', '(5:65 b)',
      '[a, a@1, @1]', '{}@0', '', '\xe9', '{ a = { b = ( ); }; } ; ;', '(a,\n\n b c)', '{ .true. = b; }',
      '{ .true. = b }', '{ a = 5:65@1; b = @1; }', `${'('.repeat(197)}.x`].map(old)).toEqual([
      '<string ID="0">a</string>', oldFailure('syntax error'), '<string ID="0">x\ny</string>',
      '<string ID="0">abc-1</string>', 'null', 'null', oldFailure('syntax error'),
      '<set ID="0"><string ID="1">a</string><string ID="2">a</string></set>', '<dict ID="0"></dict>',
      'null', 'null',
      '<dict ID="0"><key>a</key><dict ID="1"><key>b</key><array ID="2"></array></dict></dict>',
      oldFailure('syntax error', 3), 'null', oldFailure('syntax error'),
      oldFailure('forward reference detected'), oldFailure('syntax error'),
    ])
  }))
})

/** {Name: S, On: true, List: [S, 01 02 03], E: {}} with one string in two places. */
function sharedExample(): OSDictionary {
  const name = OSString.withCString('wb0')
  const data = OSData.withBytes(Uint8Array.of(1, 2, 3))
  return toOSDictionary(new Map<string, OSObject>([
    ['Name', name], ['On', kOSBooleanTrue], ['List', OSArray.withObjects([name, data])],
      ['E', OSDictionary.withCapacity(0)],
  ]))
}

describe('worked examples 3: the binary form', () => {
  it('3a: a number and a string, plain and indexed', () => inWorld(() => {
    const dictionary = toOSDictionary({ A: osNumber(5, 32), B: 'hi' })
    const rest = '02000008 41000000 20000004 05000000 00000000 02000008 42000000 02000089 68690000'
    expect([toHex(binaryOf(dictionary)), toHex(binaryOf(dictionary, true))]).toEqual([
      `d3000000 02000081 ${rest}`, `d4050000 02000081 0b000000 ${rest}`]
        .map((text) => text.replaceAll(' ', '')))
  }))

  it('3b: a shared object, an empty last dictionary, plain and indexed', () => inWorld(() => {
    expect(toHex(binaryOf(sharedExample()))).toBe((
      'd3000000 04000081 05000008 4e616d65 00000000 03000009 77623000 03000008 4f6e0000 0100000b'
      + '05000008 4c697374 00000000 02000002 0200000c 0300008a 01020300 02000008 45000000 00000081'
    ).replaceAll(' ', ''))
    const words = toHex(binaryOf(sharedExample(), true)).match(/.{8}/g)!
    expect([words[0], words[2], words[15], words[16], words.at(-2), words.at(-1)])
      .toEqual(['d40a0000', '16000000', '05000000', '0600000c', '00000081', '02000000'])
  }))

  it('3c: verdicts of the reader', () => inWorld(() => {
    const verdicts = ['0100008b', '0100008b ffff', '0100000b', '02000083 0100000b 0100008b',
      '01000081 01000009 41000000 0100008b', '01000081 02000008 41410000 0100008b',
      '01000081 02000008 41000000 0000008c', '02000081 02000008 41000000 0100000b 02000008 41000000 0000008b',
      '02000082 07000009 41004243 44450000 0000008b', '08000084 ff010000 00000000',
        '09000084 05000000 00000000',
      `${'01000082'.repeat(64)} 0100008b`, `${'01000082'.repeat(64)} 00000082`].map(binary)
    expect(verdicts).toEqual(['<true/>', '<true/>', 'null', 'null',
      '<dict ID="0"><key>A</key><true/></dict>', 'null',
      '<dict ID="0"></dict>', '<dict ID="0"><key>A</key><false/></dict>',
      '<array ID="0"><string ID="1">A</string><false/></array>', '<integer size="8" ID="0">0xff</integer>',
      'null', 'null', 'null'])
    expect(['0100008b', '00000082'].map((last) => binary('01000082'.repeat(63) + last) === 'null'))
      .toEqual([false, false])
  }))
})

describe('the binary reader', () => {
  it('wants padding, a closed root, and references to what came before', () => inWorld(() => {
    expect(['02000089 6869', '02000089 68690000', '0200008a 0102', '01000002 0100008b', '0000008c',
      '0100008b 00',
      '01000082 0100008c', '01000084', '00000088', '20000084 01000000', '0000008d'].map(binary))
        .toEqual(['null',
      '<string ID="0">hi</string>', 'null', '<array ID="0"><true/></array>', 'null', '<true/>', 'null',
        'null', 'null',
      'null', 'null'])
    expect(['', 'd3', 'd3000000', 'd3010000 0100008b', 'd4000000 01000082 02000000 0100008b',
      'd4000000 01000082']
      .map((text) => shown({ object: OSUnserializeBinary(hex(text)), errorString: null })))
      .toEqual(['null', 'null', 'null', 'null', '<array ID="0"><true/></array>', 'null'])
  }))

  it('keeps a key across containers; any object may stand for one until the value', () => inWorld(() => {
    expect([
      '01000081 0100000b 0000008c', '01000081 0100000b 0100008b',
      '01000081 02000008 41000000 01000081 02000008 42000000 0100008b',
      '02000082 01000001 02000088 41000000 0100008b',
    ].map(binary)).toEqual(['<dict ID="0"></dict>', 'null',
      '<dict ID="0"><key>A</key><dict ID="1"><key>B</key><true/></dict></dict>',
      '<array ID="0"><dict ID="1"></dict><true/></array>'])
  }))

  it('lets an open array hold itself: it then stays for ever', () => inWorld(() => {
    const before = OSArray.metaClass.getInstanceCount()
    const object = OSUnserializeBinary(hex('d3000000 02000082 0000000c 0100008b')) as OSArray
    expect([object.getObject(0), object.getRetainCount()]).toEqual([object, 2])
    expect((object.copyCollection().getObject(0) as OSArray).getCount()).toBe(2)
    expect(OSUnserializeBinary(hex('d3000000 02000082 0000000c 0100000b'))).toBeNull()
    expect(OSArray.metaClass.getInstanceCount() - before).toBe(2)
  }))

  it('reads what it wrote: every class, width and back reference', () => inWorld(() => {
    const dictionary = sharedExample()
    for (const [key, value] of Object.entries({
      u8: osNumber(1, 8), u16: osNumber(0xffff, 16), u64: osNumber(0x8000000000000001n, 64),
        set: new Set(['a', 'b']),
      d: OSNumber.withDouble(-1234.5678), f: OSNumber.withFloat(0.1), empty: '', bytes: new Uint8Array(5),
        again: [dictionary],
    })) dictionary.adopt(key, toOSObject(value))
    const bytes = binaryOf(dictionary)
    const read = OSUnserializeBinary(bytes) as OSDictionary
    expect(toHex(binaryOf(read))).toBe(toHex(bytes))
    expect([read.getObject('d'), read.getObject('f')].map((n) => (n as OSNumber).doubleValue()))
      .toEqual([-1234.5678, Math.fround(0.1)])
    expect((read.getObject('again') as OSArray).getObject(0)).toBe(read)
  }))
})

class AcmeBroken extends OSObject {
  static override readonly metaClass: OSMetaClass = defineMetaClass('AcmeBroken', AcmeBroken, OSObject)

  override serialize(): boolean {
    return false
  }
}

class AcmePlain extends OSObject {
  static override readonly metaClass: OSMetaClass = defineMetaClass('AcmePlain', AcmePlain, OSObject)
}

describe('serialisers', () => {
  it('hold what they wrote until they forget it or go', () => inWorld(() => {
    const string = OSString.withCString('x')
    const arrays = OSArray.metaClass.getInstanceCount()
    for (const serializer of [OSSerialize.withCapacity(1), OSSerialize.binaryWithCapacity(4)]) {
      string.serialize(serializer)
      expect([string.getRetainCount(), string.getCollectionRetainCount()]).toEqual([2, 1])
      serializer.clearText()
      expect(string.getRetainCount()).toBe(1)
      string.serialize(serializer)
      serializer.release()
      expect(string.getRetainCount()).toBe(1)
    }
    expect(OSArray.metaClass.getInstanceCount()).toBe(arrays)
  }))

  it('know their own numbers of an object that several have in hand', () => inWorld(() => {
    const [a, b] = ['a', 'b'].map((text) => OSString.withCString(text)) as [OSString, OSString]
    const [first, second, third] = Array.from({ length: 3 }, () => OSSerialize.withCapacity(1)) as
      [OSSerialize, OSSerialize, OSSerialize]
    const write = (serializer: OSSerialize, ...objects: OSString[]): string => {
      const before = serializer.getText().length
      for (const object of objects) object.serialize(serializer)
      return serializer.getText().slice(before)
    }
    const [newA, newB] = [0, 1].map((id) => ['a', 'b'].map((text) => `<string ID="${id}">${text}</string>`))
    const [ref0, ref1] = [0, 1].map((id) => `<reference IDREF="${id}"/>`)
    expect([write(first, a, b), write(second, b, a), write(first, a, b), write(second, a, b)])
      .toEqual([newA![0]! + newB![1]!, newA![1]! + newB![0]!, ref0! + ref1!, ref1! + ref0!])
    first.release()
    expect([write(third, b), write(second, a, b), write(third, b, a)])
      .toEqual([newA![1], ref1! + ref0!, ref0! + newB![0]!])
    second.release()
    expect([write(third, a, b), a.getRetainCount(), a.writtenAs]).toEqual([ref1! + ref0!, 2, 2])
    third.release()
    expect([a, b].map((string) => [string.getRetainCount(), string.writtenAs])).toEqual([[1, 0], [1, 0]])
  }))

  it('number an object when they first meet it', () => inWorld(() => {
    const text = (object: OSObject): string => {
      const serializer = OSSerialize.withCapacity(1)
      object.serialize(serializer)
      return serializer.getText()
    }
    const plain = new AcmePlain()
    expect(text(OSArray.withObjects([plain, plain, OSSymbol.withCString('s')]))).toBe('<array ID="0">'
      + '<string ID="1">AcmePlain is not serializable</string>'
      + '<string ID="2">AcmePlain is not serializable</string>'
      + '<string ID="3">s</string></array>')
    const silent = OSData.withBytes(Uint8Array.of(1, 2))
    silent.setSerializable(false)
    expect(text(OSArray.withObjects([OSData.withBytes(Uint8Array.of(1)), silent,
      OSNumber.withNumber(-1, 64)])))
      .toBe('<array ID="0"><data ID="1">AQ==</data><data ID="2"></data>'
        + '<integer size="64" ID="3">0xffffffffffffffff</integer></array>')
    expect([OSNumber.withDouble(-2), OSNumber.withFloat(1)].map(text)).toEqual([
      '<integer size="63" ID="0">0xc000000000000000</integer>',
        '<integer size="31" ID="0">0x3ff0000000000000</integer>'])
  }))

  it('stop at a part that cannot be written; the binary form refers to what is there', () => inWorld(() => {
    const array = OSArray.withObjects([OSArray.withObjects([kOSBooleanTrue, new AcmeBroken()]),
      kOSBooleanTrue])
    const serializer = OSSerialize.withCapacity(1)
    expect([array.serialize(serializer), serializer.getText()])
      .toEqual([false, '<array ID="0"><array ID="1"><true/>'])
    expect(binaryOf(array)).toEqual(hex('d3000000 02000082 02000002 0100000b 0100008c 0200008c'))
    expect(toHex(binaryOf(OSArray.withObjects([new AcmePlain()])))).toMatch(/^d3000000010000821d000089/)
    expect(new AcmeBroken().serialize()).toBe(false)
  }))

  it('let an editor replace or drop what a dictionary shows', () => inWorld(() => {
    const dictionary = toOSDictionary({ keep: 1, swap: 2, drop: 3 })
    const swapped = OSString.withCString('x')
    const serializer = OSSerialize.binaryWithCapacity(4, (_serializer, _container, key, value) => {
      const shownValue = key.isEqualTo('drop') ? null : key.isEqualTo('swap') ? swapped : value
      shownValue?.retain()
      return shownValue
    })
    dictionary.serialize(serializer)
    const read = OSUnserializeBinary(serializer.getBytes()) as OSDictionary
    serializer.release()
    expect(shown({ object: read, errorString: null })).toBe('<dict ID="0"><key>keep</key>'
      + '<integer size="32" ID="1">0x1</integer><key>swap</key><string ID="2">x</string></dict>')
    expect(swapped.getRetainCount()).toBe(1)
  }))

  it('make room in pages and refuse XML calls in the binary form', () => inWorld(() => {
    const serializer = OSSerialize.withCapacity(5000)
    expect([serializer.getCapacity(), serializer.getCapacityIncrement(), serializer.addString(''),
      serializer.addString('x'.repeat(8192)), serializer.getCapacity(), serializer.setCapacityIncrement(0),
      serializer.addChar('y'), serializer.ensureCapacity(30000), serializer.getLength()])
      .toEqual([8192, 8192, false, true, 16384, 256, true, 32768, 8194])
    const binarySerializer = OSSerialize.binaryWithCapacity(4)
    expect([binarySerializer.addString('x'), binarySerializer.addXMLStartTag(kOSBooleanTrue, 'x'),
      binarySerializer.getLength()]).toEqual([false, false, 4])
    expect(() => OSSerialize.binaryWithCapacity(3)).toThrow('no room')
  }))
})

describe('xnu A1 OSCollectionTest serialisation', () => {
  it('OSSerializer::withBlock stands for what it writes, also as a member', () => inWorld(() => {
    const unit = OSSymbol.withCString('BSD Unit')
    const made = OSSerializer.withBlock((serializer) => unit.serialize(serializer))
    const target = OSSerializer.forTarget(unit, (object, ref,
      serializer) => ref === 7 && object.serialize(serializer), 7)
    expect(shown({ object: OSArray.withObjects([made, target]), errorString: null }))
      .toBe('<array ID="0"><string ID="1">BSD Unit</string><reference IDREF="1"/></array>')
    expect(shown({ object: OSUnserializeBinary(binaryOf(OSArray.withObjects([made]))), errorString: null }))
      .toBe('<array ID="0"><string ID="1">BSD Unit</string></array>')
  }))

  it('a double goes through the binary form by way of OSUnserializeXML', () => inWorld(() => {
    const dictionary = OSDictionary.withCapacity(4)
    dictionary.setObject('test', OSNumber.withDouble(1234.5678))
    const read = OSUnserializeXML(binaryOf(dictionary)).object as OSDictionary
    expect([dictionary.isEqualTo(read),
      Math.trunc(10000 * (read.getObject('test') as OSNumber).doubleValue())])
      .toEqual([true, 12345678])
  }))
})

describe('xnu TestSerialization test1', () => {
  it('all kinds of the old text form are equal after a trip through XML', () => inWorld(() => {
    const { object, errorString } = OSUnserialize(`{ text = "a 'quoted' text"; other = 'a "quoted" text';
      number = 16384:32; yes = .true.; no = .false.; data = <0123 4567 89abcdef>;
      array = (1:8, 2:16, 3:32, 4:64 ); set = [ one, two, three, four ];
      dict = { }@1; list = ( )@2; many = [ ]@3; bytes = < >@4;
      dict2 = @1; list2 = @2; many2 = @3; bytes2 = @4;
      nested = { text = abc; }; nested2 = { text = abc; }; }@0`)
    expect(errorString).toBeNull()
    const dictionary = object as OSDictionary
    expect([dictionary.getCount(), dictionary.getObject('dict2')]).toEqual([18, dictionary.getObject('dict')])
    const serializer = OSSerialize.withCapacity(5)
    expect(dictionary.serialize(serializer)).toBe(true)
    const again = OSUnserializeXML(serializer.getText()).object!
    expect(dictionary.isEqualTo(again)).toBe(true)
  }))
})

describe('xnu TestSerialization test2', () => {
  it('XML with all it allows comes back as the same text and equal objects', () => inWorld(() => {
    const input = new Uint8Array([...encodeUtf8Lossless(` <?xml version="1.0" encoding="UTF-8"?>
 <!DOCTYPE plist SYSTEM "file://localhost/x.dtd"> \n <plist version="1.0">
 <!DOCTYPE plist PUBLIC "-//X//DTD PLIST 1.0//EN" "http://x.invalid/y.dtd"> <plist version="0.9">
 <!-- a comment --> <!-- a comment with tags \n <key>not me</key> <true/> --> \n <dict>
 <key>true</key> <true/> <key>false</key> <false/>
 <key>d0</key> <data> </data> <key>d1</key> <data>AQ==</data> <key>d2</key> <data>ASM=</data>
 <key>d3</key> <data>ASNF</data> <key>d4</key> <data ID="1">ASNFZw==</data>
 <key>i0</key> <integer></integer> <key>i1</key> <integer>123456789</integer>
 <key>i2</key> <integer>-123456789</integer> <key>i3</key> <integer size="32" ID="2">0x12345678</integer>
 <key>s0</key> <string></string> <key>s1</key> <string>text 1</string>
 <key>s2</key> <string ID="3">text 2</string>
 <key>roman \udca9</key> <string>copyright \udca9</string>
 <key>utf-8 \u00a9</key> <string>copyright \u00a9</string>
 <key>&lt;&amp;&gt;</key> <string>&lt;&amp;&gt;</string>
 <key>D0</key> <dict ID="4"> </dict> <key>a0</key> <array> </array>
 <key>a1</key> <array ID="5"> <string>a</string> <string>b</string> </array>
 <key>r1</key> <ref IDREF="1"/> <key>r2</key> <ref IDREF="2"/> <key>r3</key> <ref IDREF="3"/>
 <key>r4</key> <ref IDREF="4"/> <key>r5</key> <ref IDREF="5"/>
 <key>e1</key> <array/> <key>e2</key> <dict/>
 <key>e4</key> <integer/> <key>e5</key> <string/> <key>e6</key> <data/>
 <key>S0</key> <set> </set> <key>S1</key> <set ID="6"> <string>c</string> <string>d</string> </set>
 <key>r6</key> <ref IDREF="6"/> <key>e3</key> <set/> </dict> </plist> \n`), 0])
    const { object, errorString } = OSUnserializeXML(input)
    expect(errorString).toBeNull()
    const first = object as OSDictionary
    expect([first.getCount(), first.getObject('r5'),
      (first.getObject('roman \udca9') as OSString).getBytes().at(-1)])
      .toEqual([34, first.getObject('a1'), 0xa9])
    const texts = [1, 2].map((time) => {
      const serializer = OSSerialize.withCapacity(5)
      const source = time === 1 ? first : OSUnserializeXML(textOf(first)).object!
      expect([source.serialize(serializer), first.isEqualTo(source)]).toEqual([true, true])
      return serializer.getText()
    })
    expect(texts[1]).toBe(texts[0])
  }))
})

function textOf(object: OSObject): Uint8Array {
  const serializer = OSSerialize.withCapacity(5)
  object.serialize(serializer)
  const bytes = serializer.getBytes()
  serializer.release()
  return bytes
}

describe('plain values', () => {
  it('make the kernel objects they stand for', () => inWorld(() => {
    const object = toOSObject({ a: [1, -1, 2 ** 40, 1.5, 'x', true], b: Uint8Array.of(1),
      c: new Set([OSBoolean.withBoolean(false)]) })
    expect(shown({ object, errorString: null })).toBe('<dict ID="0"><key>a</key><array ID="1">'
      + '<integer size="32" ID="2">0x1</integer><integer size="32" ID="3">0xffffffff</integer>'
      + '<integer size="64" ID="4">0x10000000000</integer>'
      + '<integer size="63" ID="5">0x3ff8000000000000</integer>'
      + '<string ID="6">x</string><true/></array><key>b</key><data ID="7">AQ==</data>'
      + '<key>c</key><set ID="8"><false/></set></dict>')
    expect(OSSet.metaClass.getInstanceCount()).toBe(0)
  }))

  it('come back, without widths; what holds itself says so', () => inWorld(() => {
    const plain = [1, 'x', 2n ** 60n, Uint8Array.of(1), new Map([['k', true]]), new Set(['s'])]
    const array = toOSObject(plain) as OSArray
    array.setObject(array)
    expect(fromOSObject(array)).toEqual([...plain, 'OSArray holds itself'])
  }))
})
