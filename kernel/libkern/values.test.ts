import { describe, expect, it } from 'vitest'
import { Simulation } from '../sim/index.ts'
import {
  kMaxStringLength, kOSBooleanFalse, kOSBooleanTrue, OSBoolean, OSData, OSDictionary, OSNumber, OSString,
  OSSymbol, strtol, strtoul, type OSObject,
} from './index.ts'

function inWorld(body: () => void): void {
  new Simulation(1).enter(body)
}

const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values)
const latin = (value: string): Uint8Array => Uint8Array.from(value, (character) => character.charCodeAt(0))

describe('numbers', () => {
  it('are masked to their width and wrap in it; 63 and 31 are doubles, 0 masks nothing', () => inWorld(() => {
    const shown = [1, 7, 8, 16, 31, 32, 33, 48, 63, 64, 0].map((bits) => {
      const number = OSNumber.withNumber(0xfedcba9876543210n, bits)
      return [bits, number.numberOfBytes(), number.unsigned64BitValue().toString(16)]
    })
    expect(shown).toEqual([
      [1, 1, '0'], [7, 1, '10'], [8, 1, '10'], [16, 2, '3210'], [31, 4, '0'], [32, 4, '76543210'],
      [33, 5, '76543210'], [48, 6, 'ba9876543210'], [63, 8, 'ffffffffffffffff'],
      [64, 8, 'fedcba9876543210'], [0, 0, 'fedcba9876543210'],
    ])
    expect([OSNumber.tryWithNumber(1, 65), OSNumber.tryWithNumber(1, 0xffffffff)]).toEqual([null, null])
    const small = OSNumber.withNumber(250, 8)
    small.addValue(10)
    expect(small.unsigned8BitValue()).toBe(4)
    small.addValue(-5)
    expect([small.unsigned8BitValue(), small.unsigned32BitValue()]).toEqual([255, 255])
    small.setValue(-1)
    expect(small.unsigned64BitValue()).toBe(255n)
  }))

  it('answer each width by cutting off', () => inWorld(() => {
    const number = OSNumber.withNumber(0x1122334455667788n, 64)
    expect([number.unsigned8BitValue(), number.unsigned16BitValue(), number.unsigned32BitValue(),
      number.unsigned64BitValue()]).toEqual([0x88, 0x7788, 0x55667788, 0x1122334455667788n])
  }))

  it('hold doubles and floats, which compare and convert as whole numbers', () => inWorld(() => {
    const half = OSNumber.withDouble(5.5)
    expect([half.numberOfBits(), half.unsigned32BitValue(), half.doubleValue()]).toEqual([63, 5, 5.5])
    expect([OSNumber.withFloat(0.1).doubleValue(), OSNumber.withFloat(0.1).floatValue()])
      .toEqual([Math.fround(0.1), Math.fround(0.1)])
    expect([OSNumber.withDouble(5.9), OSNumber.withNumber(5, 8), OSNumber.withDouble(6)]
      .map((n) => half.isEqualTo(n)))
      .toEqual([true, true, false])
    half.addValue(-7)
    expect([half.doubleValue(), half.unsigned64BitValue()]).toEqual([-1.5, 0n])
    half.setValue(9)
    expect(half.doubleValue()).toBe(9)
    const ends = [-1, Number.NaN, 1e30, 4294967300.5].map((value) => {
      const number = OSNumber.withDouble(value)
      return [number.unsigned64BitValue(), number.unsigned32BitValue()]
    })
    expect(ends).toEqual([[0n, 0], [0n, 0], [0xffffffffffffffffn, 0xffffffff], [4294967300n, 0xffffffff]])
  }))

  it('are equal by value, whatever the width, and to nothing else', () => inWorld(() => {
    const number = OSNumber.withNumber(255, 8)
    expect([OSNumber.withNumber(255, 64), OSNumber.withNumber(-1, 8), OSNumber.withNumber(-1, 16),
      OSString.withCString('255'), null].map((other) => number.isEqualTo(other)))
      .toEqual([true, true, false, false, false])
  }))

  it('read text as C does, and stop at the greatest', () => inWorld(() => {
    expect(['0x1F', '017', '09', ' \t+12x', '-2', '0b101', '', 'z', '99999999999999999999'].map(strtoul))
      .toEqual([31n, 15n, 0n, 12n, 0xfffffffffffffffen, 5n, 0n, 0n, 0xffffffffffffffffn])
    expect(['-0x10', '9223372036854775808', '-9999999999999999999'].map(strtol))
      .toEqual([-16n, 0x7fffffffffffffffn, -0x8000000000000000n])
    expect(OSNumber.withNumber('0x1ff', 8).unsigned32BitValue()).toBe(0xff)
  }))
})

