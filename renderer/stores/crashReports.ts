import { defineStore } from 'pinia'
import { computed, shallowRef, watch } from 'vue'
import type { ReportSummary, StoredReport } from '../../kernel/api/index.ts'
import { useBridge } from '../bridge/index.ts'
import type { HostClient } from '../bridge/index.ts'
import { createLoad } from '../composables/createLoad.ts'
import { formatVirtualTime } from '../format/time.ts'
import { groupReports } from '../views/CrashReports/groupReports.ts'
import type { BatchPlaces } from './importBatch.ts'
import { createKeptFiles, type KeptFiles } from './keptFiles.ts'
import { useNavigationStore } from './navigation.ts'
import { useNoticesStore } from './notices.ts'
import { createPanicNotice } from './panicNotice.ts'

/** How far ahead of the panic a rewind stops. */
const REWIND_NS = 1_000_000

/** Stored panics: the list from the host, and the one that is open. */
export const useCrashReportsStore = defineStore('crashReports', () => {
  const { host, kernel } = useBridge()
  const notices = useNoticesStore()
  const navigation = useNavigationStore()
  const selectedId = shallowRef<number | null>(null)
  const list = createLoad<ReportSummary[]>(() => host.calls.listCrashReports())
  const open = createLoad<StoredReport | null>(async () => {
    const id = selectedId.value
    return id === null ? null : host.calls.getCrashReport(id)
  })

  const refresh = coalesced(() => list.run())
  host.on('crashReportsChanged', () => void refresh())
  host.onState((state) => { if (state === 'open') void list.run() })

  const openReport = (): void => void opening.openNewest()
  const panicNotice = createPanicNotice({ host, kernel, notices, openReport })
  const kept = createKeptFiles(host)

  /** Reports of panics and crashes; registries of the library are opened in their own view. */
  const reports = computed(() => (list.value ?? []).filter(({ kind }) => kind !== 'registry'))
  const groups = computed(() => groupReports(reports.value))
  const unread = computed(() => reports.value.filter((report) => report.unread).length)

  watch(reports, (now) => {
    if (selectedId.value !== null && !now.some((report) => report.id === selectedId.value)) selectedId.value = null
  })
  watch(selectedId, () => {
    open.clear()
    void open.run()
  })

  function select(id: number): void {
    selectedId.value = id
    if (reports.value.find((report) => report.id === id)?.kind === 'machine-panic') panicNotice.close()
    if (reports.value.find((report) => report.id === id)?.unread === true) {
      void host.calls.markCrashReportRead(id).catch(() => undefined)
    }
  }

  const inOrder = computed(() => groups.value.flatMap((group) => group.reports))
  const deleting = createDeleting({
    host, notices, reports: () => inOrder.value, refresh: () => list.run(), select,
  })
  const opening = createOpening({
    select, newest, kept, notices, navigation, refresh: () => list.run(), reports: () => reports.value,
  })

  async function newest(): Promise<ReportSummary | undefined> {
    await list.run()
    return inOrder.value.find(({ kind }) => kind === 'machine-panic')
  }

  /** The open report, with what the list knows newer of it. */
  const opened = computed(() => {
    const report = open.value
    return report === null ? null : { ...report, ...reports.value.find(({ id }) => id === report.id) }
  })

  /** Brings in the reports that ship with the program. */
  const loadSamples = (): Promise<void> => notices.attempt('The samples could not be read', async () => {
    const samples = await kernel.calls.importSampleReports()
    await opening.openAllKept(samples.map(({ key }) => key))
  })

  const rewinding = createRewinding(host, notices, newest)
  return {
    list, open, opened, reports, groups, unread, selectedId, select, loadSamples,
    ...opening, ...deleting, ...rewinding,
  }
})

interface OpeningParts {
  readonly select: (id: number) => void
  readonly newest: () => Promise<ReportSummary | undefined>
  readonly kept: KeptFiles
  readonly reports: () => readonly ReportSummary[]
  readonly notices: ReturnType<typeof useNoticesStore>
  readonly navigation: ReturnType<typeof useNavigationStore>
  readonly refresh: () => Promise<void>
}

