import { computed, ref, watch } from 'vue'
import type { ComputedRef, Ref } from 'vue'
import { formatAccelerator, isMac } from '../actions/accelerator.ts'
import { useActionsStore } from '../actions/useActions.ts'
import type { IconName } from '../design/icons.ts'
import { copyText } from '../format/clipboard.ts'
import { describeValue } from '../format/result.ts'
import { entryTitle, formatEntryId } from '../format/text.ts'
import { useCrashReportsStore } from '../stores/crashReports.ts'
import { useImportsStore } from '../stores/imports.ts'
import { useMachineStore } from '../stores/machine.ts'
import { useNavigationStore } from '../stores/navigation.ts'
import { useRegistryStore } from '../stores/registry.ts'
import { useShellStore } from '../stores/shell.ts'
import { filterRows, searchText } from '../views/RegistryExplorer/filter.ts'

/** One line of the palette. */
export interface Finding {
  readonly id: string
  readonly group: string
  readonly icon: IconName
  readonly title: string
  readonly detail: string
  readonly enabled: boolean
  readonly run: () => void
}

const MOST_ENTRIES = 40

/** A value in any notation says what it may mean; choosing a line copies it. */
function valueFindings(query: string): readonly Finding[] {
  return describeValue(query.trim()).map(({ kind, text }, index) => ({
    id: `value-${index}`, group: kind, icon: 'info', title: text, detail: 'Copy', enabled: true,
    run: () => void copyText(text),
  }))
}

/** What the palette finds: actions only, sample drivers only, or everything the window knows. */
export function useSearch(): { query: Ref<string>; findings: ComputedRef<readonly Finding[]> } {
  const shell = useShellStore()
  const query = ref('')
  const commands = useCommandFindings()
  const entries = useEntryFindings(query)
  const others = useDocumentFindings()

  const findings = computed(() => {
    const words = query.value.trim().toLowerCase().split(/\s+/u)
    const fits = (finding: Finding): boolean => words.every((word) => `${finding.title} ${finding.group}`.toLowerCase().includes(word))
    if (shell.overlay !== 'search') {
      return commands.value.filter((finding) => fits(finding) && (shell.overlay !== 'samples' || finding.group === 'Sample Drivers'))
    }
    if (query.value.trim() === '') return others.value
    return [...valueFindings(query.value), ...entries.value, ...others.value.filter(fits), ...commands.value.filter(fits)]
  })
  return { query, findings }
}

function useCommandFindings(): ComputedRef<readonly Finding[]> {
  const actions = useActionsStore()
  const mac = isMac()
  return computed(() => actions.all.map((action) => ({
    id: action.id, group: action.group, icon: action.group === 'Sample Drivers' ? 'cube' : 'bolt', title: action.title,
    detail: action.accelerator === null ? '' : formatAccelerator(action.accelerator, mac),
    enabled: action.enabled, run: action.run,
  })))
}

function useEntryFindings(query: Ref<string>): ComputedRef<readonly Finding[]> {
  const machine = useMachineStore()
  const registry = useRegistryStore()
  const shell = useShellStore()
  const document = registry.documentOf('machine')
  const text = computed(() => document.snapshot.value === null ? null : searchText(document.snapshot.value))
  watch(() => shell.overlay, (overlay) => {
    if (overlay === 'search' && machine.isPresent) void document.snapshot.run()
  }, { immediate: true })

  return computed(() => {
    const snapshot = document.snapshot.value
    if (snapshot === null || text.value === null || !machine.isPresent || query.value.trim() === '') return []
    const { rows, isHit } = filterRows(snapshot, text.value, query.value)
    return [...rows].filter((row) => isHit[row] === 1).slice(0, MOST_ENTRIES).map((row) => {
      const id = snapshot.ids[row] ?? 0
      return {
        id: `entry.${row}`, group: 'Registry', icon: 'registry',
        title: entryTitle(snapshot.names[row] ?? '', snapshot.locations[row] ?? null),
        detail: `${snapshot.classes[row] ?? ''} · ${formatEntryId(id)}`, enabled: true, run: () => void registry.reveal('machine', id),
      }
    })
  })
}

function useDocumentFindings(): ComputedRef<readonly Finding[]> {
  const imports = useImportsStore()
  const reports = useCrashReportsStore()
  const navigation = useNavigationStore()
  return computed(() => [
    ...imports.imports.map((entry): Finding => ({
      id: `import.${entry.id}`, group: 'Imports', icon: 'file', title: entry.name, detail: entry.format, enabled: true,
      run: () => imports.open(entry),
    })),
    ...reports.reports.map((report): Finding => ({
      id: `report.${report.id}`, group: 'Crash Reports', icon: 'report', title: report.title, detail: report.machine, enabled: true,
      run: () => {
        reports.select(report.id)
        navigation.go({ view: 'crash-reports' })
      },
    })),
  ])
}
