import type { DerivedFault, DerivedFrame, PanicFrame, PanicKext } from '../../../api/index.ts'
import type { PanicDraft } from '../text/PanicDraft.ts'
import {
  address64, compare64, printed64, short64, subtract64, unsigned64, ZERO, type Address64,
} from './Address64.ts'
import { readableSymbol } from './demangle.ts'
import { firstSpans, type Span } from './spans.ts'

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

function spansOf(draft: PanicDraft): Span[] {
  const spans: Span[] = []
  const add = ({ id, start, end }: PanicKext): void => {
    const from = address64(start)
    const to = address64(end)
    if (from !== null && to !== null && compare64(to, from) >= 0 && spans.length < MAX_SPANS)
      spans.push({ id, start: from, end: to })
  }
  for (const kext of draft.kexts) {
    add(kext)
    kext.dependencies.forEach(add)
  }
  return spans
}

const isSame = (one: Address64, other: Address64 | null): boolean =>
  other !== null && compare64(one, other) === 0

/**
 * Frames before the one that called panic, and those of the trap behind it, are machinery. `plain` are the frames'
 * addresses without signature.
 */
function firstRealFrame(
  draft: PanicDraft,
  plain: readonly Address64[],
  fault: DerivedFault | null,
): number | null {
  const { backtrace } = draft
  if (backtrace.length === 0) return null
  const instruction = address64(fault?.instruction)
  const lr = address64(draft.registers.get('lr'))
  const returnTo = lr === null ? null : unsigned64(lr)
  const faultAt = plain.findIndex(
    (address) => isSame(address, instruction) || (isSame(address, returnTo) && !isSame(address, ZERO)),
  )
  if (faultAt >= 0) return faultAt
  const caller = address64(draft.caller)
  const from = caller === null ? null : unsigned64(caller)
  const calledFrom = plain.findIndex((address) => isSame(address, from))
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
function slidesFor(draft: PanicDraft): { kext: Address64 | null; kernel: Address64 | null } {
  const { kernelCacheSlide, kernelSlide } = draft.texts
  const cache = address64(kernelCacheSlide)
  if (!draft.signs.has('arm64')) return { kext: cache, kernel: address64(kernelSlide) }
  const slide = kernelCacheSlide === undefined ? address64(kernelSlide) : cache
  return { kext: slide, kernel: slide }
}

const isOfKernel = ({ high }: Address64): boolean => high >= 0x8000_0000

/** What can be worked out of each frame. */
export function deriveFrames(
  draft: PanicDraft,
  fault: DerivedFault | null,
): { frames: DerivedFrame[]; first: number | null } {
  const slides = slidesFor(draft)
  const plain = draft.backtrace.map(({ address }) => unsigned64(address64(address) ?? ZERO))
  const spans = firstSpans(spansOf(draft), plain)
  const first = firstRealFrame(draft, plain, fault)
  const frames = draft.backtrace.map((frame, index): DerivedFrame => {
    const address = plain[index]!
    const span = spans[index]
    const bundle = span?.id ?? bundleOf(frame)
    const slide = bundle === null ? slides.kernel : slides.kext
    const isUnslid = slide === null || !isOfKernel(address) || compare64(address, slide) <= 0
    return {
      index,
      address: printed64(address),
      bundle,
      bundleOffset: span === undefined ? null : short64(subtract64(address, span.start)),
      unslid: isUnslid ? null : printed64(subtract64(address, slide)),
      function: frame.symbol === null ? null : readableSymbol(frame.symbol),
      isMachinery: first !== null && index < first && frame.block === draft.backtrace[first]!.block,
    }
  })
  return { frames, first }
}
