import { decodeBase64, decodeBase64Text, decodeHexText } from '../base64.ts'

/** A floating point number; kept apart from whole numbers, so that `<real>1</real>` stays a real. */
export class PlistReal {
  constructor(readonly value: number) {}
}

/** A moment, in seconds since 2001-01-01 00:00:00 UTC. */
export class PlistDate {
  constructor(readonly secondsSince2001: number) {}
}

/** An object number of a keyed archive; binary form only. */
export class PlistUid {
  constructor(readonly value: number) {}
}

/** Bytes. Those of an XML document are decoded when first asked for; until then they keep the document alive. */
export class PlistData {
  private decoded: Uint8Array | null
  /** What is not decoded yet: text, or a range of a document's bytes. */
  private source: string | Uint8Array | null = null
  private start = 0
  private end = 0
  private isHex = false

  constructor(bytes: Uint8Array | null) {
    this.decoded = bytes
  }

  /** Data that stands in text as base64 or as hexadecimal pairs; blanks and stray characters are skipped. */
  static fromText(text: string, isHex: boolean): PlistData {
    const data = new PlistData(null)
    data.source = text
    data.isHex = isHex
    return data
  }

  /** Data that stands as base64 in a range of bytes, which must not change until it is decoded. */
  static fromBytes(source: Uint8Array, start: number, end: number): PlistData {
    const data = new PlistData(null)
    data.source = source
    data.start = start
    data.end = end
    return data
  }

  get bytes(): Uint8Array {
    this.decoded ??= this.decode()
    this.source = null
    return this.decoded
  }

  private decode(): Uint8Array {
    const { source } = this
    if (source instanceof Uint8Array) return decodeBase64(source, this.start, this.end)
    const text = source ?? ''
    return this.isHex ? decodeHexText(text) : decodeBase64Text(text)
  }
}

/**
 * A property list. Whole numbers are `number` while exact and `bigint` beyond 2^53; dictionaries are Maps in the
 * document's order; sets occur in I/O Kit's own XML.
 */
export type PlistValue =
  | string | boolean | number | bigint | PlistReal | PlistDate | PlistUid | PlistData
  | PlistValue[] | Set<PlistValue> | Map<string, PlistValue>

/** Bounds of a reader; a document over one of them is refused with a problem that names it. */
export interface PlistLimits {
  readonly maxSizeBytes: number
  /** Nested containers. */
  readonly maxDepth: number
  /** Values of any kind, dictionary keys not counted. */
  readonly maxValues: number
}

/** What a reader accepts unless told otherwise. */
export const defaultPlistLimits: PlistLimits = {
  maxSizeBytes: 1 << 30,
  maxDepth: 512,
  maxValues: 50_000_000,
}

/** What a host may change about reading. */
export interface PlistReadOptions {
  /** Name used in problems: a file name or the like. */
  readonly where?: string
  readonly limits?: Partial<PlistLimits>
  /**
   * The host's fast way to turn bytes into characters 0 to 255 one to one; without it an own, slower one is used.
   * The result is the same.
   */
  readonly decodeLatin1?: (bytes: Uint8Array) => string
}
