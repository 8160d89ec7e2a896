import type { KernelThread } from '../../sim/index.ts'
import { decodeText, encodeText } from './text.ts'
import type { Process } from './Process.ts'

const READ_SIZE_BYTES = 16_384
const WRITE_BUFFER_LENGTH = 16_384
const NEWLINE = 10

/** Buffered reading from a descriptor, as stdio does it. */
export class InputStream {
  /** The error number that ended the data; 0 for a clean end. */
  error = 0
  /** Whether the data ended without a newline. Known once the end was reached. */
  endedWithoutNewline = false
  private rest: Uint8Array[] = []
  private lines: string[] = []
  private nextLine = 0
  private atEnd = false

  constructor(readonly process: Process, readonly fd: number) {}

  /** The next bytes as they come, or null at the end. Do not mix with the line calls. */
  *read(): KernelThread<Uint8Array | null> {
    const kept = this.rest.shift()
    if (kept !== undefined) return kept
    return yield* this.fill()
  }

  /** The next line without its newline, or null at the end. */
  *readLine(): KernelThread<string | null> {
    if (this.nextLine === this.lines.length) {
      const lines = yield* this.fillLines()
      if (lines === null) return null
      this.lines = lines
      this.nextLine = 0
    }
    return this.lines[this.nextLine++]!
  }

  /** All lines that are at hand, at least one, or null at the end. */
  *readLines(): KernelThread<string[] | null> {
    if (this.nextLine < this.lines.length) {
      const lines = this.lines.slice(this.nextLine)
      this.nextLine = this.lines.length
      return lines
    }
    return yield* this.fillLines()
  }

  /** Everything up to the end as text. */
  *readText(): KernelThread<string> {
    return decodeText(yield* this.readBytes())
  }

  /** Everything up to the end. */
  *readBytes(): KernelThread<Uint8Array> {
    const chunks: Uint8Array[] = []
    for (let chunk = yield* this.read(); chunk !== null; chunk = yield* this.read()) chunks.push(chunk)
    return concatenate(chunks)
  }

  /** Closes the descriptor. */
  close(): void {
    this.process.close(this.fd)
  }

  private *fill(): KernelThread<Uint8Array | null> {
    if (this.atEnd) return null
    if (this.process.isTty(this.fd)) yield* this.process.stdout.flush()
    const chunk = yield* this.process.read(this.fd, READ_SIZE_BYTES)
    if (typeof chunk === 'number') this.error = chunk
    else if (chunk.length > 0) return chunk
    this.atEnd = !this.process.isTty(this.fd) || typeof chunk === 'number'
    return null
  }

  private *fillLines(): KernelThread<string[] | null> {
    for (;;) {
      const chunk = yield* this.fill()
      if (chunk === null) break
      const end = chunk.lastIndexOf(NEWLINE)
      if (end < 0) {
        this.rest.push(chunk)
        continue
      }
      const text = decodeText(this.withRest(chunk.subarray(0, end)))
      if (end + 1 < chunk.length) this.rest.push(chunk.subarray(end + 1))
      return text.split('\n')
    }
    if (this.rest.length === 0) return null
    this.endedWithoutNewline = true
    return [decodeText(this.withRest(new Uint8Array(0)))]
  }

  private withRest(chunk: Uint8Array): Uint8Array {
    if (this.rest.length === 0) return chunk
    const whole = concatenate([...this.rest, chunk])
    this.rest = []
    return whole
  }
}

/** Buffered writing to a descriptor: by line on a terminal, in blocks elsewhere, at once for stderr. */
export class OutputStream {
  /** The first error number a write gave; 0 when all went well. */
  error = 0
  private text = ''
  private chunks: Uint8Array[] = []
  private length = 0

  constructor(readonly process: Process, readonly fd: number) {}

  /** Adds text or bytes to the stream. */
  *write(data: string | Uint8Array): KernelThread {
    if (data.length === 0) return
    if (typeof data === 'string') this.text += data
    else {
      this.sealText()
      this.chunks.push(data)
    }
    this.length += data.length
    if (this.length >= WRITE_BUFFER_LENGTH || this.fd === 2 || this.endsLine(data)) yield* this.flush()
  }

  /** Writes out what is buffered. */
  *flush(): KernelThread {
    if (this.length === 0) return
    this.sealText()
    const bytes = this.chunks.length === 1 ? this.chunks[0]! : concatenate(this.chunks)
    this.discard()
    const error = yield* this.process.write(this.fd, bytes)
    if (error !== 0 && this.error === 0) this.error = error
  }

  /** Forgets what is buffered. */
  discard(): void {
    this.text = ''
    this.chunks = []
    this.length = 0
  }

  private endsLine(data: string | Uint8Array): boolean {
    if (!this.process.isTty(this.fd)) return false
    return typeof data === 'string' ? data.includes('\n') : data.includes(NEWLINE)
  }

  private sealText(): void {
    if (this.text === '') return
    this.chunks.push(encodeText(this.text))
    this.text = ''
  }
}

/** Joins byte arrays into one. */
export function concatenate(chunks: readonly Uint8Array[]): Uint8Array {
  if (chunks.length === 1) return chunks[0]!
  let sizeBytes = 0
  for (const chunk of chunks) sizeBytes += chunk.length
  const whole = new Uint8Array(sizeBytes)
  let offset = 0
  for (const chunk of chunks) {
    whole.set(chunk, offset)
    offset += chunk.length
  }
  return whole
}
