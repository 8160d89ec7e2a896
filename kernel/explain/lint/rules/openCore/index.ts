/** Rules for the kexts of an OpenCore set (WB3xx). */
import type { LintRule } from '../../LintRule.ts'
import type { OpenCoreSubject } from '../../subjects.ts'
import { bundleIsListed } from './bundleIsListed.ts'
import { bundleIsThere } from './bundleIsThere.ts'
import { dependenciesComeFirst } from './dependenciesComeFirst.ts'
import { dependencyIsCompatible } from './dependencyIsCompatible.ts'
import { dependencyIsThere } from './dependencyIsThere.ts'
import { devicesAreClaimedOnce } from './devicesAreClaimedOnce.ts'
import { entriesDiffer } from './entriesDiffer.ts'
import { executablePathIsRight } from './executablePathIsRight.ts'
import { kernelRangeIsValid } from './kernelRangeIsValid.ts'
import { parentIsEnabled } from './parentIsEnabled.ts'
import { pathsAreRelative } from './pathsAreRelative.ts'
import { plistPathIsRight } from './plistPathIsRight.ts'

/** Rules for OpenCore’s list of kexts, in the order of their numbers. */
export const openCoreRules: readonly LintRule<OpenCoreSubject>[] = [
  dependenciesComeFirst, bundleIsThere, bundleIsListed, dependencyIsThere, dependencyIsCompatible,
  executablePathIsRight, plistPathIsRight, entriesDiffer, pathsAreRelative, devicesAreClaimedOnce,
  kernelRangeIsValid, parentIsEnabled,
]
