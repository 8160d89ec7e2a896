import type { LintRule } from '../../LintRule.ts'
import type { OpenCoreSubject } from '../../subjects.ts'

/** Every kext in the folder is in Kernel → Add. */
export const bundleIsListed: LintRule<OpenCoreSubject> = {
  id: 'WB303', severity: 'info',
  title: 'Every kext in the folder is in Kernel → Add',
  why: 'OpenCore loads what the list names, not what the folder holds.',
  fix: 'Add an entry for it, or remove it from the folder.',
  check: ({ entries, folder }) => {
    const listed = new Set(entries.map(({ bundlePath }) => bundlePath))
    return [...folder?.bundles.keys() ?? []].filter((path) => !listed.has(path))
      .map((path) => ({ at: ['Kernel', 'Add'], message: `${path} is in Kexts and in no entry.` }))
  },
}
