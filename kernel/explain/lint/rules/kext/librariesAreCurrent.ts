import type { LintRule } from '../../LintRule.ts'
import { OSKextParseVersionString } from '../../../../kext/index.ts'
import { isVariable, type KextSubject } from '../../subjects.ts'

/** Libraries are com.apple.kpi ones, in valid versions. */
export const librariesAreCurrent: LintRule<KextSubject> = {
  id: 'WB211', severity: 'error',
  title: 'Libraries are com.apple.kpi ones, in valid versions',
  why: 'The com.apple.kernel libraries are for 32-bit kernels; 64-bit kernels refuse kexts that '
    + 'name them. A version that is none satisfies nothing.',
  fix: 'Name com.apple.kpi.bsd, .iokit, .libkern, .mach, .unsupported; 8.0 and later.',
  check: ({ record: { libraries } }) => [...libraries].flatMap(([name, version]) => {
    const at = ['OSBundleLibraries', name]
    if (/^com\.apple\.kernel(?:\.|$)/u.test(name))
      return [{ at, message: `${name} is a library of 32-bit kernels.` }]
    if (isVariable(version) || OSKextParseVersionString(version) >= 0n) return []
    return [{ at, message: `Version "${version}" of ${name} is no kext version.`,
      fix: 'Write for example 8.0.' }]
  }),
}
