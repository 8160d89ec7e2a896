import { computed, reactive, ref, shallowRef } from 'vue'
import type {
  CounterfactualEdit,
  ExplainedCandidate,
  ExplainedCounterfactual,
  ExplainReply,
  ProviderPlace,
} from '../../../kernel/api/index.ts'
import type { KernelClient } from '../../bridge/index.ts'
import { createLoad } from '../../composables/createLoad.ts'
import type { Load } from '../../composables/createLoad.ts'
import { createEdits } from './createEdits.ts'
import type { Edits } from './createEdits.ts'

/** One provider as the view shows it: the answer with the edits made, the one without, and what is open. */
export interface ExplanationDocument {
  readonly provider: ProviderPlace
  /** With the edits made. */
  readonly answer: Load<ExplainReply>
  /** What was without them; null until it is known. */
  readonly before: ExplainReply | null
  readonly edits: Edits
  /** Name of the candidate whose row is open; null for none. */
  opened: string | null
  /** What would turn the fate of the open candidate. */
  readonly chances: Load<readonly ExplainedCounterfactual[]>
  /** Whether personalities that ask for other classes are listed. */
  showsStrangers: boolean
  readonly candidates: readonly ExplainedCandidate[]
  readonly selected: ExplainedCandidate | null
  toggle(personality: string): void
  apply(edits: readonly CounterfactualEdit[]): void
  reload(): Promise<void>
  /** Something it depends on changed while it is not shown. */
  grewStale(): void
  /** Loads when there is nothing yet or something newer. */
  freshen(): Promise<void>
}

export function createExplanation(provider: ProviderPlace, kernel: KernelClient): ExplanationDocument {
  const before = shallowRef<ExplainReply | null>(null)
  const opened = ref<string | null>(null)
  const showsStrangers = ref(false)
  let stale = true

  const answer = createLoad(async () => {
    if (edits.list.length > 0) return kernel.calls.explainWhatIf(provider, edits.list, null)
    const reply = await kernel.calls.explain(provider, null)
    before.value = reply
    return reply
  })
  const chances = createLoad(async () => {
    const name = opened.value
    if (name === null) return []
    const { explanation } = await kernel.calls.explainWhatIf(provider, edits.list, name)
    return explanation.counterfactuals.filter(({ personality }) => personality === name)
  })
  const edits = createEdits(() => void run())

  async function run(): Promise<void> {
    await answer.run()
    if (opened.value !== null) await chances.run()
  }

  async function reload(): Promise<void> {
    stale = false
    if (edits.list.length > 0) before.value = await kernel.calls.explain(provider, null).catch(() => null)
    await run()
  }

  function toggle(personality: string): void {
    opened.value = opened.value === personality ? null : personality
    chances.clear()
    if (opened.value !== null) void chances.run()
  }

  const all = computed(() => answer.value?.explanation.candidates ?? [])
  return reactive({
    provider,
    answer,
    before,
    edits,
    opened,
    chances,
    showsStrangers,
    toggle,
    reload,
    candidates: computed(() =>
      all.value.filter(({ reason }) => showsStrangers.value || reason !== 'CLASS'),
    ),
    selected: computed(
      () =>
        all.value.find(({ personality }) => personality === opened.value) ??
        all.value.find(({ reason }) => reason === 'WON') ??
        null,
    ),
    apply: (list: readonly CounterfactualEdit[]) => edits.add(list),
    grewStale: () => {
      stale = true
    },
    freshen: () => (stale ? reload() : Promise.resolve()),
  })
}
