/** Match Explainer: who drives a device, why the others do not, and what would change it. */
import { defineView } from '../defineView.ts'
import MatchExplainer from './MatchExplainer.vue'

export const matchExplainerView = defineView({
  id: 'match-explainer',
  title: 'Match Explainer',
  section: 'Drivers',
  icon: 'scales',
  accelerator: 'CmdOrCtrl+6',
  needsMachine: false,
  place: { view: 'match-explainer' },
  component: MatchExplainer,
})
