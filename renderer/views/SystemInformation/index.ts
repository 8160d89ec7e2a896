/** System Information: what the reporters say, beside the registry. */
import { defineView } from '../defineView.ts'
import SystemInformation from './SystemInformation.vue'

export const systemInformationView = defineView({
  id: 'system-information',
  title: 'System Information',
  section: 'Machine',
  icon: 'info',
  accelerator: 'CmdOrCtrl+2',
  needsMachine: true,
  place: { view: 'system-information' },
  component: SystemInformation,
})
