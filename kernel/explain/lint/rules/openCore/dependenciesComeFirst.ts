import type { LintRule } from '../../LintRule.ts'
import { atEntry, byIdentifier, enabled } from './entries.ts'
import type { OpenCoreSubject } from '../../subjects.ts'

/** A kext comes after those that it depends on. */
export const dependenciesComeFirst: LintRule<OpenCoreSubject> = {
  id: 'WB301', severity: 'error',
  title: 'A kext comes after those that it depends on',
  why: 'OpenCore injects kexts in the order of Kernel → Add and links each against what came '
    + 'before it.',
  fix: 'Move the entry below the one that it depends on.',
  check: (subject) => {
    const known = byIdentifier(subject)
    return enabled(subject).flatMap((entry) => [...entry.record?.libraries.keys() ?? []].flatMap((name) => {
      const library = known.get(name)
      if (library === undefined || library.index < entry.index) return []
      return [{
        at: atEntry(entry), message: `${entry.bundlePath} needs ${library.bundlePath}, which comes after it.`,
        fix: `Move it below entry ${library.index}.`,
      }]
    }))
  },
}
