/** A shell pattern as a list of steps. A backslash makes the next character literal. */
type Step =
  | { readonly kind: 'any' }
  | { readonly kind: 'one' }
  | { readonly kind: 'character'; readonly character: string }
  | { readonly kind: 'set'; readonly negated: boolean; readonly matches: (character: string) => boolean }

const CLASSES = new Map<string, RegExp>([
  ['alpha', /[A-Za-z]/], ['digit', /[0-9]/], ['alnum', /[A-Za-z0-9]/], ['upper', /[A-Z]/], ['lower', /[a-z]/],
  ['space', /\s/], ['blank', /[ \t]/], ['punct', /[!-/:-@[-`{-~]/], ['xdigit', /[0-9A-Fa-f]/],
  ['cntrl', /[\0-\x1f\x7f]/], ['print', /[ -~]/], ['graph', /[!-~]/],
])

/** A compiled shell pattern. */
export class Pattern {
  private readonly steps: readonly Step[]

  constructor(text: string) {
    this.steps = compile([...text])
  }

  /** Whether the whole text fits. Time grows with text times pattern at worst. */
  matches(text: string): boolean {
    return this.matchesCharacters([...text])
  }

  /** As `matches`, on characters that were split before. */
  matchesCharacters(characters: readonly string[], start = 0, end = characters.length): boolean {
    const { steps } = this
    let step = 0
    let at = start
    let retryStep = -1
    let retryAt = 0
    while (at < end) {
      const current = steps[step]
      if (current?.kind === 'any') {
        retryStep = ++step
        retryAt = at
      } else if (current !== undefined && fits(current, characters[at]!)) {
        step++
        at++
      } else if (retryStep >= 0) {
        step = retryStep
        at = ++retryAt
      } else return false
    }
    while (steps[step]?.kind === 'any') step++
    return step === steps.length
  }
}

function fits(step: Step, character: string): boolean {
  if (step.kind === 'character') return step.character === character
  if (step.kind === 'set') return step.matches(character) !== step.negated
  return true
}

function compile(characters: readonly string[]): Step[] {
  const steps: Step[] = []
  for (let i = 0; i < characters.length; i++) {
    const character = characters[i]!
    if (character === '*') {
      if (steps.at(-1)?.kind !== 'any') steps.push({ kind: 'any' })
    } else if (character === '?') steps.push({ kind: 'one' })
    else if (character === '\\' && i + 1 < characters.length) steps.push({ kind: 'character', character: characters[++i]! })
    else if (character === '[') {
      const set = compileSet(characters, i)
      if (set === null) steps.push({ kind: 'character', character })
      else {
        steps.push(set.step)
        i = set.end
      }
    } else steps.push({ kind: 'character', character })
  }
  return steps
}

function compileSet(characters: readonly string[], open: number): { step: Step; end: number } | null {
  let at = open + 1
  const negated = characters[at] === '!' || characters[at] === '^'
  if (negated) at++
  const tests: ((character: string) => boolean)[] = []
  for (let first = true; ; first = false) {
    const character = characters[at]
    if (character === undefined) return null
    if (character === ']' && !first) break
    const named = character === '[' && characters[at + 1] === ':' ? namedClass(characters, at) : null
    if (named !== null) {
      tests.push((tested) => named.test.test(tested))
      at = named.end
      continue
    }
    const low = character === '\\' ? (characters[++at] ?? '\\') : character
    at++
    if (characters[at] === '-' && characters[at + 1] !== undefined && characters[at + 1] !== ']') {
      const escaped = characters[at + 1] === '\\'
      const high = escaped ? (characters[at + 2] ?? '\\') : characters[at + 1]!
      at += escaped ? 3 : 2
      tests.push((tested) => tested >= low && tested <= high)
    } else tests.push((tested) => tested === low)
  }
  const matches = (character: string): boolean => tests.some((test) => test(character))
  return { step: { kind: 'set', negated, matches }, end: at }
}

function namedClass(characters: readonly string[], open: number): { test: RegExp; end: number } | null {
  const text = characters.slice(open, open + 12).join('')
  const match = /^\[:([a-z]+):\]/.exec(text)
  const test = CLASSES.get(match?.[1] ?? '')
  return match === null || test === undefined ? null : { test, end: open + match[0].length }
}

/** Puts a backslash before everything that is special in a pattern. */
export function escapePattern(text: string): string {
  return text.replace(/[\\*?[\]!^-]/g, '\\$&')
}

/** Takes the backslashes of a pattern away again. */
export function unescapePattern(pattern: string): string {
  return pattern.replace(/\\(.)/gs, '$1')
}

/** Whether a pattern holds an unescaped `*`, `?` or `[`. */
export function hasWildcard(pattern: string): boolean {
  return /^(?:[^\\*?[]|\\.)*[*?[]/s.test(pattern)
}
