/** Rules for entitlements (WB4xx). */
import type { LintRule } from '../../LintRule.ts'
import type { EntitlementsSubject } from '../../subjects.ts'
import { driverkitIsAskedFor } from './driverkitIsAskedFor.ts'
import { noPrivateEntitlements } from './noPrivateEntitlements.ts'
import { transportFitsProvider } from './transportFitsProvider.ts'
import { transportsAreLists } from './transportsAreLists.ts'

/** Rules for entitlements, in the order of their numbers. */
export const entitlementRules: readonly LintRule<EntitlementsSubject>[] = [
  driverkitIsAskedFor, transportsAreLists, noPrivateEntitlements, transportFitsProvider,
]
