import type { CounterfactualEdit, EntryProperty, ExplainReply } from '../api/index.ts'
import { EMPTY_DICTIONARY, toPropertyValue, type ImportedDictionary } from '../importers/index.ts'
import { applyEdit } from './edits.ts'
import { explainNub } from './explainNub.ts'
import { providerOf, type ExplainSubject } from './ExplainSubject.ts'

/** Explains a subject after some edits, with the provider's properties as they then are. */
export function explainSubject(
  given: ExplainSubject, edits: readonly CounterfactualEdit[], focus: string | null,
): ExplainReply {
  const { properties } = providerOf(edits.reduce(applyEdit, given))
  return { explanation: explainNub(given, focus, edits), properties: propertiesOf(properties ?? EMPTY_DICTIONARY) }
}

/** The dictionary of a personality after some edits; null where there is none of that name. */
export function personalityTable(
  given: ExplainSubject, edits: readonly CounterfactualEdit[], name: string,
): EntryProperty[] | null {
  const found = edits.reduce(applyEdit, given).personalities.find((one) => one.name === name)
  return found === undefined ? null : propertiesOf(found.table)
}

function propertiesOf({ keys, values }: ImportedDictionary): EntryProperty[] {
  return keys.map((key, i) => ({ key, value: toPropertyValue(values[i]!) }))
}
