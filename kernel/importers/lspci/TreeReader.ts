import { lastIds } from './headerLine.ts'

/** A function found in a tree. */
export interface TreeFunction {
  readonly address: string
  readonly name: string | null
  readonly ids: { readonly vendor: number; readonly device: number } | null
  readonly buses: { readonly secondary: number; readonly subordinate: number } | null
}

interface Bus {
  readonly domain: string
  readonly bus: string
}

const BUS = /^\[(?:([0-9a-f]{4,8}):)?([0-9a-f]{2})(?:-([0-9a-f]{2}))?\]/iu
const SLOT = /^([0-9a-f]{2}\.[0-7])/iu

/**
 * Reads `lspci -t`: which bus a function is on follows from the bracket before it, or from the branch (`+-`,
 * `\-`) in whose column its line goes on.
 */
export class TreeReader {
  /** Bus of the branch in a column. */
  private readonly branches = new Map<number, Bus>()

  /** Whether a line can be one of a tree. */
  static looksLike(line: string): boolean {
    return /^\s*[-+|\\][-+|\\ ]*-?\[(?:[0-9a-f]{4,8}:)?[0-9a-f]{2}\]/iu.test(line)
      || /^[ |]*[+\\]-[0-9a-f]{2}\.[0-7](?:-|\s|$)/iu.test(line)
  }

  /** The functions of one line. */
  read(line: string): TreeFunction[] {
    const found: TreeFunction[] = []
    let bus = null as Bus | null
    for (let at = 0; at < line.length;) {
      const rest = line.slice(at, at + 24)
      const bracket = BUS.exec(rest)
      const slot = SLOT.exec(rest)
      if (bracket !== null) {
        bus = { domain: bracket[1] ?? bus?.domain ?? '0000', bus: bracket[2]! }
        at += bracket[0].length
      } else if (slot !== null && bus !== null) {
        const end = at + slot[0].length
        const { item, next } = this.functionAt(line, end, { bus, slot: slot[1]! })
        found.push(item)
        if (next < 0) return found
        at = next
      } else {
        bus = this.branchAt(line, at, bus)
        at++
      }
    }
    return found
  }

  /** At `+-` or `\-` a branch begins, or a line goes on with the branch of that column. */
  private branchAt(line: string, at: number, bus: Bus | null): Bus | null {
    const mark = line[at]
    if ((mark !== '+' && mark !== '\\') || line[at + 1] !== '-') return bus
    if (bus !== null) this.branches.set(at, bus)
    return bus ?? this.branches.get(at) ?? null
  }

  /** A function whose slot ends at `end`: its buses, when a bridge, or the text that ends the line. */
  private functionAt(
    line: string, end: number, { bus, slot }: { readonly bus: Bus; readonly slot: string },
  ): { readonly item: TreeFunction; readonly next: number } {
    const address = `${bus.domain}:${bus.bus}:${slot}`.toLowerCase()
    const below = line[end] === '-' ? BUS.exec(line.slice(end + 1, end + 25)) : null
    if (below !== null) {
      const secondary = Number.parseInt(below[2]!, 16)
      const subordinate = below[3] === undefined ? secondary : Number.parseInt(below[3], 16)
      return { item: { address, name: null, ids: null, buses: { secondary, subordinate } }, next: end + 1 }
    }
    const text = line.slice(end).trim()
    const ids = lastIds(text)
    const name = (ids === null ? text : text.slice(0, ids.at)).trim()
    return { item: { address, name: name === '' ? null : name, ids, buses: null }, next: -1 }
  }
}
