import { graphemes } from '../../libsystem/tty/width.ts'

/** The line being edited: user-perceived characters and a cursor between them. */
export class EditBuffer {
  characters: string[] = []
  cursor = 0
  private killed = ''

  get text(): string {
    return this.characters.join('')
  }

  get textBeforeCursor(): string {
    return this.characters.slice(0, this.cursor).join('')
  }

  setText(text: string): void {
    this.characters = graphemes(text)
    this.cursor = this.characters.length
  }

  insert(text: string): void {
    const before = this.textBeforeCursor + text
    const after = this.characters.slice(this.cursor).join('')
    this.characters = graphemes(before + after)
    this.cursor = graphemes(before).length
  }

  /** Replaces the `length` UTF-16 units before the cursor. */
  replaceBefore(length: number, text: string): void {
    const before = this.textBeforeCursor
    const after = this.characters.slice(this.cursor).join('')
    const kept = before.slice(0, before.length - length) + text
    this.characters = graphemes(kept + after)
    this.cursor = graphemes(kept).length
  }

  move(by: number): void {
    this.cursor = Math.max(0, Math.min(this.characters.length, this.cursor + by))
  }

  moveTo(position: number): void {
    this.cursor = position
  }

  backspace(): void {
    if (this.cursor > 0) this.characters.splice(--this.cursor, 1)
  }

  delete(): void {
    this.characters.splice(this.cursor, 1)
  }

  wordLeft(): number {
    let at = this.cursor
    while (at > 0 && !isWord(this.characters[at - 1]!)) at--
    while (at > 0 && isWord(this.characters[at - 1]!)) at--
    return at
  }

  wordRight(): number {
    let at = this.cursor
    while (at < this.characters.length && !isWord(this.characters[at]!)) at++
    while (at < this.characters.length && isWord(this.characters[at]!)) at++
    return at
  }

  /** Removes a range and keeps it for `yank`. */
  kill(start: number, end: number): void {
    if (end <= start) return
    this.killed = this.characters.slice(start, end).join('')
    this.characters.splice(start, end - start)
    this.cursor = start
  }

  yank(): void {
    this.insert(this.killed)
  }

  /** Swaps the characters around the cursor. */
  transpose(): void {
    const at = this.cursor === this.characters.length ? this.cursor - 1 : this.cursor
    if (at < 1) return
    const [left, right] = [this.characters[at - 1]!, this.characters[at]!]
    this.characters[at - 1] = right
    this.characters[at] = left
    this.cursor = at + 1
  }
}

function isWord(character: string): boolean {
  return /[\p{L}\p{N}_*?.[\]~=&!#$%^(){}<>/-]/u.test(character) && character !== '/'
}