/** Ways to a report from elsewhere. */
function createOpening({ select, newest, kept, notices, navigation, refresh, reports }: OpeningParts) {
  async function openNewest(): Promise<void> {
    const report = await newest()
    if (report !== undefined) select(report.id)
    navigation.go({ view: 'crash-reports' })
  }

  /** Opens a report that was just brought in, once the library has it. */
  async function openKept(key: string): Promise<void> {
    const file = await kept(key)
    if (file.id === null) {
      notices.show({ tone: 'error', title: 'The report could not be kept', text: file.reason })
      return
    }
    await refresh()
    select(file.id)
    navigation.go({ view: 'crash-reports' })
  }

  /** Opens the newest of many reports that were just brought in, and tells how the library grouped them. */
  async function openAllKept(keys: readonly string[]): Promise<BatchPlaces> {
    const files = await Promise.all(keys.map((key) => kept(key)))
    const ids = new Set(files.flatMap(({ id }) => id === null ? [] : [id]))
    const lost = files.filter(({ id }) => id === null).length
    if (ids.size === 0) return { groups: 0, known: 0, lost }
    await refresh()
    const brought = reports().filter(({ id }) => ids.has(id))
    const [latest] = brought
    if (latest !== undefined) select(latest.id)
    navigation.go({ view: 'crash-reports' })
    const known = files.filter((file) => file.id !== null && !file.isNew).length
    return { groups: new Set(brought.map(({ group }) => group)).size, known, lost }
  }

  return { openNewest, openKept, openAllKept }
}

interface DeletingParts {
  readonly host: HostClient
  readonly notices: ReturnType<typeof useNoticesStore>
  readonly reports: () => readonly ReportSummary[]
  readonly refresh: () => Promise<void>
  readonly select: (id: number) => void
}

/** Deleting a report, with a way back. */
function createDeleting({ host, notices, reports, refresh, select }: DeletingParts) {
  async function remove(id: number): Promise<void> {
    const report = reports().find((candidate) => candidate.id === id)
    if (report === undefined) return
    const neighbour = neighbourOf(reports(), id)
    try {
      await host.calls.deleteCrashReport(id)
      if (neighbour !== null) select(neighbour)
      notices.show({
        tone: 'info', title: 'Report deleted', text: report.title,
        action: { title: 'Undo', run: () => void restore(id) },
      })
    } catch (error) {
      notices.fail('The report could not be deleted', error)
    }
  }

  async function restore(id: number): Promise<void> {
    await host.calls.undeleteCrashReport(id).catch((error: unknown) => notices.fail('The report could not be put back', error))
    await refresh()
    select(id)
  }

  return { remove }
}

/** Going back to just before a panic. */
function createRewinding(
  host: HostClient, notices: ReturnType<typeof useNoticesStore>,
  newest: () => Promise<ReportSummary | undefined>,
) {
  /** Where `rewind` stops. */
  function rewindTimeNs(panicTimeNs: number): number {
    return Math.max(0, panicTimeNs - REWIND_NS)
  }

  /** Runs the machine of a report again and pauses it shortly before its panic. */
  async function rewind(report: ReportSummary): Promise<void> {
    try {
      await host.calls.rewindToPanic(report.id, REWIND_NS)
      notices.show({
        tone: 'info', title: `Rewound to ${formatVirtualTime(rewindTimeNs(report.timeNs))}`,
        text: 'The machine stands paused 1 ms before the panic: step, look around, or run on.',
      })
    } catch (error) {
      notices.fail('The machine could not be rewound', error)
    }
  }

  async function rewindNewest(): Promise<void> {
    const report = await newest()
    if (report !== undefined) await rewind(report)
  }

  return { rewind, rewindNewest, rewindTimeNs }
}

function neighbourOf(reports: readonly ReportSummary[], id: number): number | null {
  const index = reports.findIndex((report) => report.id === id)
  return (reports[index + 1] ?? reports[index - 1])?.id ?? null
}

/** At most one run under way and one waiting, however often it is asked for. */
function coalesced(run: () => Promise<void>): () => Promise<void> {
  let isRunning = false
  let isWanted = false
  return async () => {
    isWanted = true
    if (isRunning) return
    isRunning = true
    while (isWanted) {
      isWanted = false
      await run()
    }
    isRunning = false
  }
}
