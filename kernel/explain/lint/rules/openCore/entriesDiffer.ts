import type { LintRule } from '../../LintRule.ts'
import { isVariable, type OpenCoreEntry, type OpenCoreSubject } from '../../subjects.ts'
import { atEntry, canMeet, enabled } from './entries.ts'

function isSame(one: OpenCoreEntry, other: OpenCoreEntry): boolean {
  if (one.bundlePath === other.bundlePath) return true
  const bundle = one.record?.bundle ?? null
  return bundle !== null && !isVariable(bundle) && bundle === other.record?.bundle
}

/** A kext is injected once. */
export const entriesDiffer: LintRule<OpenCoreSubject> = {
  id: 'WB308', severity: 'error',
  title: 'A kext is injected once',
  why: 'Two entries for one bundle, or two bundles of one identifier, that the same system '
    + 'loads: the second fails.',
  fix: 'Remove one, or give both MinKernel and MaxKernel so that they never meet.',
  check: (subject) => {
    const entries = enabled(subject)
    return entries.flatMap((entry, at) => {
      const twin = entries.slice(0, at).find((one) => isSame(one, entry) && canMeet(one, entry))
      return twin === undefined ? []
        : [{ at: atEntry(entry),
          message: `${entry.bundlePath} is the same kext as entry ${twin.index}, ${twin.bundlePath}.` }]
    })
  },
}
