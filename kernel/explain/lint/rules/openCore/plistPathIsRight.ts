import type { LintRule } from '../../LintRule.ts'
import { atEntry, enabled } from './entries.ts'
import type { OpenCoreSubject } from '../../subjects.ts'

/** PlistPath names the property list of the bundle. */
export const plistPathIsRight: LintRule<OpenCoreSubject> = {
  id: 'WB307', severity: 'error',
  title: 'PlistPath names the property list of the bundle',
  why: 'Without its property list a kext cannot be injected.',
  fix: 'Write Contents/Info.plist.',
  check: (subject) => enabled(subject).flatMap((entry) => {
    const { plistPath, bundlePath } = entry
    const at = atEntry(entry, 'PlistPath')
    if (plistPath === '') return [{ at, message: `PlistPath of ${bundlePath} is empty.` }]
    const { folder } = subject
    if (folder === null || !folder.has(bundlePath) || folder.has(`${bundlePath}/${plistPath}`)) return []
    return [{ at, message: `There is no ${plistPath} in ${bundlePath}.` }]
  }),
}
