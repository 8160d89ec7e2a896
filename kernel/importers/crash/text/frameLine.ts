import { addressOf, hexOf, type FrameDraft } from '../CrashDraft.ts'

const MAX_INDEX_DIGITS = 6

/** Reads a line of a stack: `3   AppKit   0x7fff2037e4c2 -[NSApplication run] + 586`. */
export function frameLine(line: string): FrameDraft | null {
  const start = /^\s*(\d+)\s/u.exec(line)
  if (start === null || start[1]!.length > MAX_INDEX_DIGITS) return null
  const addressAt = line.slice(start[0].length - 1).search(/\s0x[0-9a-f]/iu)
  if (addressAt < 0) return null
  const from = start[0].length - 1 + addressAt + 1
  const blank = line.slice(from).search(/\s/u)
  const to = blank < 0 ? line.length : from + blank
  const address = addressOf(line.slice(from, to))
  if (address === null) return null
  const image = line.slice(start[0].length, from).trim()
  return {
    index: Number(start[1]), image: image === '' || image === '???' ? null : image, imageIndex: null,
      address: hexOf(address),
    imageOffset: null, symbolOffset: null, source: null, isInline: false, symbol: null,
    ...placeOf(line.slice(to).trim()),
  }
}

type Place = Pick<FrameDraft, 'imageOffset' | 'symbol' | 'symbolOffset' | 'source' | 'isInline'>

/** What stands behind the address. */
function placeOf(text: string): Partial<Place> {
  const load = /^(?:0x[0-9a-f]{1,16}|0) \+ (\d{1,15})/iu.exec(text)
  if (load !== null) {
    const inner = text.slice(load[0].length).trim()
    const symbol = inner.startsWith('(') && inner.endsWith(')') ? symbolPlace(inner.slice(1, -1)) : {}
    return { imageOffset: Number(load[1]), ...symbol }
  }
  return symbolPlace(text)
}

/** `symbol + 12 (File.m:34)`, of which any part may be missing. */
function symbolPlace(text: string): Partial<Place> {
  let rest = text.trim()
  let source: string | null = null
  if (rest.endsWith(')')) {
    const open = rest.lastIndexOf(' (')
    const inner = open < 0 ? '' : rest.slice(open + 2, -1)
    if (/^[^()]+:\d+$/u.test(inner)) {
      source = inner
      rest = rest.slice(0, open).trimEnd()
    }
  }
  const isInline = rest === '[inlined]' || rest.startsWith('[inlined] ')
  if (isInline) rest = rest.slice('[inlined]'.length).trim()
  const plus = rest.lastIndexOf(' + ')
  const offset = plus < 0 ? '' : rest.slice(plus + 3)
  const hasOffset = /^\d{1,15}$/u.test(offset)
  const symbol = hasOffset ? rest.slice(0, plus) : rest
  return { symbol: symbol === '' ? null : symbol, symbolOffset: hasOffset ? Number(offset) : null, source,
    isInline }
}

/** `(0x1a6c6496c 0x1a697d028 …)`: a stack of bare addresses. Empty when the line is none. */
export function addressList(line: string): FrameDraft[] {
  if (!/^\(0x[0-9a-f]/iu.test(line)) return []
  return line.replaceAll(/[()]/gu, ' ').trim().split(/\s+/u).flatMap((word, index) => {
    const address = addressOf(word)
    return address === null ? [] : [{
      index, image: null, imageIndex: null, address: hexOf(address), imageOffset: null, symbol: null,
        symbolOffset: null,
      source: null, isInline: false,
    }]
  })
}
