import type { CrashFrame, CrashReport, PanicReport, StoredReport } from '../../../../kernel/api/index.ts'
import { isThirdParty, machineryFrames } from '../headline.ts'
import { shortHex } from './fact.ts'
import { crashOf, panicOf, verdictOf } from './verdictOf.ts'

/** One line of a stack, of a panic or a thread. */
export interface StackFrame {
  readonly index: number
  readonly address: string
  readonly image: string | null
  readonly symbol: string | null
  /** `+ 0x3b`. */
  readonly offset: string
  /** `Moon.m:52`, or the address without its slide. */
  readonly note: string | null
  readonly isThirdParty: boolean
  /** Only carried out the panic itself. */
  readonly isMachinery: boolean
  /** Of the first suspect. */
  readonly isSuspect: boolean
  /** Where it happened. */
  readonly isFirst: boolean
}

export interface Stack {
  readonly id: string
  readonly title: string
  /** Queue, name or CPU. */
  readonly subtitle: string
  readonly isFaulting: boolean
  readonly frames: readonly StackFrame[]
}

const hex = (value: number | null): string =>
  value === null || value === 0 ? '' : `+ 0x${value.toString(16)}`

/** All stacks of a report, the one where it happened first. */
export function stacksOf(report: StoredReport): readonly Stack[] {
  const suspect = verdictOf(report)?.suspects[0]?.bundle ?? null
  const crash = crashOf(report)
  if (crash !== null) return crashStacks(crash, suspect)
  const panic = panicOf(report)
  const own = report.run === null ? [] : ownStack(report.run.panic.backtrace, panic, suspect)
  return own.length > 0 || panic === null ? own : panicStacks(panic, suspect)
}

type OwnFrames = NonNullable<StoredReport['run']>['panic']['backtrace']

/** A panic of an own machine: the simulator knows every symbol, whatever the text prints. */
function ownStack(frames: OwnFrames, panic: PanicReport | null, suspect: string | null): readonly Stack[] {
  if (frames.length === 0) return []
  const first = Math.max(
    machineryFrames(frames),
    panic?.backtrace.length === frames.length ? (panic.derived.firstFrame ?? 0) : 0,
  )
  return [
    {
      id: 'own',
      title: 'Panicked thread',
      subtitle: panic?.cpu === null || panic === null ? '' : `CPU ${panic.cpu}`,
      isFaulting: true,
      frames: frames.map(({ address, bundle, symbol, offset }, index) => ({
        index,
        address: shortHex(address),
        image: bundle === '' ? null : bundle,
        symbol: symbol === '' ? null : symbol,
        offset: hex(offset),
        note: null,
        isThirdParty: isThirdParty(bundle),
        isMachinery: index < first,
        isSuspect: bundle === suspect,
        isFirst: index === first,
      })),
    },
  ]
}

function panicStacks(panic: PanicReport, suspect: string | null): readonly Stack[] {
  const derived = new Map(panic.derived.frames.map((frame) => [frame.index, frame]))
  const blocks = new Map<number, StackFrame[]>()
  panic.backtrace.forEach((frame, index) => {
    const known = derived.get(index)
    const image = known?.bundle ?? frame.image
    const frames = blocks.get(frame.block) ?? []
    blocks.set(frame.block, frames)
    frames.push({
      index: frames.length,
      address: shortHex(frame.address),
      image,
      symbol: known?.function ?? frame.symbol,
      offset:
        frame.offset === null
          ? known?.function === undefined || known.function === null
            ? bundleOffset(known?.bundleOffset)
            : ''
          : `+ ${shortHex(frame.offset)}`,
      note: known?.unslid === null || known === undefined ? null : `unslid ${shortHex(known.unslid)}`,
      isThirdParty: isThirdParty(image ?? ''),
      isMachinery: known?.isMachinery ?? false,
      isSuspect: suspect !== null && image === suspect,
      isFirst: index === panic.derived.firstFrame,
    })
  })
  const faulting =
    panic.derived.firstFrame === null ? 0 : (panic.backtrace[panic.derived.firstFrame]?.block ?? 0)
  return [...blocks]
    .map(([block, frames]) => ({
      id: `block-${block}`,
      title: block === faulting ? 'Panicked thread' : `Backtrace ${block + 1}`,
      subtitle: panic.cpu !== null && block === faulting ? `CPU ${panic.cpu}` : '',
      isFaulting: block === faulting,
      frames,
    }))
    .sort((a, b) => Number(b.isFaulting) - Number(a.isFaulting))
}

