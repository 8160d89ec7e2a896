/**
 * UTF-8 that loses nothing: a byte that is not part of valid UTF-8 becomes the lone surrogate U+DC80..U+DCFF and is
 * written back as that byte. Valid text is decoded as usual.
 */
const strayByte = 0xdc00

/** How many characters one call of String.fromCharCode takes. */
const chunkLength = 4096

/** Bytes as text; never fails. `start` and `end` limit the range. */
export function decodeUtf8Lossless(bytes: Uint8Array, start = 0, end = bytes.length): string {
  let asciiEnd = start
  while (asciiEnd < end && bytes[asciiEnd]! < 0x80) asciiEnd++
  const head = decodeLatin1(bytes, start, asciiEnd)
  return asciiEnd === end ? head : head + decodeMixed(bytes, asciiEnd, end)
}

/** Bytes as characters 0 to 255, one to one. */
export function decodeLatin1(bytes: Uint8Array, start = 0, end = bytes.length): string {
  let text = ''
  for (let at = start; at < end; at += chunkLength) {
    text += fromCodes(bytes.subarray(at, Math.min(at + chunkLength, end)))
  }
  return text
}

/** Text as bytes; the inverse of `decodeUtf8Lossless`. Other lone surrogates become U+FFFD. */
export function encodeUtf8Lossless(text: string): Uint8Array {
  const bytes = new Uint8Array(utf8ByteLength(text))
  encodeUtf8Into(text, bytes, 0)
  return bytes
}

/** Writes text into `bytes` at `offset` and answers the offset after it. There must be room. */
export function encodeUtf8Into(text: string, bytes: Uint8Array, offset: number): number {
  let at = offset
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (code < 0x80) {
      bytes[at++] = code
    } else if (code < 0x800) {
      bytes[at++] = 0xc0 | (code >> 6)
      bytes[at++] = 0x80 | (code & 0x3f)
    } else if (isPair(text, i)) {
      at = encodeFour(text.codePointAt(i)!, bytes, at)
      i++
    } else if (isStrayByte(code)) {
      bytes[at++] = code - strayByte
    } else {
      at = encodeThree(isSurrogate(code) ? 0xfffd : code, bytes, at)
    }
  }
  return at
}

/** Number of bytes that `encodeUtf8Lossless` makes of the text. */
export function utf8ByteLength(text: string): number {
  let length = text.length
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (code < 0x80) continue
    if (code < 0x800) {
      length++
    } else if (isPair(text, i)) {
      length += 2
      i++
    } else if (!isStrayByte(code)) {
      length += 2
    }
  }
  return length
}

function isSurrogate(code: number): boolean {
  return code >= 0xd800 && code <= 0xdfff
}

function isStrayByte(code: number): boolean {
  return code >= 0xdc80 && code <= 0xdcff
}

function isPair(text: string, index: number): boolean {
  const high = text.charCodeAt(index)
  if (high < 0xd800 || high > 0xdbff) return false
  const low = text.charCodeAt(index + 1)
  return low >= 0xdc00 && low <= 0xdfff
}

function encodeThree(code: number, bytes: Uint8Array, at: number): number {
  bytes[at] = 0xe0 | (code >> 12)
  bytes[at + 1] = 0x80 | ((code >> 6) & 0x3f)
  bytes[at + 2] = 0x80 | (code & 0x3f)
  return at + 3
}

function encodeFour(code: number, bytes: Uint8Array, at: number): number {
  bytes[at] = 0xf0 | (code >> 18)
  bytes[at + 1] = 0x80 | ((code >> 12) & 0x3f)
  bytes[at + 2] = 0x80 | ((code >> 6) & 0x3f)
  bytes[at + 3] = 0x80 | (code & 0x3f)
  return at + 4
}

/**
 * Codes of one chunk as text. Not spread: in a process whose built-in objects are frozen that costs twenty times
 * as much.
 */
function fromCodes(codes: Uint8Array | Uint16Array): string {
  return Reflect.apply(String.fromCharCode, null, codes as unknown as number[])
}

function decodeMixed(bytes: Uint8Array, start: number, end: number): string {
  let text = ''
  const codes = new Uint16Array(chunkLength + 1)
  let count = 0
  let at = start
  while (at < end) {
    if (count >= chunkLength) {
      text += fromCodes(codes.subarray(0, count))
      count = 0
    }
    const first = bytes[at]!
    const length = sequenceLength(bytes, at, end)
    if (length === 1) {
      codes[count++] = first < 0x80 ? first : strayByte + first
    } else if (length === 2) {
      codes[count++] = ((first & 0x1f) << 6) | (bytes[at + 1]! & 0x3f)
    } else if (length === 3) {
      codes[count++] = ((first & 0x0f) << 12) | ((bytes[at + 1]! & 0x3f) << 6) | (bytes[at + 2]! & 0x3f)
    } else {
      const code = ((first & 0x07) << 18) | ((bytes[at + 1]! & 0x3f) << 12)
        | ((bytes[at + 2]! & 0x3f) << 6) | (bytes[at + 3]! & 0x3f)
      codes[count++] = 0xd800 + ((code - 0x10000) >> 10)
      codes[count++] = 0xdc00 + (code & 0x3ff)
    }
    at += length
  }
  return text + fromCodes(codes.subarray(0, count))
}

/** Length of the valid sequence at `at`; 1 also stands for a byte that starts none. */
function sequenceLength(bytes: Uint8Array, at: number, end: number): number {
  const first = bytes[at]!
  if (first < 0xc2 || first > 0xf4) return 1
  const length = first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4
  if (at + length > end) return 1
  for (let i = 1; i < length; i++) if ((bytes[at + i]! & 0xc0) !== 0x80) return 1
  const second = bytes[at + 1]!
  if (first === 0xe0 && second < 0xa0) return 1
  if (first === 0xed && second >= 0xa0) return 1
  if (first === 0xf0 && second < 0x90) return 1
  if (first === 0xf4 && second >= 0x90) return 1
  return length
}

/** Text whose characters are the bytes of UTF-8, as `decodeUtf8Lossless` would decode those bytes. */
export function decodeUtf8Text(byteText: string): string {
  const bytes = new Uint8Array(byteText.length)
  for (let i = 0; i < byteText.length; i++) bytes[i] = byteText.charCodeAt(i)
  return decodeUtf8Lossless(bytes)
}
