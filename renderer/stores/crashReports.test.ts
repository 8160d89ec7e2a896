import { afterEach, expect, it, vi } from 'vitest'
import { nextTick } from 'vue'
import type {
  HostFunctions,
  KernelProcessState,
  PanicRecord,
  ReportSummary,
} from '../../kernel/api/index.ts'
import { testWorkbench } from '../testSupport/testWorkbench.ts'
import { useCrashReportsStore } from './crashReports.ts'
import { useNoticesStore } from './notices.ts'
import { useReportEditsStore } from './reportEdits.ts'

const report = (id: number, change: Partial<ReportSummary> = {}): ReportSummary => ({
  id,
  kind: 'panic',
  name: `file-${id}`,
  title: 'Page fault',
  subtitle: '',
  machine: '',
  model: '',
  osVersion: '',
  className: '',
  storedAt: `2026-01-01T00:00:0${id}Z`,
  happenedAt: null,
  timeNs: 0,
  kexts: [],
  unread: false,
  tags: [],
  hasNotes: false,
  group: 'g',
  groupedBy: 'fingerprint',
  mergedFrom: null,
  sizeBytes: 1,
  ...change,
})
const panic: PanicRecord = {
  title: 'Page fault',
  text: '',
  timeNs: 5,
  step: 1,
  digest: '',
  osVersion: '',
  model: '',
  backtraceKexts: [],
  backtrace: [],
}
const gone: KernelProcessState = { state: 'gone', reason: 'killed', restarts: 0, lastStatus: null }

afterEach(() => vi.restoreAllMocks())

function open(reports: readonly ReportSummary[], host: Partial<HostFunctions> = {}) {
  const workbench = testWorkbench(
    { listImports: () => [] },
    {
      listCrashReports: () => [...reports],
      getCrashReport: (id) => ({ ...report(id), record: null, notes: '', run: null }),
      markCrashReportRead: () => undefined,
      ...host,
    },
  )
  return { ...workbench, store: useCrashReportsStore(), notices: useNoticesStore() }
}

const titles = (): readonly string[] => useNoticesStore().notices.map(({ title }) => title)

it('closes the notice of a panic when its report is opened, and when the kernel process is gone', async () => {
  const { tell, tellHost, store } = open([report(1, { kind: 'machine-panic' })])
  await vi.waitFor(() => expect(store.reports).toHaveLength(1))
  await tell('panicked', panic)
  await vi.waitFor(() => expect(titles()).toEqual(['The kernel panicked']))
  store.select(1)
  expect(titles()).toEqual([])
  await tell('panicked', panic)
  await vi.waitFor(() => expect(titles()).toHaveLength(1))
  await tellHost('kernelProcessChanged', gone)
  await vi.waitFor(() => expect(titles()).toEqual([]))
})

it('opens the newest of many files, counts their groups, and does not wait for a process that is gone', async () => {
  const { tellHost, store } = open([report(3), report(2, { group: 'h' }), report(1)])
  const opened = store.openAllKept(['a', 'b', 'c', 'd'])
  await tellHost('fileKept', { key: 'a', id: 1, isNew: true })
  await tellHost('fileKept', { key: 'b', id: 2, isNew: true })
  await tellHost('fileKept', { key: 'c', id: 3, isNew: false })
  await tellHost('kernelProcessChanged', gone)
  expect(await opened).toEqual({ groups: 2, known: 1, lost: 1 })
  expect(store.selectedId).toBe(3)
})

it('offers the way back from every change of the groups', async () => {
  const edits: unknown[] = []
  const { notices } = open([], {
    listGroupRules: () => [],
    editGroups: (edit) => {
      edits.push(edit)
      return { kind: 'unsplit', report: 7 }
    },
  })
  expect(await useReportEditsStore().edit({ kind: 'split', report: 7 }, 'Alone now')).toBe(true)
  expect(titles()).toEqual(['Alone now'])
  notices.notices[0]?.action?.run()
  await vi.waitFor(() =>
    expect(edits).toEqual([
      { kind: 'split', report: 7 },
      { kind: 'unsplit', report: 7 },
    ]),
  )
})

it('selects the report below the one that is deleted, in the order of the list', async () => {
  const all = [report(4, { group: 'h' }), report(3), report(2, { group: 'h' }), report(1)]
  const { store } = open(all, { deleteCrashReport: () => undefined })
  await vi.waitFor(() => expect(store.reports).toHaveLength(4))
  store.select(4)
  await store.remove(4)
  await nextTick()
  expect(store.selectedId).toBe(2)
})
