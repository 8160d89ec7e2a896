import type { LintRule } from '../../LintRule.ts'
import { atEntry, enabled } from './entries.ts'
import type { OpenCoreSubject } from '../../subjects.ts'

/** BundlePath names a bundle that is there. */
export const bundleIsThere: LintRule<OpenCoreSubject> = {
  id: 'WB302', severity: 'error',
  title: 'BundlePath names a bundle that is there',
  why: 'A missing kext ends the start of the system, or is left out without a word.',
  fix: 'Copy the kext into EFI/OC/Kexts, correct the path, or set Enabled to false.',
  check: (subject) => subject.folder === null ? [] : enabled(subject)
    .filter(({ bundlePath }) => !subject.folder!.has(bundlePath))
    .map((entry) => ({ at: atEntry(entry, 'BundlePath'),
      message: `There is no ${entry.bundlePath} in Kexts.` })),
}
