import { defineStore } from 'pinia'
import { computed, shallowRef, watch } from 'vue'
import type { CrashReportSummary, StoredCrashReport } from '../../kernel/api/index.ts'
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
  const list = createLoad<CrashReportSummary[]>(() => host.calls.listCrashReports())
  const open = createLoad<StoredCrashReport | null>(async () => {
    const id = selectedId.value
    return id === null ? null : host.calls.getCrashReport(id)
  })

  host.on('crashReportsChanged', () => void list.run())
  kernel.on('panicked', (panic) => {
    notices.show({
      tone: 'error',
      title: 'The kernel panicked',
      text: `${panic.title} at ${formatVirtualTime(panic.timeNs)}. The report is stored.`,
      action: { title: 'Open Report', run: () => void openNewest() },
      sticky: true,
    })
  })
  host.onState((state) => { if (state === 'open') void list.run() })

  const reports = computed(() => list.value ?? [])
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

  async function newest(): Promise<CrashReportSummary | undefined> {
    await list.run()
    return groups.value[0]?.reports[0]
  }

  async function openNewest(): Promise<void> {
    const report = await newest()
    if (report !== undefined) select(report.id)
    navigation.go({ view: 'crash-reports' })
  }

  async function remove(id: number): Promise<void> {
    const report = reports.value.find((candidate) => candidate.id === id)
    if (report === undefined) return
    const neighbour = neighbourOf(reports.value, id)
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
    await list.run()
    selectedId.value = id
  }

  const rewinding = createRewinding(host, notices, newest)
  return { list, open, reports, groups, unread, selectedId, select, openNewest, remove, ...rewinding }
})

/** Going back to just before a panic. */
function createRewinding(
  host: HostClient, notices: ReturnType<typeof useNoticesStore>,
  newest: () => Promise<CrashReportSummary | undefined>,
) {
  /** Where `rewind` stops. */
  function rewindTimeNs(panicTimeNs: number): number {
    return Math.max(0, panicTimeNs - REWIND_NS)
  }

  /** Runs the machine of a report again and pauses it shortly before its panic. */
  async function rewind(report: CrashReportSummary): Promise<void> {
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

function neighbourOf(reports: readonly CrashReportSummary[], id: number): number | null {
  const index = reports.findIndex((report) => report.id === id)
  return (reports[index + 1] ?? reports[index - 1])?.id ?? null
}
