/** Activity Monitor: load, times and drivers of the running machine. */
import { defineView } from '../defineView.ts'
import ActivityMonitor from './ActivityMonitor.vue'

export const activityMonitorView = defineView({
  id: 'activity',
  title: 'Activity Monitor',
  section: 'Activity',
  icon: 'activity',
  accelerator: 'CmdOrCtrl+5',
  needsMachine: true,
  place: { view: 'activity' },
  component: ActivityMonitor,
})
