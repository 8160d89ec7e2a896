/** One line of a menu: an action of the app, something the system does by itself, or a line between. */
export type MenuEntry =
  | { readonly kind: 'action'; readonly action: string; readonly title: string; readonly accelerator?: string }
  | { readonly kind: 'role'; readonly role: 'undo' | 'redo' | 'cut' | 'copy' | 'paste' | 'pasteAndMatchStyle' | 'selectAll' | 'minimize' | 'close' | 'quit' | 'togglefullscreen' }
  | { readonly kind: 'separator' }

/** A menu or submenu. */
export interface MenuGroup {
  readonly title: string
  readonly entries: readonly MenuEntry[]
}

const separator: MenuEntry = { kind: 'separator' }
const action = (id: string, title: string, accelerator?: string): MenuEntry =>
  accelerator === undefined ? { kind: 'action', action: id, title } : { kind: 'action', action: id, title, accelerator }

/**
 * The menu bar, in macOS order. Accelerators are written as Electron writes them (`CmdOrCtrl+Shift+P`);
 * the native menu and the menu bar of the browser shell are both drawn from this.
 */
export const menuTree: readonly MenuGroup[] = [
  { title: 'Workbench', entries: [
    action('app.about', 'About I/O Kit Workbench'), separator,
    { kind: 'role', role: 'quit' },
  ] },
  { title: 'File', entries: [
    action('machine.new', 'New Machine…', 'CmdOrCtrl+N'), action('file.import', 'Import…', 'CmdOrCtrl+O'),
    action('file.openSample', 'Open Sample Dump'),
    action('file.newTerminal', 'New Terminal', 'CmdOrCtrl+T'), separator,
    action('machine.save', 'Save Machine', 'CmdOrCtrl+S'), separator, { kind: 'role', role: 'close' },
  ] },
  { title: 'Edit', entries: [
    action('edit.undo', 'Undo', 'CmdOrCtrl+Z'), action('edit.redo', 'Redo', 'CmdOrCtrl+Shift+Z'), separator,
    { kind: 'role', role: 'cut' }, { kind: 'role', role: 'copy' }, { kind: 'role', role: 'paste' },
    { kind: 'role', role: 'pasteAndMatchStyle' }, { kind: 'role', role: 'selectAll' },
    separator, action('edit.find', 'Find', 'CmdOrCtrl+F'), action('app.search', 'Find Everywhere…', 'CmdOrCtrl+Shift+F'),
    action('registry.goToPath', 'Go to Path…', 'CmdOrCtrl+G'),
  ] },
  { title: 'View', entries: [
    action('view.machines', 'Machines', 'CmdOrCtrl+1'), action('view.systemInformation', 'System Information', 'CmdOrCtrl+2'),
    action('view.registry', 'Registry', 'CmdOrCtrl+3'), action('view.terminal', 'Terminal', 'CmdOrCtrl+4'),
    action('view.activityMonitor', 'Activity Monitor', 'CmdOrCtrl+5'),
    action('view.matchExplainer', 'Match Explainer', 'CmdOrCtrl+6'),
    action('view.coverage', 'Coverage', 'CmdOrCtrl+7'),
    action('view.crashReports', 'Crash Reports', 'CmdOrCtrl+8'),
    separator,
    action('view.back', 'Back', 'CmdOrCtrl+['), action('view.forward', 'Forward', 'CmdOrCtrl+]'), separator,
    action('view.toggleInspector', 'Show or Hide Inspector', 'CmdOrCtrl+Alt+0'),
    action('view.toggleDrawer', 'Show or Hide Drawer', 'CmdOrCtrl+J'), separator,
    action('view.appearanceSystem', 'Appearance: System'), action('view.appearanceLight', 'Appearance: Light'),
    action('view.appearanceDark', 'Appearance: Dark'), separator,
    action('app.palette', 'Command Palette…', 'CmdOrCtrl+Shift+P'), { kind: 'role', role: 'togglefullscreen' },
  ] },
  { title: 'Machine', entries: [
    action('machine.powerOn', 'Power On', 'CmdOrCtrl+Alt+R'), action('machine.powerOff', 'Power Off'), separator,
    action('machine.pause', 'Pause or Resume', 'CmdOrCtrl+Alt+P'), action('machine.step', 'Step', "CmdOrCtrl+'"), separator,
    action('machine.slower', 'Slower'), action('machine.faster', 'Faster'), separator,
    action('machine.loadKext', 'Load Sample Kext…'),
    action('machine.plugIn', 'Plug In Selected Part'), action('machine.pullOut', 'Pull Out Selected Part'),
  ] },
  { title: 'Window', entries: [
    { kind: 'role', role: 'minimize' }, separator,
    action('terminal.previous', 'Show Previous Terminal', 'CmdOrCtrl+Shift+['),
    action('terminal.next', 'Show Next Terminal', 'CmdOrCtrl+Shift+]'),
  ] },
  { title: 'Help', entries: [action('help.shortcuts', 'Keyboard Shortcuts')] },
]
