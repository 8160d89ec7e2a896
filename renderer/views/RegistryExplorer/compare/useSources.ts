import { computed } from 'vue'
import type { ComputedRef } from 'vue'
import type { RegistrySource } from '../../../../kernel/api/index.ts'
import { useImportsStore } from '../../../stores/imports.ts'
import { useMachineStore } from '../../../stores/machine.ts'

export interface Source {
  readonly source: RegistrySource
  readonly name: string
}

/** The registries that are open, and those that one of them can be compared with. */
export function useSources(own: () => RegistrySource): {
  readonly others: ComputedRef<readonly Source[]>
  nameOf(source: RegistrySource): string
} {
  const machine = useMachineStore()
  const imports = useImportsStore()
  const all = computed<readonly Source[]>(() => [
    ...machine.isPresent ? [{ source: 'machine' as const, name: `${machine.status.title ?? 'Machine'} (live)` }] : [],
    ...imports.imports.map(({ id, name }) => ({ source: `import:${id}` as const, name })),
  ])
  return {
    others: computed(() => all.value.filter(({ source }) => source !== own())),
    nameOf: (source) => all.value.find((known) => known.source === source)?.name ?? 'A registry that was closed',
  }
}
