import type { KernelThread } from '../../../sim/index.ts'
import type { Process } from '../../libsystem/Process.ts'
import { decodeText } from '../../libsystem/text.ts'

/** Sequences of special keys, and the keys of less that do the same. */
const SEQUENCES = new Map([
  ['[A', 'k'], ['OA', 'k'], ['[B', 'j'], ['OB', 'j'],
  ['[C', 'right'], ['OC', 'right'], ['[D', 'left'], ['OD', 'left'],
  ['[5~', 'b'], ['[6~', ' '], ['[H', 'g'], ['OH', 'g'], ['[1~', 'g'], ['[F', 'G'], ['OF', 'G'], ['[4~', 'G'],
  ['v', 'b'], ['<', 'g'], ['>', 'G'],
])
const MAX_SEQUENCE = 12

/** Keys of the terminal, whatever the program reads its text from. */
export class LessKeys {
  private pushed: string | null = null

  constructor(private readonly process: Process, private readonly fd: number) {}

  /** The next key by its character or name; `resized` when a signal came first, null at the end. */
  *next(): KernelThread<string | null> {
    const { pushed } = this
    this.pushed = null
    if (pushed !== null) return pushed
    const chunk = yield* this.process.read(this.fd, 1)
    if (typeof chunk === 'number') return 'resized'
    if (chunk.length === 0) return null
    return chunk[0] === 0x1b ? yield* this.sequence() : yield* this.character(chunk[0]!)
  }

  /** Gives a key back, to be read again. */
  unread(key: string): void {
    this.pushed = key
  }

  private *character(lead: number): KernelThread<string> {
    const size = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : lead >= 0xc0 ? 2 : 1
    const bytes = [lead]
    while (bytes.length < size) bytes.push(yield* this.byte())
    return decodeText(Uint8Array.from(bytes))
  }

  private *byte(): KernelThread<number> {
    for (;;) {
      const chunk = yield* this.process.read(this.fd, 1)
      if (typeof chunk !== 'number') return chunk[0] ?? 0
    }
  }

  private *sequence(): KernelThread<string> {
    let text = String.fromCharCode(yield* this.byte())
    if (text === '[' || text === 'O') {
      do text += String.fromCharCode(yield* this.byte())
      while (text.length < MAX_SEQUENCE && !/[@-~]$/u.test(text.slice(1)))
    }
    return SEQUENCES.get(text) ?? 'unknown'
  }
}
