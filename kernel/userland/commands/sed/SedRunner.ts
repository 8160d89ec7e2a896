import type { KernelThread } from '../../../sim/index.ts'
import { strerror } from '../../libsystem/errno.ts'
import { openPath } from '../../libsystem/open.ts'
import type { Process } from '../../libsystem/Process.ts'
import { allMatches, groupText, type Regex, type RegexMatch } from '../../libsystem/regex/index.ts'
import { decodeText, encodeText } from '../../libsystem/text.ts'
import { vfs } from '../../libsystem/userlandState.ts'
import { flatten, type FlatAction, type FlatCommand } from './flatten.ts'
import { SedError, type Address, type SedCommand, type SedLetter, type Substitution } from './program.ts'
import type { SedInput } from './SedInput.ts'
import { visible } from './visible.ts'

/** What happens after a command. */
type Flow = 'next' | 'endCycle' | 'restart' | 'end' | 'quit' | { readonly branch: string }

const CHECKPOINT_CYCLES = 256
/** Characters a space may hold. */
const MAX_SPACE_LENGTH = 1 << 26
const FOLD_COLUMNS = 60

export interface SedOptions {
  /** -n */
  readonly quiet: boolean
  /** -a: files of `w` are made when the first line goes there. */
  readonly lateFiles: boolean
  /** -i and -I: `q` ends only the file at hand. */
  readonly inPlace: boolean
  /** -l and -u: output is not held back. */
  readonly prompt: boolean
}

/** Runs a sed script over its input. Throws `SedError`. */
export class SedRunner {
  private pattern = ''
  private hold = ''
  /** Whether the pattern space is written with a newline. */
  private newline = true
  private substituted = false
  private quitting = false
  private lastRegex: Regex | null = null
  private appended: string[] = []
  private jumps = 0
  private readonly program: readonly FlatCommand[]
  /** Line in which an open range of each command started. */
  private readonly openRanges = new Map<FlatCommand, number>()
  /** The range of the command at hand ended in this line. */
  private atRangeEnd = false
  private readonly files = new Map<string, number>()

  constructor(
    private readonly process: Process,
    commands: readonly SedCommand[],
    private readonly options: SedOptions,
    private readonly input: SedInput,
  ) {
    this.program = flatten(commands)
    input.onFile = () => {
      this.hold = ''
      this.openRanges.clear()
    }
  }

  /** The exit status. */
  *run(): KernelThread<number> {
    if (!this.options.lateFiles) for (const { action } of this.program) this.openOutput(action)
    for (let cycle = 1; ; cycle++) {
      const line = yield* this.input.read()
      if (line === null) break
      this.pattern = line.text
      this.newline = line.newline
      if (cycle % CHECKPOINT_CYCLES === 0) yield* this.process.checkpoint()
      if (yield* this.cycles()) break
    }
    yield* this.input.finish()
    return this.input.status
  }

  /** One cycle, and those that `D` starts anew; true when the script is to end. */
  private *cycles(): KernelThread<boolean> {
    for (;;) {
      const flow = yield* this.execute()
      if (flow === 'restart') {
        yield* this.process.checkpoint()
        continue
      }
      if (flow !== 'endCycle' && flow !== 'end' && !this.options.quiet) yield* this.printPattern()
      yield* this.flushAppended()
      if (this.options.prompt) yield* this.process.stdout.flush()
      return flow === 'quit' || flow === 'end' || this.quitting
    }
  }

  private *execute(): KernelThread<Flow> {
    let at = 0
    while (at < this.program.length) {
      const command = this.program[at]!
      const applies = (yield* this.applies(command)) !== command.negated
      if (command.action.kind === 'open') {
        at = applies ? at + 1 : command.action.end
        continue
      }
      at++
      if (!applies) continue
      const flow = yield* this.perform(command, command.action)
      if (flow === 'next') continue
      if (typeof flow === 'string') return flow
      at = this.target(flow.branch)
      if (++this.jumps % CHECKPOINT_CYCLES === 0) yield* this.process.checkpoint()
    }
    return 'next'
  }

