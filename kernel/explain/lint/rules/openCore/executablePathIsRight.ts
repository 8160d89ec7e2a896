import type { LintRule } from '../../LintRule.ts'
import { isVariable, type OpenCoreSubject } from '../../subjects.ts'
import { atEntry, enabled } from './entries.ts'

/** ExecutablePath says where the code is, and only if there is code. */
export const executablePathIsRight: LintRule<OpenCoreSubject> = {
  id: 'WB306', severity: 'error',
  title: 'ExecutablePath says where the code is, and only if there is code',
  why: 'A kext with code and an empty ExecutablePath is injected without its code; a path to '
    + 'nothing stops the start.',
  fix: 'Write Contents/MacOS/NAME for a kext with code and leave it empty for a codeless one.',
  check: (subject) => enabled(subject).flatMap((entry) => {
    const { record, executablePath, bundlePath } = entry
    const at = atEntry(entry, 'ExecutablePath')
    if (executablePath === '') {
      return record?.executable == null || isVariable(record.executable) ? []
        : [{ at, message: `${bundlePath} has code, and ExecutablePath is empty.`,
          fix: `Write Contents/MacOS/${record.executable}.` }]
    }
    if (record !== null && record.executable === null)
      return [{ at, message: `${bundlePath} is codeless, and ExecutablePath is ${executablePath}.` }]
    const isThere = subject.folder === null || !subject.folder.has(bundlePath)
      || subject.folder.has(`${bundlePath}/${executablePath}`)
    return isThere ? [] : [{ at, message: `There is no ${executablePath} in ${bundlePath}.` }]
  }),
}
