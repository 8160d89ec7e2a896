import type { LintRule } from '../../LintRule.ts'
import { atEntry } from './entries.ts'
import type { OpenCoreSubject } from '../../subjects.ts'

/** Paths are relative, with forward slashes. */
export const pathsAreRelative: LintRule<OpenCoreSubject> = {
  id: 'WB309', severity: 'error',
  title: 'Paths are relative, with forward slashes',
  why: 'Paths begin at EFI/OC/Kexts; another form is not found, or leads out of it.',
  fix: 'Write for example Lilu.kext and Contents/MacOS/Lilu.',
  check: ({ entries }) => entries.flatMap((entry) => {
    const fields = [
      ['BundlePath', entry.bundlePath], ['ExecutablePath', entry.executablePath],
      ['PlistPath', entry.plistPath],
    ] as const
    return fields.filter(([, path]) => /^\/|\\|(?:^|\/)\.\.(?:\/|$)/u.test(path))
      .map(([field, path]) => ({ at: atEntry(entry, field), message: `${field} is ${path}.` }))
  }),
}
