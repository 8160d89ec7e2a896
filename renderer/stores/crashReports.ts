import { defineStore } from 'pinia'
import { computed, shallowRef, watch } from 'vue'
import type { KeptFile, ReportSummary, StoredReport } from '../../kernel/api/index.ts'
import { useBridge } from '../bridge/index.ts'
import type { HostClient } from '../bridge/index.ts'
import { createLoad } from '../composables/createLoad.ts'
import { groupReports } from '../views/CrashReports/groupReports.ts'
import { formatVirtualTime } from '../format/time.ts'
import { useNavigationStore } from './navigation.ts'
import { useNoticesStore } from './notices.ts'

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

  host.on('crashReportsChanged', () => void list.run())
  kernel.on('panicked', (panic) => {
    notices.show({
      tone: 'error',
      title: 'The kernel panicked',
      text: `${panic.title} at ${formatVirtualTime(panic.timeNs)}. The report is stored.`,
      action: { title: 'Open Report', run: () => void opening.openNewest() },
      sticky: true,
    })
  })
  host.onState((state) => { if (state === 'open') void list.run() })

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
    if (reports.value.find((report) => report.id === id)?.unread === true) {
      void host.calls.markCrashReportRead(id).catch(() => undefined)
    }
  }

  const deleting = createDeleting({ host, notices, reports: () => reports.value, refresh: () => list.run(), select })
  const opening = createOpening({ select, newest, kept, notices, navigation, refresh: () => list.run() })

  async function newest(): Promise<ReportSummary | undefined> {
    await list.run()
    return groups.value.flatMap((group) => group.reports).find(({ kind }) => kind === 'machine-panic')
  }

  const rewinding = createRewinding(host, notices, newest)
  return { list, open, reports, groups, unread, selectedId, select, ...opening, ...deleting, ...rewinding }
})

interface OpeningParts {
  readonly select: (id: number) => void
  readonly newest: () => Promise<ReportSummary | undefined>
  readonly kept: (key: string) => Promise<KeptFile>
  readonly notices: ReturnType<typeof useNoticesStore>
  readonly navigation: ReturnType<typeof useNavigationStore>
  readonly refresh: () => Promise<void>
}

/** Ways to a report from elsewhere. */
function createOpening({ select, newest, kept, notices, navigation, refresh }: OpeningParts) {
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

  return { openNewest, openKept }
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

/** Answers where a file went, whether the host has told already or will. */
function createKeptFiles(host: HostClient): (key: string) => Promise<KeptFile> {
  const told = new Map<string, KeptFile>()
  const waiting = new Map<string, (file: KeptFile) => void>()
  host.on('fileKept', (file) => {
    const answer = waiting.get(file.key)
    waiting.delete(file.key)
    if (answer === undefined) told.set(file.key, file)
    else answer(file)
  })
  return (key) => {
    const file = told.get(key)
    told.delete(key)
    return file === undefined ? new Promise((resolve) => waiting.set(key, resolve)) : Promise.resolve(file)
  }
}