describe('booleans', () => {
  it('are two objects for ever', () => inWorld(() => {
    for (let i = 0; i < 3; i++) kOSBooleanTrue.release()
    expect([OSBoolean.withBoolean(true), OSBoolean.withBoolean(false)])
      .toEqual([kOSBooleanTrue, kOSBooleanFalse])
    expect([kOSBooleanTrue.isTrue(), kOSBooleanFalse.isFalse(), kOSBooleanTrue.isEqualTo(kOSBooleanFalse)])
      .toEqual([true, true, false])
  }))
})

describe('data', () => {
  it('grows in steps of its increment, at the least 16, and takes what the allocator gives', () => inWorld(() => {
    const data = OSData.withCapacity(0)
    const steps: number[][] = []
    for (const count of [0, 1, 15, 1, 100]) {
      data.appendBytes(null, count)
      steps.push([data.getLength(), data.getCapacity()])
    }
    expect(steps).toEqual([[0, 0], [1, 16], [16, 16], [17, 32], [117, 128]])
    expect([OSData.withCapacity(40), OSData.withBytes(bytes(1, 2, 3))].map((made) =>
      [made.getCapacity(), made.getCapacityIncrement(), made.ensureCapacity(41)]))
      .toEqual([[48, 40, 48], [16, 16, 48]])
    const stiff = OSData.withBytes(bytes(1, 2, 3))
    stiff.setCapacityIncrement(0)
    expect([stiff.appendBytes(null, 13), stiff.appendByte(4), stiff.ensureCapacity(17), stiff.getLength()])
      .toEqual([true, false, 16, 16])
    expect(data.appendBytes(null, 0xffffffff)).toBe(false)
  }))

  it('takes numbers as their bytes, the lowest first', () => inWorld(() => {
    const data = OSData.withCapacity(0)
    expect([data.appendValue(0x1_0203, 2), data.appendValue(-2, 4), data.appendValue(0x0807060504030201n, 8)])
      .toEqual([true, true, true])
    expect([...data.bytes()]).toEqual([3, 2, 0xfe, 0xff, 0xff, 0xff, 1, 2, 3, 4, 5, 6, 7, 8])
  }))

  it('without a copy grows never, and is handed back at the end', () => inWorld(() => {
    const buffer = bytes(1, 2, 3)
    const data = OSData.withBytesNoCopy(buffer)
    const gone: unknown[] = []
    data.setDeallocFunction((own, length) => void gone.push(own, length))
    expect([data.appendBytes(bytes(4)), data.appendByte(4), data.appendBytes(null, 0),
      data.ensureCapacity(50),
      data.getCapacity(), data.getBytesNoCopy() === buffer])
      .toEqual([false, false, true, 0xffffffff, 0xffffffff, true])
    data.release()
    expect(gone).toEqual([buffer, 3])
  }))

  it('shows ranges that begin and end inside, and copies them', () => inWorld(() => {
    const data = OSData.withBytes(bytes(1, 2, 3, 4))
    const ranges = [[0, 4], [1, 2], [3, 1], [3, 0], [4, 0], [3, 2], [0, 5]] as const
    expect(ranges.map(([start, length]) => data.getBytesNoCopy(start, length)))
      .toEqual([bytes(1, 2, 3, 4), bytes(2, 3), bytes(4), bytes(), null, null, null])
    expect(ranges.map(([start, length]) => OSData.withData(data, start, length)?.bytes() ?? null))
      .toEqual([bytes(1, 2, 3, 4), bytes(2, 3), bytes(4), bytes(), null, null, null])
    const empty = OSData.withCapacity(4)
    expect([empty.getBytesNoCopy(), empty.getBytesNoCopy(0, 0), OSData.withData(empty, 0, 0),
      OSData.withData(empty)?.getLength()]).toEqual([null, null, null, 0])
  }))

  it('appends bytes, one byte many times, zeros and other data', () => inWorld(() => {
    const data = OSData.withCapacity(1)
    data.appendBytes(bytes(1, 2))
    data.appendByte(7, 3)
    data.appendBytes(null, 2)
    data.appendData(OSData.withBytes(bytes(9)))
    data.appendData(data)
    const once = [1, 2, 7, 7, 7, 0, 0, 9]
    expect(data.bytes()).toEqual(bytes(...once, ...once))
  }))

  it('equals bytes it begins with, data of its length, strings with or without NUL', () => inWorld(() => {
    const data = OSData.withBytes(latin('abc'))
    expect([data.isEqualToBytes(latin('ab')), data.isEqualToBytes(latin('abcd')),
      data.isEqualTo(OSData.withBytes(latin('ab')))]).toEqual([true, false, false])
    const string = OSString.withCString('abc')
    const tails = [[], [0], [0, 0], [1]].map((tail) => OSData.withBytes(bytes(...latin('abc'), ...tail)))
    expect(tails.map((other) => other.isEqualTo(string))).toEqual([true, true, false, false])
    expect(tails.map((other) => string.isEqualTo(other))).toEqual([false, true, true, false])
    expect(tails.map((other) => OSSymbol.withCString('abc').isEqualTo(other)))
      .toEqual([false, false, false, false])
    expect(tails[0]!.isEqualTo(OSSymbol.withCString('abc'))).toBe(true)
  }))
})

