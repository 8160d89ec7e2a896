import type { LintRule } from '../../LintRule.ts'
import { isVariable, type OpenCoreSubject } from '../../subjects.ts'
import { atEntry, byIdentifier, enabled } from './entries.ts'

/** What a kext depends on is in the list or in macOS. */
export const dependencyIsThere: LintRule<OpenCoreSubject> = {
  id: 'WB304', severity: 'error',
  title: 'What a kext depends on is in the list or in macOS',
  why: 'A kext whose library is missing does not link and is not loaded.',
  fix: 'Add the library’s kext before it.',
  check: (subject) => {
    const known = byIdentifier(subject)
    return enabled(subject).flatMap((entry) => [...entry.record?.libraries.keys() ?? []]
      .filter((name) => !known.has(name) && !name.startsWith('com.apple.') && !isVariable(name))
      .map((name) => ({ at: atEntry(entry),
        message: `${entry.bundlePath} depends on ${name}, which no enabled entry brings.` })))
  },
}
