/** A set of UTF-16 units: a table for ASCII, ranges for the rest. */
export class CharacterSet {
  private readonly ascii = new Uint8Array(128)
  private readonly ranges: [number, number][] = []
  private negated = false

  /** The set of one unit. */
  static of(code: number): CharacterSet {
    return new CharacterSet().addRange(code, code)
  }

  addRange(first: number, last: number): this {
    for (let code = first; code <= Math.min(last, 127); code++) this.ascii[code] = 1
    if (last > 127) this.ranges.push([Math.max(first, 128), last])
    return this
  }

  addCharacter(character: string): this {
    const code = character.charCodeAt(0)
    return this.addRange(code, code)
  }

  /** Adds all units of ASCII that fit. */
  addWhere(test: (character: string) => boolean): this {
    for (let code = 0; code < 128; code++) if (test(String.fromCharCode(code))) this.ascii[code] = 1
    return this
  }

  /** Adds the other case of every member. Ranges beyond ASCII are followed for their first 2,000 members. */
  foldCase(): this {
    for (let code = 0; code < 128; code++) {
      if (this.ascii[code] === 0) continue
      const letter = String.fromCharCode(code)
      this.addCharacter(letter.toLowerCase())
      this.addCharacter(letter.toUpperCase())
    }
    for (const [first, last] of [...this.ranges]) {
      for (let code = first; code <= Math.min(last, first + 2000); code++) this.addOtherCase(code)
    }
    return this
  }

  private addOtherCase(code: number): void {
    const letter = String.fromCharCode(code)
    for (const other of [letter.toLowerCase(), letter.toUpperCase()]) {
      if (other.length === 1 && other !== letter) this.addCharacter(other)
    }
  }

  negate(): this {
    this.negated = !this.negated
    return this
  }

  get isNegated(): boolean {
    return this.negated
  }

  has(code: number): boolean {
    if (code < 128) return (this.ascii[code] === 1) !== this.negated
    return this.ranges.some(([first, last]) => code >= first && code <= last) !== this.negated
  }
}

const CLASSES = new Map<string, RegExp>([
  ['alpha', /[A-Za-z]/], ['digit', /[0-9]/], ['alnum', /[A-Za-z0-9]/], ['upper', /[A-Z]/], ['lower', /[a-z]/],
  ['space', /[ \t\n\r\f\v]/], ['blank', /[ \t]/], ['punct', /[!-/:-@[-`{-~]/], ['xdigit', /[0-9A-Fa-f]/],
  ['cntrl', /[\0-\x1f\x7f]/], ['print', /[ -~]/], ['graph', /[!-~]/],
])

/** First and last unit of the letters beyond ASCII, coarsely: what `[[:alpha:]]` takes in a UTF-8 locale. */
const OTHER_LETTERS: readonly (readonly [number, number])[] = [[0xc0, 0xd6], [0xd8, 0xf6], [0xf8, 0x1fff], [0x2c00, 0xd7ff]]

/** Adds `[:name:]` to a set; false for an unknown name. */
export function addClass(set: CharacterSet, name: string): boolean {
  const test = CLASSES.get(name)
  if (test === undefined) return false
  set.addWhere((character) => test.test(character))
  if (name === 'alpha' || name === 'alnum' || name === 'print' || name === 'graph') {
    for (const [first, last] of OTHER_LETTERS) set.addRange(first, last)
  }
  return true
}

/** Letters, digits and `_`. */
export function isWordCode(code: number): boolean {
  return (code >= 48 && code <= 57) || (code >= 65 && code <= 90) || code === 95 || (code >= 97 && code <= 122)
    || (code >= 0xc0 && code < 0xd800)
}
