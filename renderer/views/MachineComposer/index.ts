/** Machines: templates, the device tree on the desk, its problems, power. */
import { defineView } from '../defineView.ts'
import MachineComposer from './MachineComposer.vue'

export const machineComposerView = defineView({
  id: 'machines',
  title: 'Machines',
  section: 'Machine',
  icon: 'machines',
  accelerator: 'CmdOrCtrl+1',
  needsMachine: false,
  place: { view: 'machines' },
  component: MachineComposer,
})