describe('strings', () => {
  it('end at a NUL and stay below 262142 bytes', () => inWorld(() => {
    const longest = 'a'.repeat(kMaxStringLength - 1)
    expect([OSString.tryWithCString(longest)?.getLength(), OSString.tryWithCString(`${longest}a`),
      OSSymbol.tryWithCString(`${longest}a`), OSString.tryWithCString('\u00e9'.repeat(131071))])
      .toEqual([262141, null, null, null])
    expect([OSString.withCString('ab\0cd'), OSString.withBytes(latin('ab\0cd'))].map(String))
      .toEqual(['ab', 'ab'])
    expect(OSString.withBytes(new Uint8Array(kMaxStringLength))).toBeNull()
    const string = new OSString()
    expect([string.initWithCString('x'), string.initWithString(OSString.withCString('y')), String(string)])
      .toEqual([true, true, 'y'])
  }))

  it('change byte by byte, but not without a copy', () => inWorld(() => {
    const string = OSString.withCString('h\u00e9')
    expect([0, 1, 2, 3, 9].map((index) => string.getChar(index).charCodeAt(0)))
      .toEqual([0x68, 0xc3, 0xa9, 0, 0])
    expect([string.setChar('\xa8', 2), string.setChar('x', 3), string.getLength()]).toEqual([true, false, 3])
    expect(string.getCStringNoCopy()).toBe('h\u00e8')
    expect(string.setChar('\xff', 1)).toBe(true)
    expect(string.getBytes()).toEqual(bytes(0x68, 0xff, 0xa8))
    const fixed = OSString.withCStringNoCopy('abc')
    expect([fixed.setChar('x', 0), fixed.getCStringNoCopy()]).toEqual([false, 'abc'])
    expect([fixed.initWithCString('abc'), fixed.setChar('x', 0)]).toEqual([true, true])
  }))

  it('are equal by text, also to symbols and plain text', () => inWorld(() => {
    const string = OSString.withCString('abc')
    expect([string.isEqualTo('abc'), string.isEqualTo('ab'), string.isEqualTo(OSSymbol.withCString('abc')),
      OSSymbol.withCString('abc').isEqualTo(string), string.isEqualTo(null)])
        .toEqual([true, false, true, true, false])
  }))
})

describe('symbols', () => {
  it('are one object for one text; the pool holds no reference', () => inWorld(() => {
    const count = (): number => OSSymbol.metaClass.getInstanceCount()
    const before = count()
    expect(OSSymbol.existingSymbolForCString('acme-text')).toBeNull()
    const first = OSSymbol.withCString('acme-text')
    const second = OSSymbol.withString(OSString.withCString('acme-text'))
    expect([second, OSSymbol.withString(first),
      OSSymbol.existingSymbolForString(OSString.withCString('acme-text'))])
      .toEqual([first, first, first])
    expect([first.getRetainCount(), count() - before]).toEqual([4, 1])
    for (let i = 0; i < 4; i++) first.release()
    expect([count() - before, OSSymbol.existingSymbolForCString('acme-text')]).toEqual([0, null])
    expect(OSSymbol.withCString('acme-text')).not.toBe(first)
    expect([first.initWithCString('x'), OSSymbol.existingSymbolForString(null)]).toEqual([false, null])
  }))

  it('that a kext changes are found under no text any more, and stay keys', () => inWorld(() => {
    const symbol = OSSymbol.withCString('acme-cat')
    const dictionary = OSDictionary.withCapacity(1)
    dictionary.setObject(symbol, symbol)
    expect([symbol.setChar('h', 5), symbol.getCStringNoCopy(), symbol.setChar('x', 8)])
      .toEqual([true, 'acme-hat', false])
    const others = ['acme-cat', 'acme-hat'].map((text) => OSSymbol.withCString(text))
    expect([others.includes(symbol), others.map((other) => dictionary.getObject(other))])
      .toEqual([false, [null, null]])
    expect([dictionary.getObject(symbol), dictionary.getObject('acme-hat')]).toEqual([symbol, null])
    const fixed = OSSymbol.withCStringNoCopy('acme-dog')
    expect([fixed.setChar('f', 5), OSSymbol.withCString('acme-dog')]).toEqual([false, fixed])
  }))

  it('differ from world to world', () => {
    const made: OSObject[] = []
    for (const seed of [1, 2]) new Simulation(seed).enter(() => made.push(OSSymbol.withCString('acme-text')))
    expect(made[0]).not.toBe(made[1])
  })
})

describe('xnu C ossymbol.c symbol_basic', () => {
  it('texts of 32, 2048 and 131072 bytes give the same pointer twice', () => inWorld(() => {
    for (const size of [32, 2048, 131072]) {
      const [first, second] = [OSSymbol.withCString('A'.repeat(size - 1)),
        OSSymbol.withCString('A'.repeat(size - 1))]
      expect([second, first.getLength()]).toEqual([first, size - 1])
    }
  }))
})
