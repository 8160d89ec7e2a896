import { Random } from '../sim/index.ts'
import type { Frame } from '../sim/index.ts'

/** Where the kernel and its kexts lie in one boot: KASLR slides from the seed, bases from the platform. */
export interface KernelAddresses {
  readonly kernelCacheSlide: bigint
  readonly kernelCacheBase: bigint
  readonly kernelSlide: bigint
  readonly kernelTextBase: bigint
  readonly hibTextBase: bigint
  readonly textExecSlide: bigint
  readonly textExecBase: bigint
}

const KERNEL_TEXT_BYTES = 0x80_0000

/** The addresses of a boot. The same seed gives the same slides. */
export function kernelAddresses(platform: 'acpi' | 'device-tree', seed: number): KernelAddresses {
  const random = new Random(seed ^ 0x51de)
  if (platform === 'acpi') {
    const slide = BigInt(random.below(0x100) + 1) * 0x20_0000n
    const unslidBase = 0xffff_ff80_0020_0000n
    return {
      kernelCacheSlide: slide, kernelCacheBase: unslidBase + slide, kernelSlide: slide + 0x1_0000n,
      kernelTextBase: unslidBase + slide + 0x1_0000n, hibTextBase: unslidBase + slide - 0x10_0000n,
      textExecSlide: slide + 0x1_0000n, textExecBase: unslidBase + slide + 0x1_0000n,
    }
  }
  const slide = BigInt(random.below(0x4000) + 0x100) * 0x4000n
  const unslidBase = 0xffff_fe00_0700_4000n
  return {
    kernelCacheSlide: slide, kernelCacheBase: unslidBase + slide, kernelSlide: slide + 0x8000n,
    kernelTextBase: unslidBase + slide + 0x8000n, hibTextBase: 0n,
    textExecSlide: slide + 0x8_0000n, textExecBase: unslidBase + slide + 0x8_0000n,
  }
}

/** A stable place inside the kernel's text for a symbol that declares none. */
export function symbolOffset(symbol: string, spanBytes = KERNEL_TEXT_BYTES): number {
  let hash = 0x811c9dc5
  for (let i = 0; i < symbol.length; i++) hash = Math.imul(hash ^ symbol.charCodeAt(i), 0x01000193)
  return ((hash >>> 0) % Math.max(16, spanBytes - 64)) & ~3
}

/** Address of a frame: its kext's load address, or the kernel's text, plus where it stands there. */
export function frameAddress(frame: Frame, loadAddress: bigint | null, addresses: KernelAddresses): bigint {
  if (loadAddress !== null) return loadAddress + BigInt(frame.offset)
  const offset = frame.offset === 0 ? symbolOffset(frame.symbol) : frame.offset
  return addresses.textExecBase + BigInt(offset)
}

/** A UUID that depends on the name only, in the form that linkers write (version 3). */
export function stableUuid(name: string): string {
  const random = new Random(symbolOffset(name, 0x7fff_ffff))
  const words = Array.from({ length: 4 }, () => random.next32().toString(16).padStart(8, '0'))
  const hex = words.join('').toUpperCase()
  const [version, variant] = [`3${hex.slice(13, 16)}`, `8${hex.slice(17, 20)}`]
  return [hex.slice(0, 8), hex.slice(8, 12), version, variant, hex.slice(20)].join('-')
}

/** 64 bits as a report prints them: `0x` and sixteen digits. */
export function hex64(value: bigint): string {
  return `0x${BigInt.asUintN(64, value).toString(16).padStart(16, '0')}`
}

/** As `%p` prints a pointer. */
export function pointer(value: bigint): string {
  return `0x${BigInt.asUintN(64, value).toString(16)}`
}
