import { defineStore } from 'pinia'
import { computed } from 'vue'
import { menuTree } from '../../kernel/api/menu.ts'
import { openFileDialog } from '../composables/openFileDialog.ts'
import { formatSpeed } from '../format/time.ts'
import { useComposerStore } from '../stores/composer.ts'
import { useCoverageStore } from '../stores/coverage.ts'
import { useDropsStore } from '../stores/drops.ts'
import { useImportsStore } from '../stores/imports.ts'
import { useExplainerStore } from '../stores/explainer.ts'
import { SPEEDS, useMachineStore } from '../stores/machine.ts'
import { useNavigationStore } from '../stores/navigation.ts'
import type { Place } from '../stores/navigation.ts'
import { useShellStore } from '../stores/shell.ts'
import { useTerminalStore } from '../stores/terminal.ts'
import { isEditing, redoText, undoText } from './textEditing.ts'

/** Something the user can ask for, from the menu, a shortcut, a button or the command palette. */
export interface Action {
  readonly id: string
  readonly title: string
  readonly group: string
  readonly accelerator: string | null
  readonly enabled: boolean
  readonly checked: boolean
  readonly run: () => void
}

interface Handler {
  readonly run: () => unknown
  readonly enabled?: () => boolean
  readonly checked?: () => boolean
}

/** Every action of the app. Titles and shortcuts come from the menu tree; what they do is written here once. */
export const useActionsStore = defineStore('actions', () => {
  const machineActions = useMachineActions()
  const handlers: Readonly<Record<string, Handler>> = { ...useWindowActions(), ...useViewActions(), ...machineActions }
  const machine = useMachineStore()

  const menuActions = computed<Action[]>(() => menuTree.flatMap((menu) => menu.entries.flatMap((entry) => {
    if (entry.kind !== 'action') return []
    const handler = handlers[entry.action]
    return handler === undefined ? [] : [toAction(entry.action, entry.title, menu.title, handler, entry.accelerator)]
  })))
  const speedActions = computed<Action[]>(() => SPEEDS.map((speed) => toAction(
    `machine.speed.${speed}`, speed === Infinity ? 'Run as Fast as Possible' : `Run at ${formatSpeed(speed)}`, 'Speed',
    { run: () => machine.setSpeed(speed), enabled: () => machine.isOn, checked: () => machine.isOn && machine.status.speed === speed })))
  const sampleActions = computed<Action[]>(() => machine.samples.map((sample) => toAction(
    `machine.sample.${sample.name}`, sample.title, 'Sample Drivers',
    { run: () => machine.loadSample(sample), enabled: () => machine.isOn })))
  const all = computed(() => [...menuActions.value, ...speedActions.value, ...sampleActions.value])
  const byId = computed(() => new Map(all.value.map((action) => [action.id, action])))

  function run(id: string): void {
    const action = byId.value.get(id)
    if (action?.enabled === true) action.run()
  }

  return { all, menuActions, speedActions, sampleActions, byId, run }
})

function toAction(id: string, title: string, group: string, handler: Handler, accelerator?: string): Action {
  return {
    id, title, group, accelerator: accelerator ?? null,
    enabled: handler.enabled?.() ?? true, checked: handler.checked?.() ?? false, run: () => void handler.run(),
  }
}

function useWindowActions(): Record<string, Handler> {
  const shell = useShellStore()
  const composer = useComposerStore()
  const drops = useDropsStore()
  const imports = useImportsStore()
  const explainer = useExplainerStore()
  const navigation = useNavigationStore()
  const inComposer = (): boolean => navigation.place.view === 'machines' && composer.document !== null
  const history = (): { undo(): void; redo(): void } | null => {
    if (inComposer()) return composer
    return navigation.place.view === 'match-explainer' ? explainer.document?.edits ?? null : null
  }
  return {
    'app.about': { run: () => { shell.overlay = 'about' } },
    'app.palette': { run: () => { shell.overlay = 'commands' } },
    'app.search': { run: () => { shell.overlay = 'search' } },
    'help.shortcuts': { run: () => { shell.overlay = 'shortcuts' } },
    'file.import': { run: () => openFileDialog((files) => void drops.take(files)) },
    'file.openSample': { run: () => imports.openSample() },
    'edit.undo': { run: () => isEditing() ? undoText() : history()?.undo() },
    'edit.redo': { run: () => isEditing() ? redoText() : history()?.redo() },
    'registry.goToPath': {
      run: () => { shell.overlay = 'goToPath' }, enabled: () => navigation.place.view === 'registry',
    },
    'edit.find': { run: () => { shell.findRequests += 1 } },
    'view.appearanceSystem': { run: () => { shell.theme = 'system' }, checked: () => shell.theme === 'system' },
    'view.appearanceLight': { run: () => { shell.theme = 'light' }, checked: () => shell.theme === 'light' },
    'view.appearanceDark': { run: () => { shell.theme = 'dark' }, checked: () => shell.theme === 'dark' },
  }
}

