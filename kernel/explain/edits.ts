import type { CounterfactualEdit, EditValue } from '../api/index.ts'
import { EMPTY_DICTIONARY, ImportedData, ImportedDictionary, type ImportedValue } from '../importers/index.ts'
import { providerOf, type ExplainSubject } from './ExplainSubject.ts'
import type { NubFacts, PersonalityFacts } from './world/MatchWorld.ts'

/** The subject with an edit made; the old one stays as it is. */
export function applyEdit(subject: ExplainSubject, edit: CounterfactualEdit): ExplainSubject {
  switch (edit.kind) {
    case 'providerProperty': return withProvider(subject, (nub) => ({
      ...nub, properties: withKey(nub.properties ?? EMPTY_DICTIONARY, edit.key, edit.value),
    }))
    case 'removeProviderProperty': return withProvider(subject, (nub) => ({
      ...nub, properties: without(nub.properties ?? EMPTY_DICTIONARY, edit.key),
    }))
    case 'providerName': return withProvider(subject, (nub) => ({ ...nub, name: edit.value }))
    case 'personalityKeys': return withPersonality(subject, edit.personality, (one) => ({
      ...one, table: edit.keys.reduce((table, { key, value }) => withKey(table, key, value), one.table),
    }))
    case 'removeKey': return withPersonality(subject, edit.personality, (one) => ({
      ...one, table: without(one.table, edit.key),
    }))
    case 'removePersonality': {
      const personalities = subject.personalities.filter(({ name }) => name !== edit.personality)
      return { ...subject, personalities }
    }
  }
}

function withProvider(subject: ExplainSubject, change: (nub: NubFacts) => NubFacts): ExplainSubject {
  return { ...subject, lineage: [...subject.lineage.slice(0, -1), change(providerOf(subject))] }
}

function withPersonality(
  subject: ExplainSubject, wanted: string, change: (one: PersonalityFacts) => PersonalityFacts,
): ExplainSubject {
  const personalities = subject.personalities.map((one) => (one.name === wanted ? change(one) : one))
  return { ...subject, personalities }
}

function without({ keys, values }: ImportedDictionary, key: string): ImportedDictionary {
  const kept = keys.map((name, i) => ({ name, value: values[i]! })).filter(({ name }) => name !== key)
  return new ImportedDictionary(kept.map(({ name }) => name), kept.map(({ value }) => value))
}

function withKey(table: ImportedDictionary, key: string, value: EditValue): ImportedDictionary {
  const rest = without(table, key)
  return new ImportedDictionary([...rest.keys, key], [...rest.values, importedOf(value)])
}

function importedOf(value: EditValue): ImportedValue {
  return typeof value === 'object' ? new ImportedData(value.data, 'hex') : value
}

/** An imported value as one of an edit; null for what edits do not hold. */
export function editValueOf(value: ImportedValue | undefined): EditValue | null {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value
  if (!(value instanceof ImportedData)) return null
  return { data: Array.from(value.bytes(), (byte) => byte.toString(16).padStart(2, '0')).join('') }
}

function valueText(value: EditValue): string {
  if (typeof value === 'object') return `<${value.data}>`
  if (typeof value === 'boolean') return value ? 'Yes' : 'No'
  return typeof value === 'string' ? `"${value}"` : String(value)
}

/** The edit as the middle of a sentence. */
export function editText(edit: CounterfactualEdit): string {
  switch (edit.kind) {
    case 'providerProperty': return `set ${edit.key} of the provider to ${valueText(edit.value)}`
    case 'removeProviderProperty': return `take ${edit.key} from the provider`
    case 'providerName': return `name the provider ${edit.value}`
    case 'personalityKeys': {
      const keys = edit.keys.map(({ key, value }) => `${key} = ${valueText(value)}`).join(' and ')
      return `give ${edit.personality} ${keys}`
    }
    case 'removeKey': return `take ${edit.key} out of ${edit.personality}`
    case 'removePersonality': return `take ${edit.personality} away`
  }
}