  private target(label: string): number {
    if (label === '') return this.program.length
    return this.program.findIndex(({ action }) => action.kind === 'label' && action.label === label)
  }

  private *applies(command: FlatCommand): KernelThread<boolean> {
    const { first, second } = command
    this.atRangeEnd = false
    if (first === null) return true
    if (second === null) return yield* this.fits(first)
    const start = this.openRanges.get(command)
    if (start !== undefined) return yield* this.inRange(command, second, start)
    if (!(yield* this.fits(first))) return false
    const { number } = this.input
    const isOneLine = (second.kind === 'line' && number >= second.number)
      || (second.kind === 'offset' && second.count === 0)
    if (isOneLine) this.atRangeEnd = true
    else this.openRanges.set(command, number)
    return true
  }

  private *inRange(command: FlatCommand, second: Address, start: number): KernelThread<boolean> {
    const { number } = this.input
    if (second.kind === 'offset') {
      if (number - start <= second.count) return true
      this.openRanges.delete(command)
      return false
    }
    if (yield* this.fits(second)) {
      this.openRanges.delete(command)
      this.atRangeEnd = true
      return true
    }
    if (second.kind !== 'line' || number <= second.number) return true
    this.openRanges.delete(command)
    return false
  }

  private *fits(address: Address): KernelThread<boolean> {
    switch (address.kind) {
      case 'line': return this.input.number === address.number
      case 'last': return yield* this.input.isLast()
      case 'offset': return false
      case 'match': return this.regexOf(address.regex).test(this.pattern)
    }
  }

  private regexOf(regex: Regex | null): Regex {
    if (regex !== null) this.lastRegex = regex
    if (this.lastRegex === null) throw new SedError('first RE may not be empty')
    return this.lastRegex
  }

  private *perform(command: FlatCommand, action: FlatAction): KernelThread<Flow> {
    switch (action.kind) {
      case 'substitute':
        yield* this.substitute(action)
        break
      case 'translate':
        this.pattern = Array.from(this.pattern, (character) =>
          action.table.get(character) ?? character).join('')
        break
      case 'append':
        this.appended.push(action.text)
        break
      case 'insert':
        yield* this.process.stdout.write(action.text)
        break
      case 'change': return yield* this.change(command, action.text)
      case 'branch': return { branch: action.label }
      case 'test':
        if (!this.substituted) break
        this.substituted = false
        return { branch: action.label }
      case 'readFile': {
        const bytes = vfs().readFile(this.process, action.path)
        if (typeof bytes !== 'number') this.appended.push(decodeText(bytes))
        break
      }
      case 'writeFile':
        yield* this.writeTo(action.path)
        break
      case 'label': break
      case 'letter': return yield* this.letter(action.letter)
    }
    return 'next'
  }

  /** The text stands for a whole range, where its last line was. */
  private *change(command: FlatCommand, text: string): KernelThread<Flow> {
    if (command.second === null || this.atRangeEnd || (yield* this.input.isLast())) {
      yield* this.process.stdout.write(text)
    }
    return 'endCycle'
  }

  private *letter(letter: SedLetter): KernelThread<Flow> {
    switch (letter) {
      case 'd': return 'endCycle'
      case 'D': return this.deleteFirstLine()
      case 'g':
        this.pattern = this.hold
        break
      case 'G':
        this.pattern = bounded(`${this.pattern}\n${this.hold}`)
        break
      case 'h':
        this.hold = this.pattern
        break
      case 'H':
        this.hold = bounded(`${this.hold}\n${this.pattern}`)
        break
      case 'x':
        [this.pattern, this.hold] = [this.hold, this.pattern]
        break
      case 'p':
        yield* this.printPattern()
        break
      case 'P': {
        const [line] = this.pattern.split('\n', 1)
        if (line === this.pattern) yield* this.printPattern()
        else yield* this.process.stdout.write(line + '\n')
        break
      }
      case '=':
        yield* this.process.stdout.write(`${this.input.number}\n`)
        break
      case 'l':
        yield* this.process.stdout.write(visible(this.pattern, this.foldColumns()))
        break
      case 'q':
        if (!this.options.inPlace) return 'quit'
        this.quitting = true
        break
      default: return yield* this.nextLine(letter === 'N')
    }
    return 'next'
  }

