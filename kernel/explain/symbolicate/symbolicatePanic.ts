import type { PanicFacts, PanicFrame, PanicKext, Symbolication } from '../../api/index.ts'
import type { SymbolFile } from './SymbolFile.ts'
import { SymbolFinder, type FoundImage, type NamedAddress } from './SymbolFinder.ts'

const KERNEL_NAMES = ['kernel', 'mach_kernel', 'kernel.release', 'kernel.development']

const big = (text: string | null): bigint | null => text !== null && /^0x[0-9a-f]{1,16}$/iu.test(text)
  ? BigInt(text) : null

interface Service {
  readonly found: FoundImage
  readonly slide: bigint
}

/** Names for the frames of a kernel panic: the same report, with symbols. */
export function symbolicatePanic<T extends PanicFacts>(
  facts: T, files: readonly SymbolFile[], force: boolean,
): T & { readonly symbolication: Symbolication } {
  const lookup = new PanicLookup(facts, files, force)
  let named = 0
  const backtrace = facts.backtrace.map((frame, index): PanicFrame => {
    const address = big(facts.derived.frames.find((one) => one.index === index)?.address ?? frame.address)
    const hit = address === null ? null : lookup.name(address)
    if (hit !== null || frame.symbol !== null) named++
    return hit === null ? frame : { ...frame, symbol: hit.symbol, offset: `0x${hit.offset.toString(16)}` }
  })
  const symbolication = {
    files: lookup.finder.account(), namedFrames: named, namelessFrames: facts.backtrace.length - named,
  }
  const frames = facts.derived.frames.map((frame) => ({
    ...frame, function: backtrace[frame.index]?.symbol ?? frame.function,
  }))
  return { ...facts, backtrace, derived: { ...facts.derived, frames }, symbolication }
}

/** Whose code an address is, and with which slide it was loaded. */
class PanicLookup {
  readonly finder: SymbolFinder
  private readonly facts: PanicFacts
  private readonly kernel: Service | null
  private readonly kexts = new Map<string, Service | null>()

  constructor(facts: PanicFacts, files: readonly SymbolFile[], force: boolean) {
    this.facts = facts
    this.finder = new SymbolFinder(files, force)
    this.kernel = this.kernelService()
  }

  name(address: bigint): NamedAddress | null {
    const kext = this.facts.backtraceKexts.flatMap((one) => [one,
      ...one.dependencies]).find((one) => holds(one, address))
    const service = kext === undefined ? this.kernel : this.kextService(kext)
    const own = service === null ? null : this.finder.name(service.found, address, service.slide, true)
    return own ?? this.inCollection(address)
  }

  private kernelService(): Service | null {
    const { facts } = this
    const arch = facts.derived.arch
    const { soc } = facts.derived
    const names = [...KERNEL_NAMES, ...soc === null ? [] : [`kernel.release.${soc.toLowerCase()}`]]
    const found = this.finder.find({ label: 'kernel', names, uuid: facts.kernelUuid, arch })
    if (found === null) return null
    const exec = big(facts.kernelTextExecBase)
    if (arch === 'arm64' && exec !== null && found.image.textExecBase !== null) {
      return { found, slide: exec - found.image.textExecBase }
    }
    const base = big(facts.kernelTextBase)
    if (arch === 'arm64' && base !== null && found.image.textBase !== null) {
      return { found, slide: base - found.image.textBase }
    }
    return { found, slide: big(facts.kernelSlide) ?? 0n }
  }

  private kextService(kext: PanicKext): Service | null {
    const known = this.kexts.get(kext.id)
    if (known !== undefined) return known
    const names = [kext.id, kext.id.slice(kext.id.lastIndexOf('.') + 1)]
    const found = this.finder.find({ label: kext.id, names, uuid: kext.uuid, arch: this.facts.derived.arch })
    const start = big(kext.start)
    const isArm = this.facts.derived.arch === 'arm64'
    const base = found === null ? null : (isArm ? found.image.textExecBase : null) ?? found.image.textBase
    const service = found === null || start === null || base === null ? null : { found, slide: start - base }
    this.kexts.set(kext.id, service)
    return service
  }

  /** All members of a kernel collection slide together. */
  private inCollection(address: bigint): NamedAddress | null {
    const slide = big(this.facts.kernelCacheSlide)
    if (slide === null) return null
    for (const image of this.finder.members(this.facts.kernelCacheUuid)) {
      if (image.symbols.at(address - slide - 1n) === null) continue
      return this.finder.name(this.finder.useMember(image, image.name), address, slide, true)
    }
    return null
  }
}

function holds(kext: PanicKext, address: bigint): boolean {
  const start = big(kext.start)
  const end = big(kext.end)
  return start !== null && end !== null && address >= start && address <= end
}
