import { decodeSleepFailure } from '../../../abi/index.ts'
import type { DerivedSlide, PanicDerived, PanicLastKext } from '../../../api/index.ts'
import type { PanicDraft } from '../text/PanicDraft.ts'
import { address64, compare64, printed64, subtract64 } from './Address64.ts'
import { hexValue64 } from './addresses.ts'
import { deriveFault } from './deriveFault.ts'
import { deriveFrames } from './deriveFrames.ts'

/** Ticks of an Apple chip's counter in a second. */
const APPLE_TICKS = 24_000_000n

/** Architecture, chip and versions that the kernel's own line names. */
export function kernelFacts(draft: PanicDraft): Pick<PanicDerived, 'arch' | 'soc' | 'darwin' | 'xnu'> {
  const version = draft.texts.kernelVersion ?? ''
  const released = /RELEASE_(ARM64|X86_64|I386|PPC)(?:_(\w{1,16}))?/u.exec(version)
  const named = { ARM64: 'arm64', X86_64: 'x86_64', I386: 'i386', PPC: 'ppc' } as const
  const seen =
    draft.signs.has('arm64') || draft.registers.has('esr') || draft.registers.has('x0')
      ? 'arm64'
      : draft.signs.has('ppc')
        ? 'ppc'
        : draft.signs.has('x86-32 frame') || draft.registers.has('eip')
          ? 'i386'
          : draft.signs.has('x86 frame') || draft.registers.has('rip')
            ? 'x86_64'
            : null
  return {
    arch: released === null ? seen : named[released[1] as keyof typeof named],
    soc: released?.[2] ?? null,
    darwin: /Darwin Kernel Version (\d{1,3}\.\d{1,3}(?:\.\d{1,3})?)/u.exec(version)?.[1] ?? null,
    xnu: /root:(xnu-[\d.]{1,40})/u.exec(version)?.[1] ?? null,
  }
}

function slides(draft: PanicDraft): DerivedSlide[] {
  const { texts } = draft
  const rows: [string, string | undefined, string | undefined][] = [
    ['KernelCache', texts.kernelCacheBase, texts.kernelCacheSlide],
    ['Kernel text', texts.kernelTextBase, texts.kernelSlide],
    ['Kernel text exec', texts.kernelTextExecBase, texts.kernelTextExecSlide],
  ]
  return rows.flatMap(([what, base, slide]) => {
    const from = address64(base)
    const by = address64(slide)
    return from === null || by === null || compare64(from, by) < 0
      ? []
      : [{ what, base: base!, slide: slide!, unslid: printed64(subtract64(from, by)) }]
  })
}

function moment(draft: PanicDraft, label: string): number | null {
  const found = draft.moments.find((candidate) => candidate.label === label)
  const seconds = hexValue64(found?.seconds)
  const micro = hexValue64(found?.microseconds)
  return seconds === null || seconds === 0n ? null : Number(seconds) + Number(micro ?? 0n) / 1e6
}

const rounded = (seconds: number): number | null =>
  Number.isFinite(seconds) && seconds >= 0 && seconds < 1e10 ? Math.round(seconds * 1000) / 1000 : null

const difference = (later: number | null, earlier: number | null): number | null =>
  later === null || earlier === null ? null : rounded(later - earlier)

function uptime(draft: PanicDraft, arch: PanicDerived['arch']): number | null {
  const { uptimeNs, machAbsoluteTime } = draft.texts
  if (uptimeNs !== undefined && /^\d{1,20}$/u.test(uptimeNs)) return rounded(Number(uptimeNs) / 1e9)
  const byCalendar = difference(moment(draft, 'Calendar'), moment(draft, 'Boot'))
  const ticks = hexValue64(machAbsoluteTime)
  if (byCalendar !== null && arch === 'arm64') return byCalendar
  return ticks === null || arch !== 'arm64' ? null : rounded(Number((ticks * 1000n) / APPLE_TICKS) / 1000)
}

/** Intel counts nanoseconds there, Apple chips ticks. */
function sinceLastKext(
  draft: PanicDraft,
  last: PanicLastKext | null,
  arch: PanicDerived['arch'],
): number | null {
  if (last === null || !/^\d{1,20}$/u.test(last.at)) return null
  const ticks = hexValue64(draft.texts.machAbsoluteTime)
  if (arch === 'arm64')
    return ticks === null ? null : rounded(Number(((ticks - BigInt(last.at)) * 1000n) / APPLE_TICKS) / 1000)
  const ns = draft.texts.uptimeNs
  return ns === undefined || !/^\d{1,20}$/u.test(ns)
    ? null
    : rounded(Number(BigInt(ns) - BigInt(last.at)) / 1e9)
}

function phaseOf(draft: PanicDraft, darwin: string | null): PanicDerived['sleepPhase'] {
  const code = hexValue64(draft.sleepFailure?.failureCode?.phase)
  const data = hexValue64(draft.sleepFailure?.failureCode?.data)
  if (code === null || data === null) return null
  const major = darwin === null ? null : Number.parseInt(darwin, 10)
  const { phase, pendingPciDevices } = decodeSleepFailure(
    Number(data & 0xffffffffn),
    Number(code & 0xffffffffn),
    major,
  )
  return phase === null
    ? null
    : {
        code: `0x${phase.code.toString(16)}`,
        name: phase.name,
        direction: phase.direction,
        text: phase.description,
        pendingPciDevices,
      }
}

/** Everything that is worked out from what a report states. */
export function derivePanic(draft: PanicDraft): PanicDerived {
  const kernel = kernelFacts(draft)
  const { fault, esr } = deriveFault(draft, kernel.arch)
  const { frames, first } = deriveFrames(draft, fault)
  return {
    ...kernel,
    fault,
    esr,
    frames,
    firstFrame: first,
    slides: slides(draft),
    uptimeSeconds: uptime(draft, kernel.arch),
    secondsSinceWake: difference(moment(draft, 'Calendar'), moment(draft, 'Wake')),
    secondsSinceLastKext: sinceLastKext(draft, draft.lastStarted, kernel.arch),
    sleepPhase: phaseOf(draft, kernel.darwin),
  }
}
