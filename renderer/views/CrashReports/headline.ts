import type { PanicRecord, ReportSummary } from '../../../kernel/api/index.ts'

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

/** The short word people know a kext by: the end of its identifier. Names of files stay as they are. */
export function kextName(bundle: string): string {
  if (bundle === '') return '–'
  if (bundle === '__kernel__') return 'kernel'
  return /^[a-z]{2,}\.[\w-]+\./iu.test(bundle) && !bundle.endsWith('.dylib') ? bundle.split('.').at(-1) ?? bundle : bundle
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

/** What a report is called in lists and on its page. */
export function headlineOf({ kind, title, kexts }: Pick<ReportSummary, 'kind' | 'title' | 'kexts'>): string {
  return kind === 'machine-panic' ? headline(title, kexts) : title
}
