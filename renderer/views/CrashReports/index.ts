/** Crash Reports: stored and imported panics, replay. */
import { defineView } from '../defineView.ts'
import CrashReports from './CrashReports.vue'

export const crashReportsView = defineView({
  id: 'crash-reports',
  title: 'Crash Reports',
  section: 'Reports',
  icon: 'report',
  accelerator: 'CmdOrCtrl+8',
  needsMachine: false,
  place: { view: 'crash-reports' },
  component: CrashReports,
})
