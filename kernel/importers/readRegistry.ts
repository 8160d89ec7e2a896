import { parsePlist, type PlistValue } from '../formats/plist/index.ts'
import { decodeLatin1 } from '../formats/utf8.ts'
import type { ImportedFormat, ImportedRegistry } from './ImportedRegistry.ts'
import { readIoregText } from './ioregText/readIoregText.ts'
import { KeyedArchive } from './plist/KeyedArchive.ts'
import { readExplorerArchive } from './plist/readExplorerArchive.ts'
import { readIoregPlist } from './plist/readIoregPlist.ts'

/** What a host may do faster than the kernel can. */
export interface ReadRegistryOptions {
  /** The host's fast way to turn bytes into characters 0 to 255 one to one. */
  readonly decodeLatin1?: (bytes: Uint8Array) => string
}

/**
 * Reads a registry dump of any kind, found by content: `ioreg -l` text, the XML or binary property list of
 * `ioreg -a`, a file of IORegistryExplorer. Total; not for compressed files.
 */
export function readRegistry(bytes: Uint8Array, options: ReadRegistryOptions = {}): ImportedRegistry {
  const decode = options.decodeLatin1 ?? decodeLatin1
  const head = decode(bytes.subarray(0, 512))
  const isBinary = head.startsWith('bplist')
  if (!isBinary && !/^(\xef\xbb\xbf)?\s*<(\?xml|!DOCTYPE plist|plist)/.test(head))
    return readIoregText(bytes, options)
  const parsed = parsePlist(bytes, options)
  const format = isBinary ? 'binary-plist' : 'xml'
  if (!parsed.ok) return { ...readIoregText(''), format, problems: parsed.problems }
  return fromPlist(parsed.value, format)
}

function fromPlist(value: PlistValue, format: ImportedFormat & ('xml' | 'binary-plist')): ImportedRegistry {
  const archive = KeyedArchive.from(value)
  return archive === null ? readIoregPlist(value, format) : readExplorerArchive(archive)
}
