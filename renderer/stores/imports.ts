import { defineStore } from 'pinia'
import { computed, ref, shallowRef } from 'vue'
import type { ImportSummary, Problem } from '../../kernel/api/index.ts'
import { useBridge } from '../bridge/index.ts'
import { plural } from '../format/text.ts'
import { useComposerStore } from './composer.ts'
import { useCrashReportsStore } from './crashReports.ts'
import { readMachineFile } from './machineFile.ts'
import { useNavigationStore } from './navigation.ts'
import type { Place } from './navigation.ts'
import { useNoticesStore } from './notices.ts'

const SAMPLE = 'intel-desktop'
const LARGEST_FILE_BYTES = 128 * 1024 * 1024

/** Files that were brought in: registries and panics, peers of the live machine. */
export const useImportsStore = defineStore('imports', () => {
  const { kernel } = useBridge()
  const crashReports = useCrashReportsStore()
  const navigation = useNavigationStore()
  const notices = useNoticesStore()
  const imports = shallowRef<readonly ImportSummary[]>([])
  /** Name of the file being read, or null. */
  const reading = ref<string | null>(null)
  const { rejected, openMachine } = useMachineFiles()

  kernel.onState((state) => {
    if (state === 'open') void refresh()
    if (state === 'lost') replace([])
  })

  const byId = computed(() => new Map(imports.value.map((entry) => [entry.id, entry])))

  function replace(list: readonly ImportSummary[]): void {
    imports.value = list
    const known = new Set(list.map((entry) => entry.id))
    navigation.forget((place) => {
      const id = importIdOf(place)
      return id !== null && !known.has(id)
    })
  }

  async function refresh(): Promise<void> {
    replace(await kernel.calls.listImports().catch(() => []))
  }

  async function importFiles(files: Iterable<File>): Promise<void> {
    for (const file of files) await importFile(file)
  }

  async function importFile(file: File): Promise<void> {
    if (file.size > LARGEST_FILE_BYTES) {
      const text = 'Files up to 128 MB can be imported.'
      notices.show({ tone: 'error', title: `${file.name} is too large`, text })
      return
    }
    reading.value = file.name
    try {
      const bytes = new Uint8Array(await file.arrayBuffer())
      if (await openMachine(file.name, bytes)) return
      const summary = await kernel.calls.importFile(file.name, bytes)
      await refresh()
      open(summary)
      notices.show(verdict(summary))
    } catch (error) {
      notices.fail(`${file.name} could not be imported`, error)
    } finally {
      reading.value = null
    }
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

  function open(summary: ImportSummary): void {
    if (summary.kind === 'registry') navigation.go({ view: 'registry', source: `import:${summary.id}` })
    else void crashReports.openKept(summary.key)
  }

  async function close(id: number): Promise<void> {
    await kernel.calls.closeImport(id).catch((error: unknown) => notices.fail('The file could not be closed', error))
    await refresh()
  }

  return { imports, byId, reading, rejected, importFiles, openSample, open, close, refresh }
})

/** Machine files among what was dropped. */
function useMachineFiles() {
  const { kernel } = useBridge()
  const composer = useComposerStore()
  const navigation = useNavigationStore()
  /** A machine file that cannot be built, with everything that is wrong with it. */
  const rejected = shallowRef<{ readonly name: string; readonly problems: readonly Problem[] } | null>(null)

  /** Puts a machine file on the desk, or shows all its faults; false when the file is something else. */
  async function openMachine(name: string, bytes: Uint8Array): Promise<boolean> {
    const found = readMachineFile(name, bytes)
    if (found === null) return false
    const answer = 'problem' in found ? { ok: false as const, problems: [found.problem] }
      : await kernel.calls.readMachine(found.description)
    if (answer.ok) {
      composer.start(answer.value)
      navigation.go({ view: 'machines' })
    } else rejected.value = { name, problems: answer.problems }
    return true
  }

  return { rejected, openMachine }
}

/** Which import a place shows, or null when it shows none. */
export function importIdOf(place: Place): number | null {
  return place.source?.startsWith('import:') === true ? Number(place.source.slice('import:'.length)) : null
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
