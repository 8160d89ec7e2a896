import { defineStore } from 'pinia'
import { computed, reactive, ref, shallowReactive, shallowRef, watch } from 'vue'
import type { ProviderPlace, RegistrySnapshot, RegistrySource } from '../../kernel/api/index.ts'
import { useBridge } from '../bridge/index.ts'
import { createLoad } from '../composables/createLoad.ts'
import type { Load } from '../composables/createLoad.ts'
import { createExplanation } from '../views/MatchExplainer/createExplanation.ts'
import type { ExplanationDocument } from '../views/MatchExplainer/createExplanation.ts'
import { nubsOf } from '../views/MatchExplainer/nubs.ts'
import { useImportsStore } from './imports.ts'
import { useKextSetsStore } from './kextSets.ts'
import { useMachineStore } from './machine.ts'
import { useNavigationStore } from './navigation.ts'
import { useNoticesStore } from './notices.ts'

/** Documents kept with their edits. */
const MOST_DOCUMENTS = 32
const REFRESH_MS = 500

/** What the Match Explainer shows: a provider of some registry with everything tried on it. */
export const useExplainerStore = defineStore('explainer', () => {
  const { kernel } = useBridge()
  const kextSets = useKextSetsStore()
  const notices = useNoticesStore()
  const navigation = useNavigationStore()
  const imports = useImportsStore()
  const documents = shallowReactive(new Map<string, ExplanationDocument>())
  const place = usePlace()
  const picking = ref(false)
  const nubs = useNubs(() => place.value.source)

  const document = computed(() => {
    const { source, entry } = place.value
    return source === null || entry === null ? null : documentOf({ source, id: entry })
  })

  function documentOf(provider: ProviderPlace): ExplanationDocument {
    const key = `${provider.source} ${provider.id}`
    const known = documents.get(key)
    if (known !== undefined) return known
    const made = createExplanation(provider, kernel)
    if (documents.size >= MOST_DOCUMENTS) documents.delete([...documents.keys()][0] ?? '')
    documents.set(key, made)
    return made
  }

  /** Opens the view on a provider. */
  function show({ source, id }: ProviderPlace): void {
    picking.value = false
    navigation.go({ view: 'match-explainer', source, entry: id })
  }

  const opening = createLoad(() => kernel.calls.openExplainerSample())
  async function openSample(): Promise<void> {
    await opening.run()
    if (opening.error !== null) notices.fail('The sample could not be opened', opening.error)
    if (opening.value === null) return
    await Promise.all([imports.refresh(), kextSets.refresh()])
    show(opening.value.provider)
  }

  useFreshness(documents, document)
  return { place, document, picking, nubs, opening, show, openSample }
})

/** The provider of the current place; a place without one means the last one that was looked at. */
function usePlace() {
  const navigation = useNavigationStore()
  const imports = useImportsStore()
  const machine = useMachineStore()
  const last = shallowRef<{ readonly source: RegistrySource; readonly entry: number | null } | null>(null)
  const isThere = (source: RegistrySource): boolean =>
    source === 'machine' ? machine.isPresent : imports.byId.has(Number(source.slice('import:'.length)))
  watch(
    () => navigation.place,
    ({ view, source, entry }) => {
      if (view === 'match-explainer' && source !== undefined) last.value = { source, entry: entry ?? null }
    },
    { immediate: true },
  )
  watch(
    () => machine.status.session,
    () => {
      if (last.value?.source === 'machine') last.value = null
    },
  )

  return computed((): { readonly source: RegistrySource | null; readonly entry: number | null } => {
    const { view, source, entry } = navigation.place
    if (view === 'match-explainer' && source !== undefined && isThere(source))
      return { source, entry: entry ?? null }
    if (last.value !== null && isThere(last.value.source)) return last.value
    if (machine.isPresent) return { source: 'machine', entry: null }
    const newest = imports.imports.findLast(({ kind }) => kind === 'registry')
    return { source: newest === undefined ? null : `import:${newest.id}`, entry: null }
  })
}

/** The providers to choose from, read when they are asked for. */
function useNubs(source: () => RegistrySource | null) {
  const { kernel } = useBridge()
  let readFrom: RegistrySource | null = null
  const snapshot: Load<RegistrySnapshot> = createLoad(async () => {
    const from = source()
    if (from === null) throw new Error('There is no registry to choose from.')
    readFrom = from
    return kernel.calls.registrySnapshot(from, 'IOService')
  })
  const list = computed(() => (snapshot.value === null ? [] : nubsOf(snapshot.value)))

  async function read(): Promise<void> {
    if (readFrom !== source()) snapshot.clear()
    await snapshot.run()
  }
  return reactive({ snapshot, list, read })
}

/** Answers follow the kext sets and, while they are shown, the machine. */
function useFreshness(
  documents: Map<string, ExplanationDocument>,
  shown: { readonly value: ExplanationDocument | null },
): void {
  const { kernel } = useBridge()
  const machine = useMachineStore()
  const kextSets = useKextSetsStore()
  const navigation = useNavigationStore()
  let timer: ReturnType<typeof setTimeout> | null = null

  function forgetOthers(): void {
    for (const [key, document] of documents) if (document !== shown.value) documents.delete(key)
  }

  watch(
    () => kextSets.generation,
    () => {
      forgetOthers()
      if (navigation.place.view === 'match-explainer') void shown.value?.reload()
      else shown.value?.grewStale()
    },
  )
  watch(
    () => machine.status.session,
    () => {
      for (const key of documents.keys()) if (key.startsWith('machine ')) documents.delete(key)
    },
  )
  kernel.on('registryChanged', () => {
    const isShown =
      navigation.place.view === 'match-explainer' && shown.value?.provider.source === 'machine'
    if (!isShown || timer !== null) return
    timer = setTimeout(() => {
      timer = null
      void shown.value?.reload()
    }, REFRESH_MS)
  })
  kernel.onState((state) => {
    if (state === 'lost') documents.clear()
  })
}
