import type { AssertionKind, RegexNode } from './ast.ts'
import { CharacterSet } from './CharacterSet.ts'
import { RegexError } from './RegexError.ts'

/** One step of the matching machine. */
export type Instruction =
  | { readonly op: 'set'; readonly set: CharacterSet }
  /** Goes on at both places, the first preferred. */
  | { op: 'split'; first: number; second: number }
  | { op: 'jump'; target: number }
  | { readonly op: 'save'; readonly slot: number }
  | { readonly op: 'assert'; readonly assertion: AssertionKind }
  /** Takes what the group took. Only `BacktrackingMatcher` knows it. */
  | { readonly op: 'backreference'; readonly index: number }
  | { readonly op: 'match' }

const MAX_INSTRUCTIONS = 20_000
const HIGH_SURROGATES = new CharacterSet().addRange(0xd800, 0xdbff)
const LOW_SURROGATES = new CharacterSet().addRange(0xdc00, 0xdfff)

/** Turns a tree into a program for the matching machine. Throws `RegexError` when it would be too long. */
export function compileProgram(node: RegexNode): Instruction[] {
  const compiler = new Compiler()
  compiler.emit(node)
  compiler.add({ op: 'match' })
  return compiler.program
}

class Compiler {
  readonly program: Instruction[] = []

  add(instruction: Instruction): number {
    if (this.program.length >= MAX_INSTRUCTIONS) throw new RegexError('out of memory')
    return this.program.push(instruction) - 1
  }

  emit(node: RegexNode): void {
    switch (node.kind) {
      case 'empty': return
      case 'set':
        this.emitSet(node.set)
        return
      case 'any':
        this.emitSet(new CharacterSet().negate())
        return
      case 'sequence':
        for (const item of node.items) this.emit(item)
        return
      case 'either':
        this.emitEither(node.items)
        return
      case 'repeat':
        this.emitRepeat(node)
        return
      case 'group':
        this.add({ op: 'save', slot: node.index * 2 })
        this.emit(node.item)
        this.add({ op: 'save', slot: node.index * 2 + 1 })
        return
      case 'backreference':
        this.add({ op: 'backreference', index: node.index })
        return
      case 'assertion':
        this.add({ op: 'assert', assertion: node.assertion })
    }
  }

  /** A set that takes everything else also takes characters of two units as one. */
  private emitSet(set: CharacterSet): void {
    if (!set.isNegated) {
      this.add({ op: 'set', set })
      return
    }
    const split: Instruction = { op: 'split', first: 0, second: 0 }
    this.add(split)
    split.first = this.program.length
    this.add({ op: 'set', set: HIGH_SURROGATES })
    this.add({ op: 'set', set: LOW_SURROGATES })
    const jump: Instruction = { op: 'jump', target: 0 }
    this.add(jump)
    split.second = this.program.length
    this.add({ op: 'set', set })
    jump.target = this.program.length
  }

  private emitEither(items: readonly RegexNode[]): void {
    const jumps: Extract<Instruction, { op: 'jump' }>[] = []
    items.forEach((item, index) => {
      if (index === items.length - 1) {
        this.emit(item)
        return
      }
      const split: Instruction = { op: 'split', first: 0, second: 0 }
      this.add(split)
      split.first = this.program.length
      this.emit(item)
      const jump: Extract<Instruction, { op: 'jump' }> = { op: 'jump', target: 0 }
      jumps.push(jump)
      this.add(jump)
      split.second = this.program.length
    })
    for (const jump of jumps) jump.target = this.program.length
  }

  private emitRepeat(node: Extract<RegexNode, { kind: 'repeat' }>): void {
    for (let i = 0; i < node.min; i++) this.emit(node.item)
    if (node.max === null) {
      this.emitStar(node.item)
      return
    }
    const splits: Extract<Instruction, { op: 'split' }>[] = []
    for (let i = node.min; i < node.max; i++) {
      const split: Extract<Instruction, { op: 'split' }> = { op: 'split', first: 0, second: 0 }
      splits.push(split)
      this.add(split)
      split.first = this.program.length
      this.emit(node.item)
    }
    for (const split of splits) split.second = this.program.length
  }

  private emitStar(item: RegexNode): void {
    const split: Instruction = { op: 'split', first: 0, second: 0 }
    const at = this.add(split)
    split.first = this.program.length
    this.emit(item)
    this.add({ op: 'jump', target: at })
    split.second = this.program.length
  }
}
