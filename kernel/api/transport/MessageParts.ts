/** The host's own UTF-8, which the kernel does not have. */
export interface TextForm {
  encode(text: string): Uint8Array
  decode(bytes: Uint8Array): string
}

/** Shorter bytes and lists stay in the text of their message. */
const LEAST_BYTES = 1_024
const LEAST_TEXTS = 256

/** Long bytes go in pieces, so that whoever passes them on need not wait for the last one. */
const PIECE_BYTES = 1 << 20

/** What a message on a socket may bring along in pieces before its text. */
const MAX_WAITING_BYTES = 256 * 1024 * 1024
const MAX_WAITING_PIECES = 4_096

const ARRAYS = { Uint8Array, Float64Array, Int32Array, Uint16Array, Uint32Array } as const
type ArrayKind = keyof typeof ARRAYS

/** How an error crosses: as name and message. */
type PlainError = { readonly name: string; readonly message: string }

/**
 * The writing half of a message that crosses a socket as text with its long values beside it: first the pieces
 * of bytes, as frames of their own, then the text, in which `reducers` left their kinds and lengths.
 */
export class OutgoingParts {
  readonly pieces: Uint8Array[] = []

  constructor(private readonly text: TextForm) {}

  readonly reducers = {
    Error: (value: unknown): PlainError | false =>
      value instanceof Error && { name: value.name, message: value.message },
    Part: (value: unknown): readonly [ArrayKind, number] | false =>
      ArrayBuffer.isView(value) && value.byteLength >= LEAST_BYTES && this.partOf(value),
    Texts: (value: unknown): number | false =>
      isTexts(value) && this.add(this.text.encode(JSON.stringify(value))),
  }

  private partOf(value: ArrayBufferView): readonly [ArrayKind, number] | false {
    const kind = (Object.keys(ARRAYS) as ArrayKind[]).find((name) => value instanceof ARRAYS[name])
    if (kind === undefined) return false
    return [kind, this.add(new Uint8Array(value.buffer, value.byteOffset, value.byteLength))]
  }

  private add(bytes: Uint8Array): number {
    for (let at = 0; at < bytes.length; at += PIECE_BYTES) this.pieces.push(bytes.subarray(at, at + PIECE_BYTES))
    return bytes.length
  }
}

/** The reading half: takes pieces as they come, and hands them to the text that follows. */
export class IncomingParts {
  private pieces: Uint8Array[] = []
  private waitingBytes = 0

  constructor(private readonly text: TextForm) {}

  readonly revivers = {
    Error: ({ name, message }: PlainError): Error => Object.assign(new Error(message), { name }),
    Part: ([kind, length]: readonly [ArrayKind, number]): ArrayBufferView => {
      const bytes = this.take(length)
      if (kind === 'Uint8Array') return bytes
      if (!Object.hasOwn(ARRAYS, kind)) throw new Error(`no array is called ${kind}`)
      const { BYTES_PER_ELEMENT: size } = ARRAYS[kind]
      const aligned = bytes.byteOffset % size === 0 ? bytes : bytes.slice()
      return new ARRAYS[kind](aligned.buffer as ArrayBuffer, aligned.byteOffset, length / size)
    },
    Texts: (length: number): unknown => JSON.parse(this.text.decode(this.take(length))),
  }

  /** Keeps a piece for the text that it belongs to. Throws when more waits than a message may have. */
  add(piece: Uint8Array): void {
    this.pieces.push(piece)
    this.waitingBytes += piece.length
    if (this.waitingBytes > MAX_WAITING_BYTES || this.pieces.length > MAX_WAITING_PIECES) {
      throw new Error(`a message brings at most ${MAX_WAITING_BYTES} bytes in ${MAX_WAITING_PIECES} pieces`)
    }
  }

  /** Forgets what a text left over. */
  end(): void {
    this.pieces = []
    this.waitingBytes = 0
  }

  private take(length: number): Uint8Array {
    let count = 0
    for (let found = 0; found < length; count++) {
      const piece = this.pieces[count]
      if (piece === undefined) throw new Error(`${length} bytes were announced and ${found} came`)
      found += piece.length
    }
    const pieces = this.pieces.splice(0, count)
    const bytes = pieces.length === 1 ? pieces[0]! : joined(pieces, length)
    if (bytes.length !== length) throw new Error(`${length} bytes were announced and ${bytes.length} came`)
    return bytes
  }
}

function joined(pieces: readonly Uint8Array[], length: number): Uint8Array {
  const total = pieces.reduce((sum, piece) => sum + piece.length, 0)
  const bytes = new Uint8Array(Math.max(total, length))
  let at = 0
  for (const piece of pieces) {
    bytes.set(piece, at)
    at += piece.length
  }
  return bytes
}

function isTexts(value: unknown): value is readonly (string | null)[] {
  return Array.isArray(value) && value.length >= LEAST_TEXTS
    && value.every((item) => typeof item === 'string' || item === null)
}
