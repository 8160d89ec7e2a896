/** The views of the app; menu, sidebar and shortcuts follow this list. */
import { activityMonitorView } from './ActivityMonitor/index.ts'
import { coverageView } from './Coverage/index.ts'
import { crashReportsView } from './CrashReports/index.ts'
import { matchExplainerView } from './MatchExplainer/index.ts'
import { machineComposerView } from './MachineComposer/index.ts'
import { registryExplorerView } from './RegistryExplorer/index.ts'
import { systemInformationView } from './SystemInformation/index.ts'
import { terminalView } from './Terminal/index.ts'
import type { ViewDefinition } from './defineView.ts'

export { SECTIONS } from './defineView.ts'

/** Every view, in the order of the sidebar and of ⌘1…⌘9. */
export const views: readonly ViewDefinition[] = [
  machineComposerView, systemInformationView, registryExplorerView, terminalView, activityMonitorView,
  matchExplainerView, coverageView, crashReportsView,
]
