import type { Result } from '../../api/Problem.ts'
import { decodeLatin1 } from '../utf8.ts'
import { WindowedBytes } from '../WindowedBytes.ts'
import { isBinaryPlist, parseBinaryPlist } from './BinaryPlistReader.ts'
import { defaultPlistLimits, type PlistReadOptions, type PlistValue } from './PlistValue.ts'
import { XmlPlistReader, type LenientPlist } from './XmlPlistReader.ts'

/**
 * Reads a property list, XML or binary, from its bytes (or XML from text). Never throws: what is wrong comes
 * back as problems with line and column. Data is decoded when it is asked for: the bytes must stay as they
 * are until then.
 */
export function parsePlist(input: Uint8Array | string, options: PlistReadOptions = {}): Result<PlistValue> {
  if (typeof input !== 'string' && isBinaryPlist(input)) return parseBinaryPlist(input, options)
  return parseXmlPlist(input, options)
}

/**
 * Reads an XML property list. Text is taken as decoded; bytes as UTF-8, or UTF-16 if they begin with its
 * mark.
 */
export function parseXmlPlist(input: Uint8Array | string,
  options: PlistReadOptions = {}): Result<PlistValue> {
  const where = options.where ?? 'property list'
  const limits = { ...defaultPlistLimits, ...options.limits }
  if (input.length > limits.maxSizeBytes) {
    const message = `The document is too large: at most ${limits.maxSizeBytes} bytes are read`
    return { ok: false, problems: [{ where, message, seen: `${input.length} bytes` }] }
  }
  if (typeof input === 'string') {
    const text = input.startsWith('\ufeff') ? input.slice(1) : input
    return new XmlPlistReader(text, { where, limits, isBytes: false, source: null }).read()
  }
  const wide = decodeUtf16(input)
  if (wide !== null) return new XmlPlistReader(wide, { where, limits, isBytes: false, source: null }).read()
  const hasMark = input[0] === 0xef && input[1] === 0xbb && input[2] === 0xbf
  const body = hasMark ? input.subarray(3) : input
  const decode = options.decodeLatin1 ?? decodeLatin1
  const source = new WindowedBytes(body, decode)
  const result = new XmlPlistReader(source.textFrom(0), { where, limits, isBytes: true, source }).read()
  if (result.ok) return result
  // What is wrong, and where, is told from the whole text.
  return new XmlPlistReader(decode(body), { where, limits, isBytes: true, source: null }).read()
}

/**
 * Reads an XML property list as far as it goes, for templates and damaged files: an `<integer>` that holds a
 * build variable is its text, and a document that breaks off gives what came before.
 */
export function parsePlistLeniently(text: string, where: string): LenientPlist {
  const limits = defaultPlistLimits
  if (text.length > limits.maxSizeBytes) {
    return { value: undefined,
      problems: [{ where, message: 'The document is too large', seen: `${text.length} characters` }] }
  }
  return new XmlPlistReader(text, { where, limits, isBytes: false, source: null,
    isLenient: true }).readLeniently()
}

/** Text of UTF-16 bytes that begin with a byte order mark; null for any other bytes. */
function decodeUtf16(bytes: Uint8Array): string | null {
  const isLittle = bytes[0] === 0xff && bytes[1] === 0xfe
  if (!isLittle && !(bytes[0] === 0xfe && bytes[1] === 0xff)) return null
  let text = ''
  for (let i = 2; i + 1 < bytes.length; i += 2) {
    const [first, second] = [bytes[i]!, bytes[i + 1]!]
    text += String.fromCharCode(isLittle ? first | (second << 8) : (first << 8) | second)
  }
  return text
}
