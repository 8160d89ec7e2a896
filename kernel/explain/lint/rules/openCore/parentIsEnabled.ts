import type { LintRule } from '../../LintRule.ts'
import { atEntry, enabled } from './entries.ts'
import type { OpenCoreSubject } from '../../subjects.ts'

/** A plug-in is enabled with the kext that holds it. */
export const parentIsEnabled: LintRule<OpenCoreSubject> = {
  id: 'WB312', severity: 'warning',
  title: 'A plug-in is enabled with the kext that holds it',
  why: 'Plug-ins mostly depend on the kext around them.',
  fix: 'Enable the kext around it, or disable the plug-in.',
  check: (subject) => {
    const on = new Set(enabled(subject).map(({ bundlePath }) => bundlePath))
    return enabled(subject).flatMap((entry) => {
      const outer = /^(.*\.kext)\/Contents\/PlugIns\//u.exec(entry.bundlePath)?.[1]
      return outer === undefined || on.has(outer) ? []
        : [{ at: atEntry(entry), message: `${entry.bundlePath} is on, and ${outer} is not.` }]
    })
  },
}
