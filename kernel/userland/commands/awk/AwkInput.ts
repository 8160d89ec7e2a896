import type { KernelThread } from '../../../sim/index.ts'
import { openInput } from '../../libsystem/open.ts'
import type { Process } from '../../libsystem/Process.ts'
import type { InputStream } from '../../libsystem/streams.ts'

/** Reads records from a stream: lines, text up to another character, or paragraphs. */
export class RecordReader {
  private rest = ''
  private ended = false

  constructor(readonly stream: InputStream) {}

  *read(separator: string): KernelThread<string | null> {
    if (separator === '\n' && this.rest === '') return yield* this.stream.readLine()
    if (separator === '') return yield* this.paragraph()
    for (;;) {
      const at = this.rest.indexOf(separator[0]!)
      if (at >= 0) {
        const record = this.rest.slice(0, at)
        this.rest = this.rest.slice(at + 1)
        return record
      }
      const line = this.ended ? null : yield* this.stream.readLine()
      if (line !== null) {
        this.rest += line + '\n'
        continue
      }
      this.ended = true
      const record = this.rest.replace(/\n$/, '')
      this.rest = ''
      return record === '' ? null : record
    }
  }

  private *paragraph(): KernelThread<string | null> {
    const lines: string[] = []
    for (;;) {
      const line = yield* this.stream.readLine()
      if (line === null) return lines.length === 0 ? null : lines.join('\n')
      if (line !== '') lines.push(line)
      else if (lines.length > 0) return lines.join('\n')
    }
  }
}

/** What the operands of awk say: files and assignments, in their order. */
export class AwkInput {
  private reader: RecordReader | null = null
  private next = 1
  private readAny = false

  constructor(
    private readonly process: Process,
    private readonly hooks: {
      readonly operand: (index: number) => string | null
      readonly assign: (name: string, value: string) => void
      readonly startFile: (path: string) => void
      readonly complain: (path: string, errno: number) => never
    },
  ) {}

  /** The next record of all inputs, or null. */
  *read(separator: string): KernelThread<string | null> {
    for (;;) {
      this.reader ??= this.open()
      if (this.reader === null) return null
      const record = yield* this.reader.read(separator)
      if (record !== null) return record
      const { stream } = this.reader
      if (stream.error !== 0) this.hooks.complain('stdin', stream.error)
      if (stream !== this.process.stdin) stream.close()
      this.reader = null
    }
  }

  private open(): RecordReader | null {
    for (;;) {
      const operand = this.hooks.operand(this.next++)
      if (operand === null) {
        if (this.readAny) return null
        this.readAny = true
        return new RecordReader(this.process.stdin)
      }
      const assignment = /^([A-Za-z_][A-Za-z0-9_]*)=(.*)$/s.exec(operand)
      if (assignment !== null) {
        this.hooks.assign(assignment[1]!, assignment[2]!)
        continue
      }
      if (operand === '') continue
      this.readAny = true
      this.hooks.startFile(operand)
      if (operand === '-') return new RecordReader(this.process.stdin)
      const stream = openInput(this.process, operand)
      if (typeof stream === 'number') this.hooks.complain(operand, stream)
      return new RecordReader(stream)
    }
  }
}
