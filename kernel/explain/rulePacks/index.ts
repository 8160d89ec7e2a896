/**
 * What is known of matching that no published source says: concluded from dumps, labelled, and replaceable.
 * A rule of a family itself wins where both are about the same class.
 */
import { familyMatcherFor, familyRules } from '../../families/familyMatchers.ts'
import type { FamilyRule } from '../../iokit/index.ts'
import { closedFamilyRules } from './closedFamilies.ts'

export { knownRefusal, type ProviderFacts } from './knownRefusals.ts'
export { namesInCode } from './namesInCode.ts'
export { writesItself } from './ownKeys.ts'

/** Keys of IOService itself; a family's are in its rule. */
const GENERIC_KEYS = [
  'IONameMatch', 'IOPropertyMatch', 'IOPropertyExistsMatch', 'IOResourceMatch', 'IOResourceMatched',
  'IOParentMatch', 'IOLocationMatch', 'IOPathMatch', 'IOCompatibilityMatch',
]
const familyKeys = [...familyRules, ...closedFamilyRules].flatMap((rule) => rule.keys)
const askedKeys = new Set([...GENERIC_KEYS, ...familyKeys])

/** Whether IOService compares a key itself, whatever the family. */
export function isGenericKey(key: string): boolean {
  return GENERIC_KEYS.includes(key)
}

/** Whether a matching dictionary is ever asked for a key that holds more than a text or a number. */
export function asksFor(key: string): boolean {
  return askedKeys.has(key)
}

const byClass = new Map(closedFamilyRules.flatMap(
  (rule) => rule.providerClasses.map((name) => [name, rule] as const),
))

/**
 * How nubs answer a matching dictionary; the classes are the nub's own and its superclasses, nearest first.
 */
export function ruleForClasses(classes: readonly string[]): FamilyRule | null {
  for (const name of classes) {
    const rule = familyMatcherFor(name) ?? byClass.get(name)
    if (rule !== undefined && rule !== null) return rule
  }
  return null
}
