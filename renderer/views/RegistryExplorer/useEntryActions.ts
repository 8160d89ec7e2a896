import { computed } from 'vue'
import type { ComputedRef } from 'vue'
import { copyText } from '../../format/clipboard.ts'
import { copyProperties } from '../../format/copyFormats.ts'
import { entryTitle, formatEntryId } from '../../format/text.ts'
import { useMachineStore } from '../../stores/machine.ts'
import { useNoticesStore } from '../../stores/notices.ts'
import { useShellStore } from '../../stores/shell.ts'
import { useTerminalStore } from '../../stores/terminal.ts'
import { ancestry, hasChildren, subtreeOf } from './outline.ts'
import { devicePath, ioregCommand, pathOfRow, shellWord } from './paths.ts'
import type { RegistryDocument } from './registryDocument.ts'

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
  const notices = useNoticesStore()
  const shell = useShellStore()
  const terminal = useTerminalStore()

  async function copy(what: string, text: string): Promise<void> {
    await copyText(text)
    notices.show({
      tone: 'success',
      title: `${what} copied`,
      text: text.length > 200 ? `${text.slice(0, 200)}…` : text,
    })
  }

  async function list(name: string): Promise<void> {
    shell.showDrawer('terminal')
    if (terminal.active === null || terminal.active.ended !== null) await terminal.open()
    terminal.active?.screen.type(`ioreg -w0 -l -r -n ${shellWord(name)}\n`)
  }

  return computed(() => {
    const { snapshot, selectedRow: row, source, details, select, setExpanded } = document()
    const current = snapshot.value
    if (current === null || row < 0) return []
    const name = current.names[row] ?? ''
    const parent = ancestry(current, row).at(-2)
    const opens = hasChildren(current, row)
    const opencore = devicePath(current, row)
    const properties = details.value?.properties ?? []
    const className = current.classes[row] ?? ''
    const setBelow = (expanded: boolean): void => setExpanded(subtreeOf(current, row), expanded)
    return [
      ...(source === 'machine'
        ? [{ id: 'terminal', title: 'Show in Terminal', enabled: machine.isOn, run: () => void list(name) }]
        : []),
      {
        id: 'provider',
        title: 'Go to Parent',
        enabled: parent !== undefined,
        run: () => select(parent ?? row),
      },
      null,
      { id: 'expand', title: 'Expand All Below', enabled: opens, run: () => setBelow(true) },
      { id: 'collapse', title: 'Collapse All Below', enabled: opens, run: () => setBelow(false) },
      null,
      {
        id: 'copy-name',
        title: 'Copy Name',
        enabled: true,
        run: () => void copy('Name', entryTitle(name, current.locations[row] ?? null)),
      },
      { id: 'copy-class', title: 'Copy Class', enabled: true, run: () => void copy('Class', className) },
      {
        id: 'copy-path',
        title: 'Copy Path',
        enabled: true,
        run: () => void copy('Path', pathOfRow(current, row)),
      },
      {
        id: 'copy-ioreg',
        title: 'Copy ioreg Command',
        enabled: true,
        run: () => void copy('Command', ioregCommand(current, row)),
      },
      ...(opencore === null
        ? []
        : [
            {
              id: 'copy-device-path',
              title: 'Copy OpenCore DevicePath',
              enabled: true,
              run: () => void copy('DevicePath', opencore),
            },
          ]),
      {
        id: 'copy-id',
        title: 'Copy Entry ID',
        enabled: (current.ids[row] ?? 0) > 0,
        run: () => void copy('Entry ID', formatEntryId(current.ids[row] ?? 0)),
      },
      null,
      {
        id: 'copy-plist',
        title: 'Copy Properties as Property List',
        enabled: properties.length > 0,
        run: () => void copy('Property list', copyProperties('plist', properties)),
      },
      {
        id: 'copy-json',
        title: 'Copy Properties as JSON',
        enabled: properties.length > 0,
        run: () => void copy('JSON', copyProperties('json', properties)),
      },
    ]
  })
}