  private deleteFirstLine(): Flow {
    const newline = this.pattern.indexOf('\n')
    if (newline < 0) return 'endCycle'
    this.pattern = this.pattern.slice(newline + 1)
    return 'restart'
  }

  /** Commands `n` and `N`; without a next line the script ends, and `N` then prints nothing. */
  private *nextLine(append: boolean): KernelThread<Flow> {
    if (!append && !this.options.quiet) yield* this.printPattern()
    yield* this.flushAppended()
    const line = yield* this.input.read()
    if (line === null) return 'end'
    this.pattern = append ? bounded(`${this.pattern}\n${line.text}`) : line.text
    this.newline = line.newline
    return 'next'
  }

  private *substitute(action: Substitution): KernelThread {
    const regex = this.regexOf(action.regex)
    const unknown = action.replacement.find((part) => part.kind === 'group' && part.index > regex.groups)
    if (unknown?.kind === 'group') {
      throw new SedError(`${action.place}: \\${unknown.index} not defined in the RE`)
    }
    let result = ''
    let at = 0
    let count = 0
    let replaced = false
    for (const match of allMatches(regex, this.pattern)) {
      if (++count < action.occurrence) continue
      result = bounded(result + this.pattern.slice(at, match.start) + this.replacementFor(action, match))
      at = match.end
      replaced = true
      if (action.occurrence > 0) break
    }
    if (!replaced) return
    this.pattern = bounded(result + this.pattern.slice(at))
    this.substituted = true
    if (action.print) yield* this.printPattern()
    if (action.file !== null) yield* this.writeTo(action.file)
  }

  private replacementFor({ replacement }: Substitution, match: RegexMatch): string {
    let text = ''
    for (const part of replacement) {
      text = bounded(text + (part.kind === 'text' ? part.text : groupText(this.pattern, match, part.index)))
    }
    return text
  }

  private *printPattern(): KernelThread {
    yield* this.process.stdout.write(this.newline ? this.pattern + '\n' : this.pattern)
  }

  private *flushAppended(): KernelThread {
    for (const text of this.appended) yield* this.process.stdout.write(text)
    this.appended = []
    this.substituted = false
  }

  private foldColumns(): number {
    const wanted = Number(this.process.env.get('COLUMNS') ?? '') || this.process.columns || FOLD_COLUMNS
    return this.options.inPlace ? FOLD_COLUMNS : Math.max(1, Math.trunc(wanted))
  }

  private openOutput(action: FlatCommand['action']): void {
    if (action.kind === 'writeFile') this.fileFor(action.path)
    if (action.kind === 'substitute' && action.file !== null) this.fileFor(action.file)
  }

  private fileFor(path: string): number {
    const known = this.files.get(path)
    if (known !== undefined) return known
    const file = openPath(this.process, path, { write: true, create: true, truncate: true })
    if (typeof file === 'number') throw new SedError(`${path}: ${strerror(file)}`)
    const fd = this.process.addFile(file)
    this.files.set(path, fd)
    return fd
  }

  private *writeTo(path: string): KernelThread {
    const fd = this.fileFor(path)
    if (path.startsWith('/dev/')) yield* this.process.stdout.flush()
    const errno = yield* this.process.write(fd, encodeText(this.pattern + '\n'))
    if (errno !== 0) throw new SedError(`${path}: ${strerror(errno)}`)
  }
}

/** Guards a space against growing without end. */
function bounded(text: string): string {
  if (text.length > MAX_SPACE_LENGTH) throw new SedError('realloc: Cannot allocate memory')
  return text
}
