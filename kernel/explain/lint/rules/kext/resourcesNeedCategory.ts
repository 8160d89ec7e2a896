import type { LintRule } from '../../LintRule.ts'
import type { KextSubject } from '../../subjects.ts'
import { ofEach } from './personalities.ts'

const RESOURCES = new Set(['IOResources', 'IOUserResources'])

/** A driver on IOResources has an IOMatchCategory of its own. */
export const resourcesNeedCategory: LintRule<KextSubject> = {
  id: 'WB205', severity: 'warning',
  title: 'A driver on IOResources has an IOMatchCategory of its own',
  why: 'IOResources takes one driver for each category: in the default category the first one '
    + 'keeps all others out.',
  fix: 'Add IOMatchCategory with the name of the driver’s class.',
  check: (subject) => ofEach(subject, ({ providerClass, category, ioClass }) => {
    if (!RESOURCES.has(providerClass ?? '') || category !== null) return []
    return [{
      key: 'IOProviderClass', message: `matches ${providerClass} without an IOMatchCategory.`,
      fix: `Add IOMatchCategory ${ioClass ?? 'with the name of the class'}.`,
    }]
  }),
}