/** Views with a right-hand pane, while they have something to inspect. */
function hasInspector(place: Place, { machinePresent, deskTaken, explains, covers }: {
  readonly machinePresent: boolean; readonly deskTaken: boolean; readonly explains: boolean
  readonly covers: boolean
}): boolean {
  if (place.view === 'match-explainer') return explains
  if (place.view === 'coverage') return covers
  if (place.view === 'machines') return deskTaken
  if (place.view === 'registry') return machinePresent || place.source !== 'machine'
  return place.view === 'activity' && machinePresent
}

function useViewActions(): Record<string, Handler> {
  const shell = useShellStore()
  const navigation = useNavigationStore()
  const terminal = useTerminalStore()
  const machine = useMachineStore()
  const composer = useComposerStore()
  const explainer = useExplainerStore()
  const coverage = useCoverageStore()
  return {
    'view.machines': { run: () => navigation.go({ view: 'machines' }) },
    'view.systemInformation': { run: () => navigation.go({ view: 'system-information' }) },
    'view.registry': { run: () => navigation.go({ view: 'registry', source: 'machine' }) },
    'view.terminal': { run: () => navigation.go({ view: 'terminal' }) },
    'view.activityMonitor': { run: () => navigation.go({ view: 'activity' }) },
    'view.crashReports': { run: () => navigation.go({ view: 'crash-reports' }) },
    'view.coverage': { run: () => navigation.go({ view: 'coverage' }) },
    'view.matchExplainer': { run: () => navigation.go({ view: 'match-explainer' }) },
    'view.back': { run: () => navigation.back(), enabled: () => navigation.canGoBack },
    'view.forward': { run: () => navigation.forward(), enabled: () => navigation.canGoForward },
    'view.toggleInspector': {
      run: () => { shell.inspectorOpen = !shell.inspectorOpen },
      enabled: () => hasInspector(navigation.place, {
        machinePresent: machine.isPresent, deskTaken: composer.document !== null,
        explains: explainer.document !== null, covers: coverage.report.value !== null,
      }),
      checked: () => shell.inspectorOpen,
    },
    'view.toggleDrawer': { run: () => { shell.drawerOpen = !shell.drawerOpen }, checked: () => shell.drawerOpen },
    'terminal.previous': { run: () => terminal.cycle(-1), enabled: () => terminal.tabs.length > 1 },
    'terminal.next': { run: () => terminal.cycle(1), enabled: () => terminal.tabs.length > 1 },
  }
}

function useMachineActions(): Record<string, Handler> {
  const shell = useShellStore()
  const navigation = useNavigationStore()
  const machine = useMachineStore()
  const composer = useComposerStore()
  const terminal = useTerminalStore()
  const nextSpeed = (by: 1 | -1): number | undefined => SPEEDS[SPEEDS.findIndex((speed) => speed === machine.status.speed) + by]
  const changeSpeed = (by: 1 | -1): Handler => ({
    run: () => machine.setSpeed(nextSpeed(by) ?? machine.status.speed),
    enabled: () => machine.isOn && nextSpeed(by) !== undefined,
  })
  return {
    'machine.new': {
      run: () => {
        composer.close()
        navigation.go({ view: 'machines' })
      },
    },
    'machine.save': { run: () => composer.save(), enabled: () => composer.isDirty },
    'machine.powerOn': { run: () => composer.powerOn(), enabled: () => composer.canPowerOn },
    'machine.powerOff': { run: () => machine.powerOff(), enabled: () => machine.isPresent },
    'machine.pause': { run: () => machine.togglePaused(), enabled: () => machine.isOn },
    'machine.step': { run: () => machine.step(), enabled: () => machine.status.power === 'paused' },
    'machine.slower': changeSpeed(-1),
    'machine.faster': changeSpeed(1),
    'machine.loadKext': { run: () => { shell.overlay = 'samples' }, enabled: () => machine.isOn && machine.samples.length > 0 },
    'machine.plugIn': {
      run: () => composer.selected === null ? undefined : composer.plugIn(composer.selected),
      enabled: () => composer.move === 'plugIn' && composer.problems.length === 0,
    },
    'machine.pullOut': {
      run: () => composer.selected === null ? undefined : composer.pullOut(composer.selected),
      enabled: () => composer.move === 'pullOut',
    },
    'file.newTerminal': {
      run: async () => {
        if (!shell.drawerOpen) navigation.go({ view: 'terminal' })
        await terminal.open()
      },
      enabled: () => terminal.canOpen,
    },
  }
}
