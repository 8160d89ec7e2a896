/** Coverage: which device of a computer gets which driver. */
import { defineView } from '../defineView.ts'
import Coverage from './Coverage.vue'

export const coverageView = defineView({
  id: 'coverage',
  title: 'Coverage',
  section: 'Drivers',
  icon: 'shield',
  accelerator: 'CmdOrCtrl+7',
  needsMachine: false,
  place: { view: 'coverage' },
  component: Coverage,
})
