import type { KernelThread } from '../../../sim/index.ts'
import { defineCommand } from '../../libsystem/defineCommand.ts'
import { EISDIR, strerror } from '../../libsystem/errno.ts'
import { openInput } from '../../libsystem/open.ts'
import type { Process } from '../../libsystem/Process.ts'
import type { InputStream } from '../../libsystem/streams.ts'
import { vfs } from '../../libsystem/userlandState.ts'
import { joinPath } from '../../libsystem/vfs/paths.ts'
import { programName } from '../support/inputs.ts'
import { grepMan } from './grep.man.ts'
import { LineMatcher } from './LineMatcher.ts'
import { readOptions, type GrepOptions } from './options.ts'
import { LinePrinter } from './LinePrinter.ts'

function* main(process: Process): KernelThread<number> {
  const options = yield* readOptions(process, programName(process))
  if (typeof options === 'string') {
    yield* process.stderr.write(options + '\n')
    return 2
  }
  const matcher = LineMatcher.compile(options)
  if (typeof matcher === 'string') {
    yield* process.stderr.write(`grep: ${matcher}\n`)
    return 2
  }
  return yield* new Grep(process, options, matcher).run()
}

/** One run of grep over its inputs. */
class Grep {
  private matched = false
  private failed = false

  constructor(
    private readonly process: Process,
    private readonly options: GrepOptions,
    private readonly matcher: LineMatcher,
  ) {
    const several = options.paths.length > 1 || options.recursive
    options.fileNames ??= several
  }

  *run(): KernelThread<number> {
    const { options } = this
    const paths = options.paths.length > 0 ? options.paths : options.recursive ? ['.'] : ['-']
    for (const path of paths) {
      if (options.recursive) yield* this.tree(path)
      else yield* this.path(path)
      if (options.output === 'quiet' && this.matched) return 0
    }
    return this.failed && !(this.matched && options.output === 'quiet') ? 2 : this.matched ? 0 : 1
  }

  private *tree(path: string): KernelThread {
    const names = vfs().list(this.process, path)
    if (typeof names === 'number') {
      yield* this.path(path)
      return
    }
    for (const name of names) {
      const inner = joinPath(path, name)
      const inode = vfs().lookup(this.process, inner, false)
      if (typeof inode !== 'number' && (inode.kind === 'directory' || inode.kind === 'file')) yield* this.tree(inner)
    }
  }

  private *path(path: string): KernelThread {
    const stream = path === '-' ? this.process.stdin : openInput(this.process, path)
    if (typeof stream === 'number') {
      yield* this.complain(path, stream)
      return
    }
    const name = path === '-' ? '(standard input)' : path
    yield* this.input(stream, name)
    if (stream.error !== 0) yield* this.complain(path, stream.error)
    if (stream !== this.process.stdin) stream.close()
  }

  private *complain(path: string, errno: number): KernelThread {
    this.failed = true
    if (this.options.noMessages) return
    yield* this.process.stdout.flush()
    yield* this.process.stderr.write(`grep: ${path}: ${errno === EISDIR ? 'Is a directory' : strerror(errno)}\n`)
  }

  private *input(stream: InputStream, name: string): KernelThread {
    const { options, matcher } = this
    const printer = new LinePrinter(this.process, options, matcher, name)
    let count = 0
    let number = 0
    for (let lines = yield* stream.readLines(); lines !== null; lines = yield* stream.readLines()) {
      for (const line of lines) {
        number++
        if (count >= options.maxCount || !matcher.selects(line)) {
          yield* printer.other(line, number)
          continue
        }
        count++
        this.matched ||= options.output !== 'otherNames'
        if (options.output === 'quiet') return
        if (options.output === 'names') break
        yield* printer.selected(line, number)
      }
      if (options.lineBuffered) yield* this.process.stdout.flush()
      if (count > 0 && (options.output === 'names' || options.output === 'otherNames')) break
      if (count >= options.maxCount && options.after === 0) break
    }
    yield* this.summary(name, count)
  }

  private *summary(name: string, count: number): KernelThread {
    const { output, fileNames } = this.options
    if (output === 'count') yield* this.process.stdout.write(`${fileNames === true ? name + ':' : ''}${count}\n`)
    if (output === 'names' && count > 0) yield* this.process.stdout.write(name + '\n')
    if (output === 'otherNames' && count === 0) {
      this.matched = true
      yield* this.process.stdout.write(name + '\n')
    }
  }
}

export const grep = defineCommand({
  name: 'grep',
  path: '/usr/bin/grep',
  alsoAt: ['/usr/bin/egrep', '/usr/bin/fgrep'],
  summary: 'print lines that match a pattern',
  man: grepMan,
  main,
})
