import type { DerivedFrame, PanicEvidence, PanicFacts, PanicFrame } from '../../api/index.ts'
import { oneOf } from './oneOf.ts'

const MAX_QUOTE = 160
/** Lines of a message that rules look at. */
/** Lines in which a report without a panic line says what it is. */
const MAX_HEAD = 40
const MAX_SAID = 200

/** Part of the message that fitted a pattern, and the line it stands in. */
export interface Said {
  readonly match: RegExpExecArray
  readonly line: number | null
}

/** A report as rules look at it. */
export class PanicView {
  readonly message: string
  /** First line of the message, without quotes, C's escapes and the source file behind it. */
  readonly words: string
  /** The lines of the message that rules look at. */
  private readonly said: readonly string[]

  constructor(
    readonly facts: PanicFacts,
    private readonly lines: readonly string[],
  ) {
    this.message = facts.message ?? ''
    this.said = this.message === '' ? [] : this.message.split('\n', MAX_SAID)
    const first = this.said[0] ?? ''
    this.words = first
      .replace(/"?\s*@\s?[^\s@"]{1,300}:\d{1,7}$/u, '')
      .replace(/^"/u, '')
      .replace(/"$/u, '')
      .replaceAll('\\"', '"')
      .replace(/(?:\\n)+$/u, '')
      .replaceAll('\\n', ' ')
      .trim()
  }

  /** The first line of the message that fits. */
  says(pattern: RegExp): Said | null {
    for (let index = 0; index < this.said.length; index++) {
      const text = this.said[index]!
      const match = pattern.exec(text.slice(0, 4096))
      if (match !== null) return { match, line: this.lineOf(text, index) }
    }
    return null
  }

  /** Number of the first of the report's first lines that fits, for reports without a panic line. */
  reads(pattern: RegExp): number | null {
    const index = this.lines.slice(0, MAX_HEAD).findIndex((line) => pattern.test(line.slice(0, 4096)))
    return index < 0 ? null : index + 1
  }

  private lineOf(text: string, index: number): number | null {
    const start = this.facts.panicLine
    if (start === null) return null
    if (index === 0) return start
    const at = this.lines.indexOf(text, start)
    return at < 0 ? null : at + 1
  }

  /** A line of the report as evidence. */
  evidence(line: number | null, says: string): PanicEvidence {
    const text = line === null ? '' : (this.lines[line - 1] ?? '').trim()
    return { line, text: text.length > MAX_QUOTE ? `${text.slice(0, MAX_QUOTE - 1)}…` : text, says }
  }

  /** The line that has a label, as evidence; nothing when there is none. */
  labelled(label: string, says: string): PanicEvidence[] {
    const found = this.facts.details.find((detail) => detail.label === label)
    return found === undefined ? [] : [this.evidence(found.line, says)]
  }

  /** Frames from the first real one on. */
  realFrames(): { frame: PanicFrame; derived: DerivedFrame }[] {
    const { backtrace, derived } = this.facts
    const first = derived.firstFrame ?? 0
    const block = backtrace[first]?.block
    return derived.frames
      .filter(({ index }) => index >= first && backtrace[index]!.block === block)
      .map((frame) => ({ frame: backtrace[frame.index]!, derived: frame }))
  }

  /** Function or address where it happened, in words; null when the report does not tell. */
  place(): string | null {
    const [top] = this.realFrames()
    const { fault, firstFrame } = this.facts.derived
    const kext = fault?.instruction == null ? null : this.kextAt(fault.instruction)
    if (kext !== null && top?.derived.function == null) return kext
    if (top === undefined || firstFrame === null)
      return fault?.instruction == null ? null : `code at ${fault.instruction}`
    const { bundle, bundleOffset, function: name } = top.derived
    if (bundle !== null)
      return name !== null
        ? `${name} of ${bundle}`
        : `${bundle}${bundleOffset === null ? '' : ` + ${bundleOffset}`}`
    return name ?? `code at ${fault?.instruction ?? top.derived.address}`
  }

  /** The kext in whose range an address lies, with the offset. */
  private kextAt(address: string): string | null {
    const at = BigInt(address)
    const kext = this.facts.backtraceKexts.find(
      ({ start, end }) => start !== null && end !== null && at >= BigInt(start) && at <= BigInt(end),
    )
    return kext === undefined ? null : `${kext.id} + 0x${(at - BigInt(kext.start!)).toString(16)}`
  }

  /** Where in a kext the panic came from: the nearest of its frames that is no kernel code. */
  nearestKext(): string | null {
    const found = this.realFrames().find(({ derived }) => derived.bundle !== null)?.derived
    if (found === undefined) return null
    return found.function === null ? found.bundle : `${found.function} of ${found.bundle}`
  }

  /** Seconds since the last wake, when that is recent enough to matter. */
  justWoke(): number | null {
    const since = this.facts.derived.secondsSinceWake
    return since !== null && since <= 120 ? since : null
  }
}

/** Whether a bundle is not Apple's. */
export const isThirdParty = (bundle: string): boolean =>
  !/^com\.apple\.|^__kernel__$|^mach_kernel$/u.test(bundle)

const FAMILY = oneOf(
  /^com\.apple\.iokit\.\w*Family(?:Legacy|\d)?$/u,
  /^com\.apple\.iokit\.IO(?:HID|USBHost|80211|PCI|Graphics|Storage|Audio|Networking)/u,
)

/** Whether a bundle is a family: it stands for its children's mistakes too. */
export const isFamily = (bundle: string): boolean => FAMILY.test(bundle)
