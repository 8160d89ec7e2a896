import type { DerivedFault, DerivedFrame, PanicFrame, PanicKext } from '../../../api/index.ts'
import type { PanicDraft } from '../text/PanicDraft.ts'
import { hex64, hexValue64, withoutSignature } from './addresses.ts'
import { readableSymbol } from './demangle.ts'

/** Functions that only carry out a panic, a trap or the blocking of a thread. */
const MACHINERY = new Set([
  'panic',
  'panic_with_options',
  'panic_with_options_and_initiator',
  'panic_trap_to_debugger',
  'DebuggerTrapWithState',
  'Debugger',
  'handle_debugger_trap',
  'kdp_i386_trap',
  'kernel_trap',
  'return_from_trap',
  'trap_from_kernel',
  'hndl_alltraps',
  'lo_alltraps',
  'machine_switch_context',
  'panic_trap',
  'sync_iss_to_iks',
  'panic_kernel',
  'sleh_synchronous',
  'fleh_synchronous',
  'panic_i386_backtrace',
  'kernel_trap_from_kernel',
  'ks_64bit_return',
  'kdp_raise_exception',
  'ml_panic_trap_to_debugger',
  'thread_block',
  'thread_block_reason',
  'thread_unstop',
  'thread_invoke',
  'lck_mtx_lock_wait_x86',
  'lck_mtx_lock_slow',
  'lck_mtx_sleep_deadline',
  'lck_mtx_sleep',
  'assert_wait_deadline',
])

/** Ranges that frames are looked up in. */
const MAX_SPANS = 4_096

interface Span {
  readonly id: string
  readonly start: bigint
  readonly end: bigint
}

function spansOf(draft: PanicDraft): Span[] {
  const spans: Span[] = []
  const add = ({ id, start, end }: PanicKext): void => {
    const from = hexValue64(start)
    const to = hexValue64(end)
    if (from !== null && to !== null && to >= from && spans.length < MAX_SPANS) spans.push({ id, start: from, end: to })
  }
  for (const kext of draft.kexts) {
    add(kext)
    kext.dependencies.forEach(add)
  }
  return spans
}

/** Frames before the one that called panic, and those of the trap behind it, are machinery. */
export function firstRealFrame(draft: PanicDraft, fault: DerivedFault | null): number | null {
  const { backtrace } = draft
  const plain = backtrace.map(({ address }) => withoutSignature(hexValue64(address) ?? 0n))
  if (backtrace.length === 0) return null
  const instruction = hexValue64(fault?.instruction)
  const lr = hexValue64(draft.registers.get('lr'))
  const returnTo = lr === null ? null : withoutSignature(lr)
  const faultAt = plain.findIndex(
    (address) => address === instruction || (address === returnTo && address !== 0n),
  )
  if (faultAt >= 0) return faultAt
  const caller = hexValue64(draft.caller)
  const calledFrom = caller === null ? -1 : plain.indexOf(withoutSignature(caller))
  if (calledFrom >= 0 && instruction === null) return calledFrom
  const named = backtrace.findIndex(
    ({ symbol }, index) =>
      index > calledFrom && (symbol === null ? calledFrom >= 0 : !MACHINERY.has(readableSymbol(symbol))),
  )
  if (named >= 0 && (calledFrom >= 0 || backtrace[named]!.symbol !== null)) return named
  return null
}

const bundleOf = (frame: PanicFrame): string | null =>
  frame.image === null ||
  frame.image === 'in kernel' ||
  frame.image === 'kernel' ||
  frame.image === 'mach_kernel'
    ? null
    : frame.image

/**
 * What to take off an address: on Apple chips and for the kexts of an Intel collection the
 * collection's slide, for an Intel kernel its own, and nothing for an Intel kext that was linked where it was loaded.
 */
function slideFor(draft: PanicDraft, isArm: boolean, isKext: boolean): bigint | null {
  const { kernelCacheSlide, kernelSlide } = draft.texts
  if (isArm) return hexValue64(kernelCacheSlide ?? kernelSlide)
  return hexValue64(isKext ? kernelCacheSlide : kernelSlide)
}

/** What can be worked out of each frame. */
export function deriveFrames(
  draft: PanicDraft,
  fault: DerivedFault | null,
): { frames: DerivedFrame[]; first: number | null } {
  const spans = spansOf(draft)
  const isArm = draft.signs.has('arm64')
  const first = firstRealFrame(draft, fault)
  const frames = draft.backtrace.map((frame, index): DerivedFrame => {
    const address = withoutSignature(hexValue64(frame.address) ?? 0n)
    const span = spans.find(({ start, end }) => address >= start && address <= end)
    const bundle = span?.id ?? bundleOf(frame)
    const slide = slideFor(draft, isArm, bundle !== null)
    const isKernelSide = address >> 63n === 1n
    return {
      index,
      address: hex64(address),
      bundle,
      bundleOffset: span === undefined ? null : `0x${(address - span.start).toString(16)}`,
      unslid: slide === null || !isKernelSide || address <= slide ? null : hex64(address - slide),
      function: frame.symbol === null ? null : readableSymbol(frame.symbol),
      isMachinery: first !== null && index < first && frame.block === draft.backtrace[first]!.block,
    }
  })
  return { frames, first }
}
