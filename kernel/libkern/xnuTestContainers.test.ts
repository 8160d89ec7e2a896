import { describe, expect, it } from 'vitest'
import { Simulation } from '../sim/index.ts'
import { OSData, OSString, OSSymbol } from './index.ts'

function inWorld(body: () => void): void {
  new Simulation(1).enter(body)
}

/** 63 texts, some of them more than once, like the words of a few sentences. */
const texts = Array.from({ length: 63 }, (_, i) => `text ${i % 50} `)

describe('xnu TestContainers testData', () => {
  it('1: empty data with room shows no bytes, and appending none changes nothing', () => inWorld(() => {
    const data = OSData.withCapacity(256)
    const look = (): unknown[] => [data.getLength(), data.getCapacity(), data.getBytesNoCopy()]
    expect(look()).toEqual([0, 256, null])
    expect([data.getBytesNoCopy(10, 246), data.appendBytes(new Uint8Array(8), 0)]).toEqual([null, true])
    expect(look()).toEqual([0, 256, null])
  }))

  it('2: appended bytes fill the room and are there', () => inWorld(() => {
    const bytes = Uint8Array.from({ length: 256 }, (_, i) => i)
    const data = OSData.withCapacity(256)
    expect([data.appendBytes(bytes), data.getLength(), data.getCapacity()]).toEqual([true, 256, 256])
    expect([data.getBytesNoCopy(), data.getBytesNoCopy(10, 246), data.isEqualToBytes(bytes)])
      .toEqual([bytes, bytes.slice(10), true])
  }))

  it('3: data of bytes has their length for room and grows for more', () => inWorld(() => {
    const bytes = Uint8Array.from({ length: 8192 }, (_, i) => i >> 1)
    const data = OSData.withBytes(bytes)
    expect([data.getLength(), data.getCapacity(), data.getBytesNoCopy(10, 8182)])
      .toEqual([8192, 8192, bytes.slice(10)])
    expect([data.appendBytes(bytes, 0), data.getLength(), data.getCapacity()]).toEqual([true, 8192, 8192])
    expect([data.appendBytes(bytes, 10), data.getLength(), data.getCapacity()]).toEqual([true, 8202, 16384])
  }))

  it('4: pieces appended to data equal the piece, and so do copies of ranges', () => inWorld(() => {
    const piece = OSData.withBytesNoCopy(Uint8Array.from({ length: 1024 }, (_, i) => i * 7))
    const data = OSData.withCapacity(8192)
    for (let i = 0; i < 8; i++) expect(data.appendData(piece)).toBe(true)
    for (let start = 0; start < 8192; start += 1024) {
      const part = OSData.withData(data, start, 1024)!
      expect([piece.isEqualToBytes(data.getBytesNoCopy(start, 1024)!), piece.isEqualTo(part)])
        .toEqual([true, true])
      part.release()
    }
    expect([piece.appendData(data), data.appendData(piece)]).toEqual([false, true])
  }))
})

describe('xnu TestContainers testString', () => {
  it('1, 2, 3: a copy of a text, or of another string: a different but equal one', () => inWorld(() => {
    const string = OSString.withCString(texts[0]!)
    const other = OSString.withString(OSString.withCStringNoCopy(texts[0]!))
    expect([string.getCStringNoCopy(), string.getLength(), string.isEqualTo(texts[0]!),
      string.isEqualTo(texts[1]!),
      other === string, other.isEqualTo(string)]).toEqual([texts[0], 7, true, false, false, true])
  }))

  it('4, 5: comparison is by text, copied or not', () => inWorld(() => {
    for (const made of [OSString.withCString, OSString.withCStringNoCopy]) {
      const [first, second] = [made(texts[0]!), made(texts[1]!)]
      expect([first.isEqualTo(second), first.isEqualTo(texts[1]!), first.isEqualTo(texts[0]!)])
        .toEqual([false, false, true])
    }
  }))

  it('6: characters run to the NUL and can be changed in place before it', () => inWorld(() => {
    const string = OSString.withCString(texts[0]!)
    const characters: string[] = []
    for (let i = 0; string.getChar(i) !== '\0'; i++) characters.push(string.getChar(i))
    expect(characters.join('')).toBe(texts[0])
    expect([string.setChar(' ', 0), string.isEqualTo(texts[0]!), string.setChar('t', 0),
      string.setChar(' ', string.getLength() + 1), string.isEqualTo(texts[0]!)])
      .toEqual([true, false, true, false, true])
  }))

  it('7: a string that is no copy cannot be changed', () => inWorld(() => {
    const string = OSString.withCStringNoCopy(texts[0]!)
    expect([string.setChar(' ', 0), string.setChar(' ', 8), string.isEqualTo(texts[0]!)])
      .toEqual([false, false, true])
  }))
})

describe('xnu TestContainers testSymbol', () => {
  it('same text, same pointer; doubles are held more than once; all goes in the end', () => inWorld(() => {
    const before = OSSymbol.metaClass.getInstanceCount()
    const symbols = texts.map((text) => OSSymbol.withCStringNoCopy(text))
    expect(symbols.every((symbol, i) => symbol.isEqualTo(texts[i]!))).toBe(true)
    const pairs = symbols.flatMap((symbol,
      i) => symbols.slice(i + 1).filter((other) => other.isEqualTo(symbol)))
    expect([pairs.length, pairs.every((symbol) => symbol.getRetainCount() === 2)]).toEqual([13, true])
    expect(OSSymbol.metaClass.getInstanceCount() - before).toBe(50)
    for (const symbol of symbols) symbol.release()
    expect(OSSymbol.metaClass.getInstanceCount()).toBe(before)
  }))

  it('those made of strings, copied or not, are those made of text', () => inWorld(() => {
    const symbols = texts.map((text, i) => {
      const string = i % 2 === 1 ? OSString.withCString(text) : OSString.withCStringNoCopy(text)
      const symbol = OSSymbol.withString(string)
      string.release()
      return symbol
    })
    expect(symbols.every((symbol, i) => OSSymbol.withCString(texts[i]!) === symbol)).toBe(true)
  }))
})
