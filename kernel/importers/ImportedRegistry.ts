import type { Problem } from '../api/index.ts'

/**
 * One property value of an imported registry, as compact as JavaScript allows: a 100,000-entry dump holds
 * millions. Integers that lie in the signed 32-bit range were 32-bit numbers in the kernel or print as one;
 * `number` holds them. Wider ones are `number` while exact, `bigint` (unsigned 64-bit) beyond.
 */
export type ImportedValue =
  | string
  | number
  | bigint
  | boolean
  | ImportedData
  | ImportedArray
  | ImportedDictionary
  | ImportedString
  | ImportedOther

/**
 * Raw bytes. `hex` and `text`: `source` is what the dump shows between the angle brackets, one character per
 * byte. `bytes`: they come from a property list, which `holder` decodes when asked.
 */
export class ImportedData {
  constructor(
    readonly source: string,
    readonly form: 'hex' | 'text' | 'bytes',
    private readonly holder: { readonly bytes: Uint8Array } | null = null,
  ) {}

  static ofPlist(holder: { readonly bytes: Uint8Array }): ImportedData {
    return new ImportedData('', 'bytes', holder)
  }

  /** The bytes, decoded on demand. Text regains the one trailing NUL that ioreg does not show. */
  bytes(): Uint8Array {
    if (this.holder !== null) return this.holder.bytes
    return this.form === 'hex' ? hexBytes(this.source) : textBytes(this.source)
  }
}

/** An array, or a set in the order in which it was printed. */
export class ImportedArray {
  constructor(
    readonly values: readonly ImportedValue[],
    readonly kind: 'array' | 'set',
  ) {}
}

/** A dictionary in printed key order. */
export class ImportedDictionary {
  constructor(
    readonly keys: readonly string[],
    readonly values: readonly ImportedValue[],
  ) {}

  /** The value of `key`, the last one when a key is printed twice. */
  get(key: string): ImportedValue | undefined {
    const index = this.keys.lastIndexOf(key)
    return index < 0 ? undefined : this.values[index]
  }
}

/** A string that was there but that the dump does not show, because ioreg could not convert it. */
export class ImportedString {
  readonly kind = 'unprinted'
}

/** What cannot be typed: masked data (`<--->`), scrubbed numbers, values cut off by the terminal's width. */
export class ImportedOther {
  constructor(
    readonly text: string,
    readonly reason: 'masked' | 'clipped' | 'unreadable',
  ) {}
}

export const EMPTY_DICTIONARY = new ImportedDictionary([], [])

/** One tree line of a dump. An entry below two parents has two rows with the same `entry`. */
export interface ImportedRow {
  /** Row of the parent, -1 for a root. */
  readonly parent: number
  readonly depth: number
  readonly name: string
  readonly location: string | null
  readonly className: string
  /** Superclasses from the base down, the class itself last; null where the dump does not tell. */
  readonly inheritance: readonly string[] | null
  /** Registry entry id, 0 where the dump prints none. */
  readonly id: number
  /** Index of the entry that the row shows: rows with one id share it. */
  readonly entry: number
  /** `__state[0]` bits; null for entries that are no service or that show no state. */
  readonly state: number | null
  readonly busy: number
  /** Accumulated busy time; null where none is printed. */
  readonly busyTimeNs: number | null
  /** Kernel retain count; null where cut off. */
  readonly retain: number | null
  /** Null when the dump shows no property block for this row. */
  readonly properties: ImportedDictionary | null
  readonly bundle: string | null
  /** True when an archive's watcher saw the entry go away. */
  readonly terminated: boolean
  /** True when the header was cut off at the terminal's width. */
  readonly clipped: boolean
}

/** One plane's tree inside a dump: consecutive rows in pre-order. */
export interface ImportedSection {
  /** The title line above the tree (`IOService:`), without the colon; null when there is none. */
  readonly title: string | null
  /** The plane, by its title or by what hangs in it; null when neither tells. */
  readonly plane: string | null
  readonly firstRow: number
  readonly rowCount: number
}

/** Kinds of dumps, told apart by content. */
export type ImportedFormat = 'text' | 'xml' | 'binary-plist' | 'archive'

/** How the dump writes what later systems write differently. */
export interface ImportedStyle {
  readonly retainWord: 'retain' | 'retain count'
  readonly printsIds: boolean
  readonly printsInheritance: boolean
  readonly lineEnding: '\n' | '\r\n'
  readonly endsWithNewline: boolean
}

/** Everything that a registry dump says. Made once by a reader, never changed. */
export interface ImportedRegistry {
  readonly format: ImportedFormat
  readonly sections: readonly ImportedSection[]
  readonly rows: readonly ImportedRow[]
  readonly entryCount: number
  readonly style: ImportedStyle
  /** Lines that end in `$` because a terminal's width cut them off. */
  readonly clippedLines: number
  readonly clippedAtTerminalWidth: boolean
  readonly linesTotal: number
  readonly linesUnderstood: number
  readonly problems: readonly Problem[]
}

/** The counts of a dump that is no text. */
export const NO_LINES = {
  clippedLines: 0, clippedAtTerminalWidth: false, linesTotal: 0, linesUnderstood: 0,
} as const

function hexBytes(hex: string): Uint8Array {
  const bytes = new Uint8Array(hex.length >> 1)
  for (let i = 0; i < bytes.length; i++) {
    bytes[i] = (hexDigit(hex.charCodeAt(2 * i)) << 4) | hexDigit(hex.charCodeAt(2 * i + 1))
  }
  return bytes
}

function hexDigit(code: number): number {
  return code < 58 ? code - 48 : (code | 32) - 87
}

/** `one","two` without the outer quotes: each string ends in a NUL. */
function textBytes(source: string): Uint8Array {
  const plain = source.slice(1, -1).replaceAll('","', '\0')
  const bytes = new Uint8Array(plain.length + 1)
  for (let i = 0; i < plain.length; i++) bytes[i] = plain.charCodeAt(i)
  return bytes
}
