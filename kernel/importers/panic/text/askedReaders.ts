import { backtraceHead, frameLine, taskLine } from './backtraceLines.ts'
import { failureCodeLine, serviceLine } from './causeLines.ts'
import { messageLine, nestedPanicLine, panicLine } from './headLines.ts'
import { backtraceKextHead, backtraceKextLine, lastKextLine, loadedHead, loadedKextLine } from './kextLines.ts'
import { blockHead, blockLine, coreLine, hardwareLine, knownLine, labelLine, momentLine } from './labelLines.ts'
import { BEYOND_ASCII, BRACKET, COLON } from './LineSigns.ts'
import type { LineReader, PanicPart } from './PanicDraft.ts'
import { faultLine, registerLine } from './registerLines.ts'

/** A reader, and what a line must have for it to be asked at all. */
export interface AskedReader {
  readonly read: LineReader
  /** Signs that its lines may begin with behind white space; any where missing. */
  readonly first?: string
  /** `COLON` or `BRACKET`, one of which must stand in the line. */
  readonly needs: number
  /** The only part of a report that its lines stand in. */
  readonly part?: PanicPart
  /** A message goes on behind such a line. */
  readonly isWithinMessage?: true
}

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'

/** Readers of a line, in the order in which they are asked. */
const READERS: readonly AskedReader[] = [
  { read: nestedPanicLine, first: 'N', needs: COLON, isWithinMessage: true },
  { read: panicLine, needs: BRACKET, isWithinMessage: true },
  { read: faultLine, first: 'FfEe', needs: COLON },
  { read: registerLine, first: LETTERS, needs: COLON },
  { read: taskLine, first: 'PpTt', needs: COLON },
  { read: backtraceHead, first: 'PpBbLNC', needs: 0 },
  { read: frameLine, first: '0Ll', needs: 0 },
  { read: backtraceKextHead, first: 'K', needs: 0 },
  { read: backtraceKextLine, needs: BRACKET },
  { read: lastKextLine, first: 'Ll', needs: COLON },
  { read: loadedHead, first: 'LlUu', needs: COLON },
  { read: momentLine, first: 'BSWCU', needs: COLON },
  { read: coreLine, first: 'CT', needs: 0 },
  { read: serviceLine, first: 's', needs: COLON, part: 'message', isWithinMessage: true },
  { read: failureCodeLine, first: 'Ff', needs: COLON },
  { read: labelLine, needs: COLON },
  { read: blockHead, first: 'LZPBTkK', needs: 0, isWithinMessage: true },
  { read: blockLine, needs: 0, part: 'block', isWithinMessage: true },
  { read: loadedKextLine, needs: 0, part: 'loaded' },
  { read: knownLine, needs: 0 },
  { read: hardwareLine, needs: COLON },
  { read: messageLine, needs: 0, part: 'message', isWithinMessage: true },
]

/** Readers by the first sign of a line, each list in order; the last stands for all signs beyond ASCII. */
export const READERS_BY_SIGN: readonly (readonly AskedReader[])[] = Array.from(
  { length: BEYOND_ASCII + 1 },
  (_, code) => {
    const sign = String.fromCharCode(code)
    return READERS.filter(({ first }) => code === BEYOND_ASCII || first === undefined || first.includes(sign))
  },
)
