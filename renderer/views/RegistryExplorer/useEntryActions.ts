import { computed } from 'vue'
import type { ComputedRef } from 'vue'
import { copyText } from '../../format/clipboard.ts'
import { copyProperties } from '../../format/copyFormats.ts'
import { formatEntryId } from '../../format/text.ts'
import { useExplainerStore } from '../../stores/explainer.ts'
import { useMachineStore } from '../../stores/machine.ts'
import { useNoticesStore } from '../../stores/notices.ts'
import { useShellStore } from '../../stores/shell.ts'
import { useTerminalStore } from '../../stores/terminal.ts'
import { ancestry, hasChildren, subtreeOf } from './outline.ts'
import { devicePath, ioregCommand, pathOfRow, shellWord, titleOf } from './paths.ts'
import type { RegistryDocument } from './registryDocument.ts'

const SHOWN = 200
/** State of entries that are no service. */
const NO_SERVICE = 0xffffffff

/** One line of the menu of an entry; null draws a separator. */
export interface EntryAction {
  readonly id: string
  readonly title: string
  readonly enabled: boolean
  run(): void
}

/** What can be done with the selected entry, for the menus of outline and inspector. */
export function useEntryActions(
  document: () => RegistryDocument,
): ComputedRef<readonly (EntryAction | null)[]> {
  const machine = useMachineStore()
  const shell = useShellStore()
  const terminal = useTerminalStore()
  const explainer = useExplainerStore()
  const copies = useCopyActions(document)

  async function list(name: string): Promise<void> {
    shell.showDrawer('terminal')
    if (terminal.active === null || terminal.active.ended !== null) await terminal.open()
    terminal.active?.screen.type(`ioreg -w0 -l -r -n ${shellWord(name)}\n`)
  }

  return computed(() => {
    const { snapshot, selectedRow: row, source, select, setExpanded } = document()
    const current = snapshot.value
    if (current === null || row < 0) return []
    const name = current.names[row] ?? ''
    const parent = ancestry(current, row).at(-2)
    const opens = hasChildren(current, row)
    const setBelow = (expanded: boolean): void => setExpanded(subtreeOf(current, row), expanded)
    const show = { id: 'terminal', title: 'Show in Terminal', enabled: machine.isOn, run: () => void list(name) }
    const id = current.ids[row] ?? 0
    const isNub = current.plane === 'IOService' && (current.states[row] ?? NO_SERVICE) !== NO_SERVICE
    return [
      {
        id: 'explain', title: 'Who Drives This, and Why', enabled: isNub,
        run: () => explainer.show({ source, id }),
      },
      ...(source === 'machine' ? [show] : []),
      {
        id: 'provider', title: 'Go to Parent', enabled: parent !== undefined,
        run: () => select(parent ?? row),
      },
      null,
      { id: 'expand', title: 'Expand All Below', enabled: opens, run: () => setBelow(true) },
      { id: 'collapse', title: 'Collapse All Below', enabled: opens, run: () => setBelow(false) },
      null,
      ...copies.value,
    ]
  })
}

/** Ways to put the selected entry on the clipboard. */
function useCopyActions(document: () => RegistryDocument): ComputedRef<readonly (EntryAction | null)[]> {
  const notices = useNoticesStore()

  async function copy(what: string, text: string): Promise<void> {
    await copyText(text)
    const shown = text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text
    notices.show({ tone: 'success', title: `${what} copied`, text: shown })
  }

  function action(what: string, id: string, title: string, text: (() => string) | null): EntryAction {
    const run = (): void => void copy(what, text?.() ?? '')
    return { id: `copy-${id}`, title: `Copy ${title}`, enabled: text !== null, run }
  }

  return computed(() => {
    const { snapshot, selectedRow: row, details } = document()
    const current = snapshot.value
    if (current === null || row < 0) return []
    const opencore = devicePath(current, row)
    const id = current.ids[row] ?? 0
    const properties = details.value?.properties ?? []
    const all = (format: 'plist' | 'json'): (() => string) | null =>
      properties.length === 0 ? null : () => copyProperties(format, properties)
    return [
      action('Name', 'name', 'Name', () => titleOf(current, row)),
      action('Class', 'class', 'Class', () => current.classes[row] ?? ''),
      action('Path', 'path', 'Path', () => pathOfRow(current, row)),
      action('Command', 'ioreg', 'ioreg Command', () => ioregCommand(current, row)),
      ...(opencore === null ? [] : [action('DevicePath', 'device-path', 'OpenCore DevicePath', () => opencore)]),
      action('Entry ID', 'id', 'Entry ID', id > 0 ? () => formatEntryId(id) : null),
      null,
      action('Property list', 'plist', 'Properties as Property List', all('plist')),
      action('JSON', 'json', 'Properties as JSON', all('json')),
    ]
  })
}
