import { defineStore } from 'pinia'
import { computed, ref, shallowRef } from 'vue'
import type { ImportSummary, RegistrySource } from '../../kernel/api/index.ts'
import { useBridge } from '../bridge/index.ts'
import { plural } from '../format/text.ts'
import { useComposerStore } from './composer.ts'
import { useCrashReportsStore } from './crashReports.ts'
import { createFileReader, type RejectedMachine } from './fileReader.ts'
import { createProgress, importMany } from './importBatch.ts'
import { useNavigationStore } from './navigation.ts'
import type { Place } from './navigation.ts'
import { useNoticesStore } from './notices.ts'

const SAMPLE = 'intel-desktop'

/** Files that were brought in: registries and panics, peers of the live machine. */
export const useImportsStore = defineStore('imports', () => {
  const { kernel, upload } = useBridge()
  const composer = useComposerStore()
  const crashReports = useCrashReportsStore()
  const navigation = useNavigationStore()
  const notices = useNoticesStore()
  const imports = shallowRef<readonly ImportSummary[]>([])
  /** Name of the file being read, or null. */
  const reading = ref<string | null>(null)
  /** A machine file that cannot be built, with everything that is wrong with it. */
  const rejected = shallowRef<RejectedMachine | null>(null)

  kernel.onState((state) => {
    if (state === 'open') void refresh()
    if (state === 'lost') replace([])
  })

  const read = createFileReader({ kernel, upload, composer, navigation, reading, rejected })
  const byId = computed(() => new Map(imports.value.map((entry) => [entry.id, entry])))

  function replace(list: readonly ImportSummary[]): void {
    imports.value = list
    const known = new Set(list.map((entry) => entry.id))
    navigation.forget((place) => {
      const ids = [importIdOf(place), place.against === undefined ? null : idOf(place.against)]
      return ids.some((id) => id !== null && !known.has(id))
    })
  }

  async function refresh(): Promise<void> {
    replace(await kernel.calls.listImports().catch(() => []))
  }

  async function importFiles(files: Iterable<File>): Promise<void> {
    const all = [...files]
    const [only] = all
    if (only !== undefined && all.length === 1) await importFile(only)
    if (all.length < 2) return
    await importMany(all, { notices, read, openAllKept: crashReports.openAllKept, refresh, open })
  }

  async function importFile(file: File): Promise<void> {
    const progress = createProgress(notices, `Reading ${file.name}…`)
    const outcome = await read(file).finally(() => progress.end())
    if ('failure' in outcome) notices.fail(`${file.name} could not be imported`, outcome.failure)
    if (!('summary' in outcome)) return
    if (outcome.summary.kind === 'registry') replace([...imports.value, outcome.summary])
    open(outcome.summary, viewOfDump(navigation.place))
    notices.show(verdict(outcome.summary))
  }

  /** Opens a dump of one of our own machines, to look around in. */
  async function openSample(): Promise<void> {
    try {
      const summary = await kernel.calls.openSample(SAMPLE)
      await refresh()
      open(summary)
    } catch (error) {
      notices.fail('The sample could not be opened', error)
    }
  }

  function open(summary: ImportSummary, view: Place['view'] = 'registry'): void {
    if (summary.kind === 'registry') navigation.go({ view, source: `import:${summary.id}` })
    else void crashReports.openKept(summary.key)
  }

  async function close(id: number): Promise<void> {
    await kernel.calls.closeImport(id).catch((error: unknown) => notices.fail('The file could not be closed', error))
    await refresh()
  }

  return { imports, byId, reading, rejected, importFiles, openSample, open, close, refresh }
})

/** A dump that is brought in opens in the view that is on the screen where that is about dumps. */
function viewOfDump({ view }: Place): Place['view'] {
  return view === 'match-explainer' ? view : 'registry'
}

/** Which import a place shows, or null when it shows none. */
export function importIdOf(place: Place): number | null {
  return place.source === undefined ? null : idOf(place.source)
}

function idOf(source: RegistrySource): number | null {
  return source.startsWith('import:') ? Number(source.slice('import:'.length)) : null
}

function verdict(summary: ImportSummary): { tone: 'success' | 'warning'; title: string; text: string } {
  const what = summary.kind === 'registry' ? plural(summary.entries, 'entry', 'entries') : summary.title
  const missed = summary.linesTotal - summary.linesUnderstood
  const read = summary.linesTotal === 0 ? '' : missed === 0 ? ' Every line was understood.' : ` ${missed} of ${plural(summary.linesTotal, 'line')} ${missed === 1 ? 'was' : 'were'} not understood.`
  return {
    tone: summary.problems.length === 0 && missed === 0 ? 'success' : 'warning',
    title: `Imported ${summary.name}`,
    text: `${what}, ${summary.format}.${read}`,
  }
}
