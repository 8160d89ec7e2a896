import { assert, type KernelThread } from '../../../sim/index.ts'
import { rawTermios } from '../../libsystem/tty/Termios.ts'
import type { Tty } from '../../libsystem/tty/Tty.ts'
import type { Shell } from '../Shell.ts'
import { complete, inColumns } from './completion.ts'
import { EditBuffer } from './EditBuffer.ts'
import { KeyReader, type EditAction } from './keys.ts'
import { LineView } from './LineView.ts'

const BELL = '\x07'
/** Rows of the screen that a list of choices leaves free. */
const FREE_ROWS = 3

/** A finished line; `interrupted` for ^C, `end` for ^D on an empty line or the end of the terminal. */
export type EditedLine = { readonly line: string } | 'interrupted' | 'end'

interface Search {
  query: string
  /** Index in the history of the line that is shown; its length when none is. */
  index: number
  readonly saved: string
}

/** Reads one line from a terminal with editing, history and completion. */
export class LineEditor {
  private readonly buffer = new EditBuffer()
  private readonly keys: KeyReader
  private readonly view: LineView
  private readonly tty: Tty
  private readonly edited: Map<number, string> = new Map()
  private historyIndex: number
  private search: Search | null = null
  private footer = ''

  constructor(private readonly shell: Shell, private readonly prompt: string) {
    const { tty } = shell.process
    assert(tty !== null, 'a line editor needs a terminal')
    this.tty = tty
    this.keys = new KeyReader(shell.process)
    this.view = new LineView(() => this.tty.columns)
    this.historyIndex = shell.history.entries.length
  }

  /** Edits a line. The terminal is in raw mode meanwhile. */
  *read(): KernelThread<EditedLine> {
    const settings = this.tty.termios
    this.tty.setTermios(rawTermios())
    try {
      yield* this.show()
      for (;;) {
        const key = yield* this.keys.next()
        if (key === null) return 'end'
        if (key === 'resized') yield* this.show()
        else if ('text' in key) yield* this.insert(key.text)
        else {
          const done = yield* this.act(key.action)
          if (done !== null) return done
        }
      }
    } finally {
      this.tty.setTermios(settings)
    }
  }

  private *put(text: string): KernelThread {
    yield* this.shell.process.stderr.write(text)
  }

  private *show(): KernelThread {
    yield* this.put(this.view.draw(this.prompt, this.buffer.characters, this.buffer.cursor, this.footer))
  }

  private *insert(text: string): KernelThread {
    if (this.search !== null) {
      this.search.query += text
      this.findBackwards(this.search.index)
    } else {
      this.footer = ''
      this.buffer.insert(text)
    }
    yield* this.show()
  }

  private *act(action: EditAction): KernelThread<EditedLine | null> {
    if (this.search !== null && this.searchAction(action)) {
      yield* this.show()
      return null
    }
    this.footer = ''
    switch (action) {
      case 'accept': return yield* this.accept()
      case 'interrupt':
        yield* this.put(this.view.finish(this.prompt, [...this.buffer.characters, '\x03']))
        return 'interrupted'
      case 'deleteOrEnd':
        if (this.buffer.characters.length === 0) {
          yield* this.put('\r\n')
          return 'end'
        }
        this.buffer.delete()
        break
      case 'complete':
        yield* this.complete()
        return null
      case 'clear':
        yield* this.put('\x1b[H\x1b[2J')
        this.view.reset()
        break
      case 'search':
        this.search = { query: '', index: this.shell.history.entries.length, saved: this.buffer.text }
        this.showSearch()
        break
      default: this.edit(action)
    }
    yield* this.show()
    return null
  }

  private *accept(): KernelThread<EditedLine> {
    yield* this.put(this.view.finish(this.prompt, this.buffer.characters))
    return { line: this.buffer.text }
  }

  private edit(action: EditAction): void {
    const { buffer } = this
    switch (action) {
      case 'backspace': return buffer.backspace()
      case 'delete': return buffer.delete()
      case 'left': return buffer.move(-1)
      case 'right': return buffer.move(1)
      case 'wordLeft': return buffer.moveTo(buffer.wordLeft())
      case 'wordRight': return buffer.moveTo(buffer.wordRight())
      case 'home': return buffer.moveTo(0)
      case 'end': return buffer.moveTo(buffer.characters.length)
      case 'killToEnd': return buffer.kill(buffer.cursor, buffer.characters.length)
      case 'killLine': return buffer.kill(0, buffer.characters.length)
      case 'killWordBack': return buffer.kill(buffer.wordLeft(), buffer.cursor)
      case 'killWordForward': return this.killForward()
      case 'yank': return buffer.yank()
      case 'transpose': return buffer.transpose()
      case 'up': return this.browse(-1)
      case 'down': return this.browse(1)
      default:
    }
  }

  private killForward(): void {
    const { cursor } = this.buffer
    this.buffer.kill(cursor, this.buffer.wordRight())
    this.buffer.moveTo(cursor)
  }

  private browse(by: number): void {
    const { entries } = this.shell.history
    const next = this.historyIndex + by
    if (next < 0 || next > entries.length) return
    this.edited.set(this.historyIndex, this.buffer.text)
    this.historyIndex = next
    this.buffer.setText(this.edited.get(next) ?? entries[next] ?? '')
  }

  /** Takes a key during a search; false when the search ends and the key does its own work. */
  private searchAction(action: EditAction): boolean {
    const search = this.search!
    if (action === 'search') this.findBackwards(search.index - 1)
    else if (action === 'backspace') {
      search.query = search.query.slice(0, -1)
      this.findBackwards(this.shell.history.entries.length)
    } else {
      this.search = null
      this.footer = ''
      if (action !== 'cancel') return false
      this.buffer.setText(search.saved)
    }
    return true
  }

  private findBackwards(from: number): void {
    const search = this.search!
    const { entries } = this.shell.history
    for (let i = Math.min(from, entries.length - 1); i >= 0; i--) {
      const at = entries[i]!.indexOf(search.query)
      if (at < 0 || search.query === '') continue
      search.index = i
      this.buffer.setText(entries[i]!)
      this.buffer.moveTo([...entries[i]!.slice(0, at)].length)
      this.showSearch()
      return
    }
    this.showSearch(search.query !== '')
  }

  private showSearch(failed = false): void {
    this.footer = `${failed ? 'failing ' : ''}bck-i-search: ${this.search!.query}_`
  }

  private *complete(): KernelThread {
    const completion = complete(this.shell, this.buffer.textBeforeCursor)
    if (completion === null) {
      yield* this.put(BELL)
      return
    }
    const { typed, insertion, choices } = completion
    const changes = insertion !== typed
    if (changes) this.buffer.replaceBefore(typed.length, insertion)
    else if (choices.length > 1) yield* this.list(choices)
    yield* this.show()
  }

  /** Shows choices below the line; when they do not fit there, above a new line. */
  private *list(choices: readonly string[]): KernelThread {
    const lines = inColumns(choices, this.tty.columns)
    if (lines.length <= this.tty.rows - FREE_ROWS) {
      this.footer = lines.join('\n')
      return
    }
    yield* this.put(this.view.finish(this.prompt, this.buffer.characters) + lines.join('\r\n') + '\r\n')
  }
}
