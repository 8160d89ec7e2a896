import type { PanicRecord } from '../../../kernel/api/index.ts'

type Frame = PanicRecord['backtrace'][number]

/** How a panic gets from the fault to the debugger: these frames stand on top of every backtrace. */
const MACHINERY: ReadonlySet<string> = new Set([
  'handle_debugger_trap', 'DebuggerTrapWithState', 'panic_trap_to_debugger', 'panic',
  'panic_with_options_and_initiator',
  'panic_trap', 'kernel_trap', 'return_from_trap', 'sleh_synchronous', 'fleh_synchronous', 'handle_kernel_abort',
])

/** Number of frames on top that are panic machinery; the next one is where it happened. */
export function machineryFrames(frames: readonly Frame[]): number {
  const first = frames.findIndex((frame) => !MACHINERY.has(frame.symbol.replace(/\(.*$/u, '')))
  return first < 0 ? 0 : first
}

/** The short word people know a kext by: the end of its identifier. */
export function kextName(bundle: string): string {
  return bundle === '' ? '–' : bundle.split('.').at(-1) ?? bundle
}

export function isThirdParty(bundle: string): boolean {
  return bundle !== '' && !bundle.startsWith('com.apple.') && !/kernel_*$/u.test(bundle)
}

/** A report's first line as a title: `Page fault in NullDereference`. */
export function headline(title: string, kexts: readonly string[]): string {
  const trap = /type \d+=([^,]+)/u.exec(title)?.[1]
  const abort = /^(Kernel (?:data|instruction fetch) abort)/u.exec(title)?.[1]
  const what = trap ?? abort
  if (what === undefined) return title
  const named = `${what.charAt(0).toUpperCase()}${what.slice(1)}`
  return kexts[0] === undefined ? named : `${named} in ${kextName(kexts[0])}`
}

/** What the report says about the fault itself. */
export interface FaultFacts {
  readonly address: string | null
  readonly access: string | null
  readonly instruction: string | null
}

/** Reads the fault out of the register block: CR2 and error code of Intel, far and esr of Apple silicon. */
export function faultFacts(text: string): FaultFacts {
  const intel = /Fault CR2: (0x[0-9a-f]+), Error code: (0x[0-9a-f]+)/u.exec(text)
  if (intel !== null) {
    const code = Number(intel[2])
    const access = (code & 0x10) !== 0 ? 'Execute' : (code & 2) !== 0 ? 'Write' : 'Read'
    const instruction = /RIP:\s*(0x[0-9a-f]+)/u.exec(text)?.[1] ?? null
    const page = (code & 1) === 0 ? 'page not present' : 'page protected'
    return { address: shortHex(intel[1]), access: `${access}, ${page}`, instruction }
  }
  const arm = /esr:\s*(0x[0-9a-f]+)\s+far:\s*(0x[0-9a-f]+)/u.exec(text)
  if (arm === null) return { address: null, access: null, instruction: null }
  const syndrome = Number(arm[1])
  const access = syndrome >>> 26 === 0x21 ? 'Execute' : (syndrome & 0x40) !== 0 ? 'Write' : 'Read'
  return { address: shortHex(arm[2]), access, instruction: /pc:\s*(0x[0-9a-f]+)/u.exec(text)?.[1] ?? null }
}

function shortHex(text: string | undefined): string | null {
  return text === undefined ? null : `0x${BigInt(text).toString(16)}`
}

export interface LoadedKextLine {
  readonly bundle: string
  readonly version: string
}

/** The kexts that the report lists as loaded. */
export function loadedKexts(text: string): LoadedKextLine[] {
  const lines = text.split('\n')
  const start = lines.findIndex((line) => /^loaded kexts:/u.test(line))
  if (start < 0) return []
  const kexts: LoadedKextLine[] = []
  for (const line of lines.slice(start + 1)) {
    const match = /^[>!*\s]*([\w.!-]+)\s+(\S+)/u.exec(line)
    if (match === null) break
    kexts.push({ bundle: match[1] ?? '', version: match[2] ?? '' })
  }
  return kexts
}
