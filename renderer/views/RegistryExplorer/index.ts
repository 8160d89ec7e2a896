/** Registry: planes, outline, filter, properties, live changes. */
import { defineView } from '../defineView.ts'
import RegistryExplorer from './RegistryExplorer.vue'

export const registryExplorerView = defineView({
  id: 'registry',
  title: 'Registry',
  section: 'Machine',
  icon: 'registry',
  accelerator: 'CmdOrCtrl+3',
  needsMachine: true,
  place: { view: 'registry', source: 'machine' },
  component: RegistryExplorer,
})
