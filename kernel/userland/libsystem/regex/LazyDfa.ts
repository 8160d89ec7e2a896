import { holds, NO_CODE } from './assertions.ts'
import { isWordCode } from './CharacterSet.ts'
import type { Instruction } from './compile.ts'

/** More states than this and the table is begun anew: memory stays bounded. */
const MAX_STATES = 2000
const LETTER = 97
const BLANK = 32

/** What stood before the position, as far as assertions care. */
type Before = 'start' | 'word' | 'other'

interface State {
  /** Machine positions from which the next unit is taken, before following empty moves. */
  readonly positions: readonly number[]
  readonly before: Before
  readonly ascii: (Transition | null)[]
  readonly others: Map<number, Transition>
}

interface Transition {
  readonly next: State | null
  /** A match ends before the unit of this transition. */
  readonly matched: boolean
}

/** Answers whether a text holds a match anywhere, one table look-up per unit once the table is warm. */
export class LazyDfa {
  private states = new Map<string, State>()

  constructor(private readonly program: readonly Instruction[]) {}

  test(text: string): boolean {
    let state = this.stateOf([0], 'start')
    for (let i = 0; i < text.length; i++) {
      const transition = this.transition(state, text.charCodeAt(i))
      if (transition.matched) return true
      state = transition.next!
    }
    return this.transition(state, NO_CODE).matched
  }

  private transition(state: State, code: number): Transition {
    if (code >= 0 && code < 128) return (state.ascii[code] ??= this.build(state, code))
    let known = state.others.get(code)
    if (known === undefined) {
      known = this.build(state, code)
      state.others.set(code, known)
    }
    return known
  }

  private build(state: State, code: number): Transition {
    const before = state.before === 'start' ? NO_CODE : state.before === 'word' ? LETTER : BLANK
    const reached = this.closure(state.positions, before, code)
    if (reached.matched) return { next: null, matched: true }
    if (code === NO_CODE) return { next: null, matched: false }
    const next = new Set<number>()
    for (const at of reached.takers) {
      const instruction = this.program[at]!
      if (instruction.op === 'set' && instruction.set.has(code)) next.add(at + 1)
    }
    next.add(0)
    const positions = [...next].sort((a, b) => a - b)
    return { next: this.stateOf(positions, isWordCode(code) ? 'word' : 'other'), matched: false }
  }

  private closure(
    positions: readonly number[], before: number, after: number,
  ): { takers: number[]; matched: boolean } {
    const seen = new Set<number>()
    const takers: number[] = []
    const work = [...positions]
    for (let at = work.pop(); at !== undefined; at = work.pop()) {
      if (seen.has(at)) continue
      seen.add(at)
      const instruction = this.program[at]!
      if (instruction.op === 'match') return { takers, matched: true }
      if (instruction.op === 'set') takers.push(at)
      else if (instruction.op === 'jump') work.push(instruction.target)
      else if (instruction.op === 'split') work.push(instruction.first, instruction.second)
      else if (instruction.op === 'save') work.push(at + 1)
      else if (instruction.op === 'assert' && holds(instruction.assertion, before, after)) work.push(at + 1)
    }
    return { takers, matched: false }
  }

  private stateOf(positions: readonly number[], before: Before): State {
    const key = `${before}:${positions.join(',')}`
    const known = this.states.get(key)
    if (known !== undefined) return known
    if (this.states.size >= MAX_STATES) this.states = new Map()
    const made: State = {
      positions, before, ascii: Array.from<Transition | null>({ length: 128 }).fill(null), others: new Map(),
    }
    this.states.set(key, made)
    return made
  }
}
