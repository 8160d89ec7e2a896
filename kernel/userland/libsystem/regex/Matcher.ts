import { holds, NO_CODE } from './assertions.ts'
import type { Instruction } from './compile.ts'

/** Threads of the machine at one position of the text, in order of preference. */
interface ThreadList {
  readonly positions: number[]
  readonly slots: number[][]
  /** 1 for every instruction that was reached. */
  readonly marks: Int32Array
}

/**
 * Finds the leftmost match and among those the longest, with its groups. All alternatives advance together,
 * so the
 * work is at most text length times program length.
 */
export class Matcher {
  /** Machine steps done so far, for tests of the bound. */
  steps = 0
  private readonly slotCount: number
  private current: ThreadList
  private next: ThreadList

  constructor(private readonly program: readonly Instruction[], groups: number) {
    this.slotCount = (groups + 1) * 2
    this.current = this.makeList()
    this.next = this.makeList()
  }

  /** Slots (start and end of the match and of each group, -1 for none), or null. */
  exec(text: string, from: number): number[] | null {
    let best: number[] | null = null
    this.clear(this.current)
    for (let at = from; at <= text.length; at++) {
      if (best === null) this.start(text, at)
      if (this.current.positions.length === 0) {
        if (best !== null) break
        this.clear(this.current)
        continue
      }
      best = this.step(text, at, best)
    }
    return best
  }

  private start(text: string, at: number): void {
    const slots = Array.from<number>({ length: this.slotCount }).fill(-1)
    slots[0] = at
    this.add(this.current, 0, slots, text, at)
  }

  private step(text: string, at: number, found: number[] | null): number[] | null {
    let best = found
    const { current, next } = this
    this.clear(next)
    const code = at < text.length ? text.charCodeAt(at) : NO_CODE
    for (let i = 0; i < current.positions.length; i++) {
      this.steps++
      const instruction = this.program[current.positions[i]!]!
      const slots = current.slots[i]!
      if (best !== null && slots[0]! > best[0]!) break
      if (instruction.op === 'match') {
        if (best === null || slots[0]! < best[0]! || at > best[1]!) {
          best = [...slots]
          best[1] = at
        }
      } else if (instruction.op === 'set' && code !== NO_CODE && instruction.set.has(code)) {
        this.add(next, current.positions[i]! + 1, slots, text, at + 1)
      }
    }
    this.current = next
    this.next = current
    return best
  }

  /** Adds a thread, following moves that take no unit. */
  private add(list: ThreadList, start: number, slots: number[], text: string, at: number): void {
    const work: { position: number; slots: number[] }[] = [{ position: start, slots }]
    const before = at > 0 ? text.charCodeAt(at - 1) : NO_CODE
    const after = at < text.length ? text.charCodeAt(at) : NO_CODE
    for (let item = work.pop(); item !== undefined; item = work.pop()) {
      const { position } = item
      if (list.marks[position] === 1) continue
      list.marks[position] = 1
      this.steps++
      const instruction = this.program[position]!
      switch (instruction.op) {
        case 'jump':
          work.push({ position: instruction.target, slots: item.slots })
          break
        case 'split':
          work.push({ position: instruction.second, slots: item.slots })
          work.push({ position: instruction.first, slots: item.slots })
          break
        case 'save': {
          const changed = [...item.slots]
          changed[instruction.slot] = at
          work.push({ position: position + 1, slots: changed })
          break
        }
        case 'assert':
          if (!holds(instruction.assertion, before, after)) break
          work.push({ position: position + 1, slots: item.slots })
          break
        default:
          list.positions.push(position)
          list.slots.push(item.slots)
      }
    }
  }

  private makeList(): ThreadList {
    return { positions: [], slots: [], marks: new Int32Array(this.program.length) }
  }

  private clear(list: ThreadList): void {
    list.positions.length = 0
    list.slots.length = 0
    list.marks.fill(0)
  }
}
