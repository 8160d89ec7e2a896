/** Terminal: shells of the running machine. */
import { defineView } from '../defineView.ts'
import TerminalView from './TerminalView.vue'

export const terminalView = defineView({
  id: 'terminal',
  title: 'Terminal',
  section: 'Machine',
  icon: 'terminal',
  accelerator: 'CmdOrCtrl+4',
  needsMachine: true,
  place: { view: 'terminal' },
  component: TerminalView,
})
