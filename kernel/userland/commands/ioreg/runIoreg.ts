import type { KernelThread } from '../../../sim/index.ts'
import type { Process } from '../../libsystem/Process.ts'
import { archiveOf } from './archive.ts'
import { EntryPrinter } from './EntryPrinter.ts'
import { EntryTest } from './EntryTest.ts'
import { LineWriter } from './LineWriter.ts'
import { readOptions, USAGE, type IoregOptions } from './options.ts'
import type { RegistryReader } from './RegistryReader.ts'
import { TreeWalk } from './TreeWalk.ts'
import { writeArchive } from './writeArchive.ts'

/** Output leaves in pieces of about this size. */
const PIECE_BYTES = 65_536

/** Makes the reader of a registry for the plane and options asked for; `complain` takes run-time errors. */
export type ReaderMaker = (
  options: IoregOptions,
  complain: (message: string) => void,
) => KernelThread<RegistryReader>

/** The program: options, walk, exit status. */
export function* runIoreg(process: Process, makeReader: ReaderMaker): KernelThread<number> {
  const line = readOptions(process.argv)
  if ('complaint' in line) {
    yield* process.stderr.write(`${line.complaint}\n${USAGE}`)
    return 1
  }
  const errors: string[] = []
  const reader = yield* makeReader(line.options, (message) => errors.push(`ioreg: error: ${message}.\n`))
  const output = new Output(process, line.options, errors)
  if (line.options.archive) yield* output.printArchive(reader)
  else yield* output.printTree(reader)
  yield* output.flush(0)
  return 0
}

class Output {
  private readonly writer: LineWriter
  private readonly width: number

  constructor(
    private readonly process: Process,
    private readonly options: IoregOptions,
    private readonly errors: string[],
  ) {
    this.width = options.width ?? process.columns
    this.writer = new LineWriter(this.width)
  }

  *printTree(reader: RegistryReader): KernelThread {
    const { options, writer, width } = this
    const [boldOn, boldOff] = this.bold()
    const style = yield* reader.style()
    const printer = new EntryPrinter({ reader, writer, options, style, width, boldOn, boldOff })
    yield* new TreeWalk({
      reader,
      printer,
      options,
      test: new EntryTest(reader, options),
      flush: () => this.flush(PIECE_BYTES),
      endSubtree: () => writer.endLine(),
    }).run()
  }

  *printArchive(reader: RegistryReader): KernelThread {
    const archive = yield* archiveOf(reader, this.options)
    if (archive !== null) yield* this.process.stdout.write(writeArchive(archive))
  }

  *flush(limit: number): KernelThread {
    while (this.errors.length > 0) yield* this.process.stderr.write(this.errors.shift() ?? '')
    if (this.writer.pending > limit) yield* this.process.stdout.write(this.writer.take())
  }

  /** What termcap has for `md` and `me`. */
  private bold(): readonly [string, string] {
    const terminal = this.process.env.get('TERM') ?? ''
    return this.options.bold && BOLD_TERMINAL.test(terminal) ? ['\x1b[1m', '\x1b[m'] : ['', '']
  }
}

const BOLD_TERMINAL = /^(xterm|vt100|vt102|vt220|ansi|screen|tmux|linux|nsterm|rxvt)/
