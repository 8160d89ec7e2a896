import { shallowRef, watch } from 'vue'
import type { ShallowRef } from 'vue'
import type { EntryDetails, PropertyValue } from '../../../kernel/api/index.ts'
import type { Load } from '../../composables/createLoad.ts'
import { fullValue } from '../../format/propertyValue.ts'
import type { ChangeKind } from './changes.ts'

const SHOWN_MS = 3000

type Property = { readonly key: string; readonly value: PropertyValue }

export interface PropertyChanges {
  readonly kinds: ReadonlyMap<string, ChangeKind>
  /** Properties that are gone, with the value they had. */
  readonly removed: readonly Property[]
}

const NONE: PropertyChanges = { kinds: new Map(), removed: [] }

/** What changed in the properties of the selected entry since it was selected or cleared. */
export function createPropertyChanges(
  details: Load<EntryDetails | null>,
): { properties: ShallowRef<PropertyChanges>; clear: () => void } {
  const properties = shallowRef<PropertyChanges>(NONE)
  let timer: ReturnType<typeof setTimeout> | null = null

  function clear(): void {
    if (timer !== null) clearTimeout(timer)
    timer = null
    properties.value = NONE
  }

  watch(() => details.value, (now, before) => {
    if (now === null || before?.id !== now.id) return clear()
    const found = compare(properties.value, before.properties, now.properties)
    if (found === null) return
    properties.value = found
    if (timer !== null) clearTimeout(timer)
    timer = setTimeout(() => {
      const { removed } = properties.value
      properties.value = { kinds: new Map(removed.map(({ key }) => [key, 'removed'])), removed }
    }, SHOWN_MS)
  })
  return { properties, clear }
}

function compare(
  known: PropertyChanges, before: readonly Property[], now: readonly Property[],
): PropertyChanges | null {
  const old = new Map(before.map((property) => [property.key, property]))
  const kinds = new Map(known.kinds)
  let found = false
  for (const { key, value } of now) {
    const was = old.get(key)
    old.delete(key)
    if (was !== undefined && fullValue(was.value) === fullValue(value)) continue
    kinds.set(key, was === undefined ? 'added' : 'changed')
    found = true
  }
  const here = new Set(now.map(({ key }) => key))
  const removed = [...known.removed.filter(({ key }) => !here.has(key)), ...old.values()]
  for (const { key } of old.values()) kinds.set(key, 'removed')
  return found || old.size > 0 ? { kinds, removed } : null
}
