import type { CounterfactualEdit, EditValue, EntryProperty } from '../../../kernel/api/index.ts'
import { shortValue } from '../../format/propertyValue.ts'
import { editable, parseEditValue } from './editText.ts'
import type { EditType } from './editText.ts'

/** One property or key in the editor. */
export interface EditRow {
  readonly id: number
  key: string
  type: EditType
  text: string
  /** As it was when the editor opened; null for a row that was added. */
  readonly original: { readonly type: EditType; readonly text: string } | null
  /** Containers and wide numbers are shown and can be removed, not written. */
  readonly isFixed: boolean
  isRemoved: boolean
}

export function editRows(properties: readonly EntryProperty[]): EditRow[] {
  return properties.map(({ key, value }, id) => {
    const original = editable(value)
    return {
      id,
      key,
      type: original?.type ?? 'string',
      text: original?.text ?? shortValue(value),
      original,
      isFixed: original === null,
      isRemoved: false,
    }
  })
}

export function newRow(rows: readonly EditRow[]): EditRow {
  const id = Math.max(-1, ...rows.map((row) => row.id)) + 1
  return { id, key: '', type: 'string', text: '', original: null, isFixed: false, isRemoved: false }
}

function isChanged({ original, type, text, isFixed, isRemoved }: EditRow): boolean {
  if (isFixed || isRemoved) return false
  return original === null || original.type !== type || original.text !== text
}

/** What is wrong with a row; null where nothing is, or where it is not to be written. */
export function rowProblem(row: EditRow): string | null {
  if (!isChanged(row)) return null
  if (row.key.trim() === '') return 'A key has to have a name.'
  const parsed = parseEditValue(row.type, row.text)
  return 'problem' in parsed ? parsed.problem : null
}

/** The edits that make the rows of what was: of the device for null, else of that personality. */
export function editsOf(rows: readonly EditRow[], personality: string | null): CounterfactualEdit[] {
  const changed = rows
    .filter((row) => isChanged(row) && rowProblem(row) === null)
    .map((row) => ({ key: row.key.trim(), value: valueOf(row) }))
  const removed = rows.filter(
    ({ isRemoved, original, isFixed }) => isRemoved && (isFixed || original !== null),
  )
  if (personality === null) {
    return [
      ...removed.map(({ key }): CounterfactualEdit => ({ kind: 'removeProviderProperty', key })),
      ...changed.map(({ key, value }): CounterfactualEdit => ({ kind: 'providerProperty', key, value })),
    ]
  }
  return [
    ...removed.map(({ key }): CounterfactualEdit => ({ kind: 'removeKey', personality, key })),
    ...(changed.length === 0 ? [] : [{ kind: 'personalityKeys' as const, personality, keys: changed }]),
  ]
}

function valueOf({ type, text }: EditRow): EditValue {
  const parsed = parseEditValue(type, text)
  return 'value' in parsed ? parsed.value : text
}
