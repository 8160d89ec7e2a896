import type { KernelThread } from '../../../sim/index.ts'
import type { Process } from '../../libsystem/Process.ts'
import { decodeText } from '../../libsystem/text.ts'

/** What a key or key sequence asks the line editor to do. */
export type EditAction =
  | 'accept' | 'backspace' | 'deleteOrEnd' | 'delete' | 'left' | 'right' | 'wordLeft' | 'wordRight' | 'home' | 'end'
  | 'up' | 'down' | 'killToEnd' | 'killLine' | 'killWordBack' | 'killWordForward' | 'yank' | 'clear' | 'search'
  | 'interrupt' | 'complete' | 'transpose' | 'cancel' | 'none'

/** A key: text to insert or something to do. */
export type Key = { readonly text: string } | { readonly action: EditAction }

const CONTROLS = new Map<number, EditAction>([
  [1, 'home'], [2, 'left'], [3, 'interrupt'], [4, 'deleteOrEnd'], [5, 'end'], [6, 'right'], [7, 'cancel'],
  [8, 'backspace'], [9, 'complete'], [10, 'accept'], [11, 'killToEnd'], [12, 'clear'], [13, 'accept'], [14, 'down'],
  [16, 'up'], [18, 'search'], [20, 'transpose'], [21, 'killLine'], [23, 'killWordBack'], [25, 'yank'],
  [127, 'backspace'],
])

/** Sequences after ESC. */
const SEQUENCES = new Map<string, EditAction>([
  ['[A', 'up'], ['[B', 'down'], ['[C', 'right'], ['[D', 'left'], ['[H', 'home'], ['[F', 'end'], ['OA', 'up'],
  ['OB', 'down'], ['OC', 'right'], ['OD', 'left'], ['OH', 'home'], ['OF', 'end'], ['[1~', 'home'], ['[4~', 'end'],
  ['[7~', 'home'], ['[8~', 'end'], ['[3~', 'delete'], ['[1;3C', 'wordRight'], ['[1;3D', 'wordLeft'],
  ['[1;5C', 'wordRight'], ['[1;5D', 'wordLeft'], ['[1;9C', 'wordRight'], ['[1;9D', 'wordLeft'], ['b', 'wordLeft'],
  ['f', 'wordRight'], ['d', 'killWordForward'], ['\x7f', 'killWordBack'], ['\b', 'killWordBack'],
])

const ESCAPE = 27
const MAX_SEQUENCE = 12

/** Reads keys from a terminal in raw mode, one byte at a time: what comes after belongs to the next reader. */
export class KeyReader {
  constructor(private readonly process: Process) {}

  /** The next key; `resized` when a signal came first, null at the end of the input. */
  *next(): KernelThread<Key | 'resized' | null> {
    const byte = yield* this.byte()
    if (typeof byte !== 'number') return byte
    if (byte === ESCAPE) return yield* this.sequence()
    const action = CONTROLS.get(byte)
    if (action !== undefined) return { action }
    if (byte < 0x20) return { action: 'none' }
    return { text: byte < 0x80 ? String.fromCharCode(byte) : yield* this.multibyte(byte) }
  }

  private *byte(): KernelThread<number | 'resized' | null> {
    const chunk = yield* this.process.read(0, 1)
    if (typeof chunk === 'number') return 'resized'
    return chunk.length === 0 ? null : chunk[0]!
  }

  private *more(): KernelThread<number> {
    for (;;) {
      const byte = yield* this.byte()
      if (byte === null) return 0
      if (byte !== 'resized') return byte
    }
  }

  private *sequence(): KernelThread<Key> {
    let text = String.fromCharCode(yield* this.more())
    if (text === '[' || text === 'O') {
      do text += String.fromCharCode(yield* this.more())
      while (text.length < MAX_SEQUENCE && !/[@-~]$/.test(text.slice(1)))
    }
    return { action: SEQUENCES.get(text) ?? 'none' }
  }

  private *multibyte(lead: number): KernelThread<string> {
    const size = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : lead >= 0xc0 ? 2 : 1
    const bytes = [lead]
    while (bytes.length < size) bytes.push(yield* this.more())
    return decodeText(Uint8Array.from(bytes))
  }
}
