import { holds, NO_CODE } from './assertions.ts'
import type { Instruction } from './compile.ts'

/** Steps one search may take; what was found by then is the answer. */
const MAX_STEPS = 500_000

/** A way through the program that has not been followed to its end. */
interface Branch {
  readonly position: number
  readonly at: number
  readonly slots: readonly number[]
  /** Backward jumps since the last unit was taken: a second one would be an endless loop. */
  readonly loops: readonly number[]
}

const NO_LOOPS: readonly number[] = []

/**
 * Finds matches of programs with back references by trying every way; the longest from the leftmost start
 * wins.
 */
export class BacktrackingMatcher {
  /** Machine steps done so far, for tests of the bound. */
  steps = 0
  private readonly slotCount: number

  constructor(
    private readonly program: readonly Instruction[], groups: number, private readonly ignoreCase: boolean,
  ) {
    this.slotCount = (groups + 1) * 2
  }

  /** Slots (start and end of the match and of each group, -1 for none), or null. */
  exec(text: string, from: number): number[] | null {
    const limit = this.steps + MAX_STEPS
    for (let at = from; at <= text.length && this.steps < limit; at++) {
      const found = this.longestAt(text, at, limit)
      if (found !== null) return found
    }
    return null
  }

  private longestAt(text: string, start: number, limit: number): number[] | null {
    let best: number[] | null = null
    const slots = Array.from<number>({ length: this.slotCount }).fill(-1)
    slots[0] = start
    const work: Branch[] = [{ position: 0, at: start, slots, loops: NO_LOOPS }]
    for (let branch = work.pop(); branch !== undefined && this.steps < limit; branch = work.pop()) {
      this.steps++
      if (this.program[branch.position]!.op !== 'match') this.follow(text, branch, work)
      else if (best === null || branch.at > best[1]!) {
        best = [...branch.slots]
        best[1] = branch.at
        if (branch.at === text.length) break
      }
    }
    return best
  }

  private follow(text: string, branch: Branch, work: Branch[]): void {
    const { position, at, slots, loops } = branch
    const instruction = this.program[position]!
    switch (instruction.op) {
      case 'jump':
        if (instruction.target > position) work.push({ ...branch, position: instruction.target })
        else if (!loops.includes(position)) {
          work.push({ position: instruction.target, at, slots, loops: [...loops, position] })
        }
        break
      case 'split':
        work.push({ ...branch, position: instruction.second }, { ...branch, position: instruction.first })
        break
      case 'save':
        work.push({ position: position + 1, at, slots: slots.with(instruction.slot, at), loops })
        break
      case 'assert': {
        const before = at > 0 ? text.charCodeAt(at - 1) : NO_CODE
        const after = at < text.length ? text.charCodeAt(at) : NO_CODE
        if (holds(instruction.assertion, before, after)) work.push({ ...branch, position: position + 1 })
        break
      }
      case 'set':
        if (at < text.length && instruction.set.has(text.charCodeAt(at))) {
          work.push({ position: position + 1, at: at + 1, slots, loops: NO_LOOPS })
        }
        break
      case 'backreference': {
        const end = this.repeatedEnd(text, branch, instruction.index)
        if (end < 0) break
        work.push({ position: position + 1, at: end, slots, loops: end > at ? NO_LOOPS : loops })
        break
      }
      case 'match': break
    }
  }

  /** Where the repetition of a group ends; -1 when the text differs or the group took no part. */
  private repeatedEnd(text: string, { at, slots }: Branch, group: number): number {
    const start = slots[group * 2]!
    const end = slots[group * 2 + 1]!
    if (start < 0 || end < start) return -1
    const wanted = text.slice(start, end)
    const there = text.slice(at, at + wanted.length)
    const same = this.ignoreCase ? there.toLowerCase() === wanted.toLowerCase() : there === wanted
    return same ? at + wanted.length : -1
  }
}
