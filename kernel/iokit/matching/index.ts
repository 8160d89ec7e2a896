/** Matching: the catalogue of personalities, matching tables, the hooks of families and of the explainer. */
import { defineKernelClasses } from '../../libkern/index.ts'
import { IOCatalogue } from './IOCatalogue.ts'

export { IOCatalogue }
export { gIOCatalogue, type Candidate } from './IOCatalogue.ts'
export { CompiledTable, newOutcome, scoreOf, type MatchOutcome } from './CompiledTable.ts'
export {
  nameMatching, propertyMatching, registryEntryIDMatching, resourceMatching, serviceMatching,
} from './dictionaries.ts'
export { existingServices } from './existingServices.ts'
export type { FamilyRule, NameRule, RuleConfidence } from './FamilyRule.ts'
export type { FamilyMatcher, FamilyPredicate, IndexKey, Score } from './MatchableEntry.ts'
export { explainMatch, kIOServiceClassDone, matchPassive } from './matchPassive.ts'
export {
  getMatchRecorder, recordAsked, recordProperty, scoreNotes, setMatchRecorder, type AskedKey, type MatchReason,
  type MatchRecorder, type ScoreTerm,
} from './MatchRecorder.ts'
export { getModuleLoader, setModuleLoader, type ModuleLoader } from './ModuleLoader.ts'
export { Personality } from './Personality.ts'

defineKernelClasses([IOCatalogue])
