/** Rules for kexts and dexts (WB2xx). */
import type { LintRule } from '../../LintRule.ts'
import type { KextSubject } from '../../subjects.ts'
import { classIsInBundle } from './classIsInBundle.ts'
import { codeNamesLibraries } from './codeNamesLibraries.ts'
import { dextIsWhole } from './dextIsWhole.ts'
import { executableIsThere } from './executableIsThere.ts'
import { identifierIsValid } from './identifierIsValid.ts'
import { interfaceNeedsPlace } from './interfaceNeedsPlace.ts'
import { keyHasType } from './keyHasType.ts'
import { librariesAreCurrent } from './librariesAreCurrent.ts'
import { listIsReadable } from './listIsReadable.ts'
import { noDebugKeys } from './noDebugKeys.ts'
import { pciWordIsValid } from './pciWordIsValid.ts'
import { personalitiesDiffer } from './personalitiesDiffer.ts'
import { personalityIsWhole } from './personalityIsWhole.ts'
import { requiredIsKnown } from './requiredIsKnown.ts'
import { resourcesNeedCategory } from './resourcesNeedCategory.ts'
import { tunnelCompatible } from './tunnelCompatible.ts'
import { usbPatternExists } from './usbPatternExists.ts'
import { usbScoreIsCut } from './usbScoreIsCut.ts'
import { variablesAreFilled } from './variablesAreFilled.ts'
import { versionIsValid } from './versionIsValid.ts'

/** Rules for kexts and dexts, in the order of their numbers. */
export const kextRules: readonly LintRule<KextSubject>[] = [
  interfaceNeedsPlace, usbScoreIsCut, keyHasType, classIsInBundle, resourcesNeedCategory, tunnelCompatible,
  personalityIsWhole, versionIsValid, identifierIsValid, codeNamesLibraries, librariesAreCurrent,
  executableIsThere, pciWordIsValid, usbPatternExists, variablesAreFilled, personalitiesDiffer, noDebugKeys,
  dextIsWhole, listIsReadable, requiredIsKnown,
]
