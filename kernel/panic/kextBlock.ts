import { hex64, pointer, stableUuid } from './KernelAddresses.ts'
import { compactKextName } from '../abi/index.ts'
import type { ReportContext, ReportInput, ReportKext } from './ReportContext.ts'

const uuidOf = (kext: ReportKext): string => stableUuid(`${kext.bundleIdentifier} ${kext.version}`)
const range = (kext: ReportKext): string =>
  `@${pointer(kext.loadAddress)}->${pointer(kext.loadAddress + BigInt(kext.sizeBytes) - 1n)}`
const placeOf = (kext: ReportKext): string => `(addr ${hex64(kext.loadAddress)}, size ${kext.sizeBytes})`
const described = (kext: ReportKext): string =>
  `${kext.bundleIdentifier}(${kext.version})[${uuidOf(kext)}]${range(kext)}`

/** `Kernel Extensions in backtrace:` with each kext's loaded dependencies; nothing when no kext is in it. */
export function backtraceKextLines(context: ReportContext): string[] {
  if (context.backtraceKexts.length === 0) return []
  const byName = new Map(context.input.loadedKexts.map((kext) => [kext.bundleIdentifier, kext]))
  return ['      Kernel Extensions in backtrace:', ...context.backtraceKexts.flatMap((kext) => [
    `         ${described(kext)}`,
    ...kext.dependencies.flatMap((name) => {
      const dependency = byName.get(name)
      const isListed = dependency !== undefined && dependency.sizeBytes > 0
      return isListed ? [`            dependency: ${described(dependency)}`] : []
    }),
  ])]
}

/** The last started kext and the list of loaded ones: third-party first, then Apple's, each newest first. */
export function loadedKextLines(input: ReportInput, compact: boolean): string[] {
  const name = ({ bundleIdentifier }: ReportKext): string =>
    compact ? compactKextName(bundleIdentifier) : bundleIdentifier
  const isApple = (kext: ReportKext): boolean => kext.bundleIdentifier.startsWith('com.apple.')
  const listed = input.loadedKexts.filter((kext) => kext.sizeBytes > 0)
  const newestFirst = [...listed].reverse().toSorted((a, b) => b.loadedAtNs - a.loadedAtNs)
  const ordered = [...newestFirst.filter((kext) => !isApple(kext)), ...newestFirst.filter(isApple)]
  const started = (last: ReportKext): string =>
    `last started kext at ${last.loadedAtNs}: ${name(last)}\t${last.version} ${placeOf(last)}`
  return [
    ...input.lastStartedKext === null ? [] : [started(input.lastStartedKext)],
    'loaded kexts:',
    ...ordered.length === 0 ? ['(none)'] : ordered.map((kext) => `${name(kext)}\t${kext.version}`),
  ]
}
