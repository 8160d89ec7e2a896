import type { LintRule } from '../../LintRule.ts'
import { atEntry, compareKernels } from './entries.ts'
import type { OpenCoreSubject } from '../../subjects.ts'

/** MinKernel and MaxKernel are Darwin versions in order. */
export const kernelRangeIsValid: LintRule<OpenCoreSubject> = {
  id: 'WB311', severity: 'error',
  title: 'MinKernel and MaxKernel are Darwin versions in order',
  why: 'The range decides for which systems the kext is injected: a version of macOS instead of '
    + 'Darwin’s never fits.',
  fix: 'Write the version of Darwin: 20.0.0 for macOS 11, 24.0.0 for macOS 15.',
  check: ({ entries }) => entries.flatMap((entry) => {
    const { minKernel, maxKernel } = entry
    const wrong = ([['MinKernel', minKernel], ['MaxKernel', maxKernel]] as const)
      .filter(([, text]) => text !== '' && !/^\d{1,2}(?:\.\d{1,2}){0,2}$/u.test(text))
    if (wrong.length > 0)
      return wrong.map(([field, text]) => ({ at: atEntry(entry, field), message: `${field} is "${text}".` }))
    if (minKernel === '' || maxKernel === '' || compareKernels(minKernel, maxKernel) <= 0) return []
    return [{ at: atEntry(entry, 'MinKernel'),
      message: `MinKernel ${minKernel} is later than MaxKernel ${maxKernel}.` }]
  }),
}