function bundleOffset(offset: string | null | undefined): string {
  return offset === null || offset === undefined ? '' : `+ ${shortHex(offset)}`
}

/** Runtime code that passes an error on: not where it happened. */
const CRASH_MACHINERY = new RegExp(
  [
    '^(?:__)?pthread_kill$',
    '^(?:__)?abort(?:_message)?$',
    '^__cxa_throw$',
    '^__assert_rtn$',
    '^objc_exception_throw$',
    '^__exceptionPreprocess$',
    String.raw`^_objc_terminate\(\)$`,
    '^std::(?:__)?terminate',
    String.raw`^demangling_terminate_handler\(\)$`,
    '^_assertionFailure',
  ].join('|'),
  'u',
)

function crashStacks(crash: CrashReport, suspect: string | null): readonly Stack[] {
  const context: CrashContext = { crash, suspect }
  const exception: Stack[] =
    crash.lastException.length === 0
      ? []
      : [
          {
            id: 'exception',
            title: 'Uncaught exception',
            subtitle: 'its backtrace',
            isFaulting: true,
            frames: crashFrames(crash.lastException, true, context),
          },
        ]
  const threads = crash.threads.map((thread): Stack => {
    const isFaulting = thread.isTriggered || thread.index === crash.faultingThread
    return {
      id: `thread-${thread.index}`,
      title: `Thread ${thread.index}`,
      isFaulting,
      frames: crashFrames(thread.frames, isFaulting, context),
      subtitle: [thread.name, thread.queue, isFaulting ? 'crashed' : null].filter(Boolean).join(' · '),
    }
  })
  return [...exception, ...threads.sort((a, b) => Number(b.isFaulting) - Number(a.isFaulting))]
}

interface CrashContext {
  readonly crash: CrashReport
  readonly suspect: string | null
}

function crashFrames(
  frames: readonly CrashFrame[],
  isFaulting: boolean,
  { crash, suspect }: CrashContext,
): readonly StackFrame[] {
  const first = isFaulting
    ? frames.findIndex(({ symbol }) => symbol === null || !CRASH_MACHINERY.test(symbol))
    : -1
  return frames.map((frame, index) => {
    const image = frame.imageIndex === null ? undefined : crash.images[frame.imageIndex]
    const names = [image?.identifier, image?.name, frame.image]
    return {
      index: frame.index,
      address: frame.address ?? '–',
      image: frame.image,
      symbol: frame.symbol,
      offset: frame.symbol === null ? hex(frame.imageOffset) : hex(frame.symbolOffset),
      note: [frame.source, frame.isInline ? 'inlined' : null].filter(Boolean).join(', ') || null,
      isThirdParty: !isSystemImage(image?.path ?? null, image?.identifier ?? frame.image),
      isMachinery: isFaulting && index < first,
      isSuspect: suspect !== null && names.includes(suspect),
      isFirst: index === first,
    }
  })
}

/** Whether an image came with the system: by its path, else by its identifier. */
export function isSystemImage(path: string | null, name: string | null): boolean {
  if (path !== null && path !== '')
    return /^\/(?:System|usr\/lib|usr\/libexec|usr\/sbin|usr\/bin|bin|sbin)\//u.test(path)
  return (
    name === null ||
    name.startsWith('com.apple.') ||
    /^lib(?:system|objc|dyld|dispatch)|^dyld$|^\?\?\?$/u.test(name)
  )
}
