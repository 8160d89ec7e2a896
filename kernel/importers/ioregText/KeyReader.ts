import type { ByteText } from '../../formats/ByteText.ts'

const QUOTE = 34
const EQUALS = 61
const SPACE = 32

const NO_KEYS: readonly string[] = []

/**
 * Reads the keys of dictionaries that follow each other. Mostly the next one has the keys of the one before:
 * then each is compared in place and both share one list.
 */
export class KeyReader {
  /** Keys of the dictionary before, and where in the dump each was read. */
  private known = NO_KEYS
  private knownStarts: readonly number[] = []
  private knownLengths: readonly number[] = []
  /** The keys at hand, once one differs; null while all are the same. */
  private own: string[] | null = null
  private ownStarts: number[] = []
  private ownLengths: number[] = []
  private count = 0

  /** `isSpaced`: a property's line writes `"key" = `, a dictionary `"key"=`. */
  constructor(
    private readonly dump: ByteText,
    private readonly isSpaced: boolean,
  ) {}

  begin(): void {
    this.own = null
    this.count = 0
  }

  /** Reads the key whose opening quote stands before `start`; answers where its value is, -1 without one. */
  read(start: number, limit: number): number {
    const index = this.count
    if (this.own === null && index < this.known.length) {
      const length = this.knownLengths[index]!
      const end = start + length
      if (end < limit && this.isEnd(end) && this.dump.isSame(start, this.knownStarts[index]!, length)) {
        this.count++
        return this.valueAt(end, limit)
      }
    }
    return this.readOther(start, limit)
  }

  /** All keys since `begin`: the list of the dictionary before if they are the same. */
  finish(): readonly string[] {
    const { count } = this
    if (count === 0) return NO_KEYS
    if (this.own === null && count === this.known.length) return this.known
    if (this.own === null) this.divide()
    this.known = this.own ?? NO_KEYS
    this.knownStarts = this.ownStarts
    this.knownLengths = this.ownLengths
    return this.known
  }

  /** Goes on with a list of its own from here. */
  private divide(): void {
    this.own = this.known.slice(0, this.count)
    this.ownStarts = this.knownStarts.slice(0, this.count)
    this.ownLengths = this.knownLengths.slice(0, this.count)
  }

  private readOther(start: number, limit: number): number {
    let end = start
    const bytes = this.dump.bytes
    while (end < limit && !(bytes[end] === QUOTE && this.isEnd(end))) end++
    if (end >= limit) return -1
    const at = this.valueAt(end, limit)
    if (at < 0) return -1
    if (this.own === null) this.divide()
    this.own?.push(this.dump.string(start, end))
    this.ownStarts.push(start)
    this.ownLengths.push(end - start)
    this.count++
    return at
  }

  private isEnd(at: number): boolean {
    const bytes = this.dump.bytes
    if (bytes[at] !== QUOTE) return false
    if (!this.isSpaced) return bytes[at + 1] === EQUALS
    return bytes[at + 1] === SPACE && bytes[at + 2] === EQUALS && bytes[at + 3] === SPACE
  }

  private valueAt(end: number, limit: number): number {
    const at = end + (this.isSpaced ? 4 : 2)
    return at <= limit ? at : -1
  }
}
