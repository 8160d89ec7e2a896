import type { Fault } from '../../LintRule.ts'
import type { OpenCoreEntry, OpenCoreSubject } from '../../subjects.ts'

/** Entries that are on. */
export function enabled({ entries }: OpenCoreSubject): readonly OpenCoreEntry[] {
  return entries.filter(({ isEnabled }) => isEnabled)
}

/** The place of an entry, or of one of its fields. */
export function atEntry({ index }: OpenCoreEntry, field?: string): Fault['at'] {
  return ['Kernel', 'Add', index, ...(field === undefined ? [] : [field])]
}

/** Enabled entries by the identifier of their bundle, first ones only. */
export function byIdentifier(subject: OpenCoreSubject): ReadonlyMap<string, OpenCoreEntry> {
  const found = new Map<string, OpenCoreEntry>()
  for (const entry of enabled(subject)) {
    const bundle = entry.record?.bundle
    if (bundle != null && !found.has(bundle)) found.set(bundle, entry)
  }
  return found
}

/** Whether two entries can be loaded by one kernel: their ranges of Darwin versions meet. */
export function canMeet(one: OpenCoreEntry, other: OpenCoreEntry): boolean {
  const isAfter = (first: OpenCoreEntry, second: OpenCoreEntry): boolean => first.minKernel !== ''
    && second.maxKernel !== '' && compareKernels(first.minKernel, second.maxKernel) > 0
  const isOtherArch = one.arch !== other.arch && one.arch !== 'Any' && other.arch !== 'Any'
  return !isAfter(one, other) && !isAfter(other, one) && !isOtherArch
}

/** Compares Darwin versions such as 20.4.0 part by part. */
export function compareKernels(one: string, other: string): number {
  const [a, b] = [one, other].map((text) => text.split('.').map(Number))
  for (let i = 0; i < 3; i++) {
    const difference = (a![i] ?? 0) - (b![i] ?? 0)
    if (difference !== 0) return difference
  }
  return 0
}
