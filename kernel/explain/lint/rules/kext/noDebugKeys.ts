import type { LintRule } from '../../LintRule.ts'
import type { KextSubject } from '../../subjects.ts'

/** A released kext does not ask for debugging. */
export const noDebugKeys: LintRule<KextSubject> = {
  id: 'WB217', severity: 'info',
  title: 'A released kext does not ask for debugging',
  why: 'IOKitDebug and OSBundleEnableKextLogging fill the log of every Mac that loads the kext.',
  fix: 'Take the key out of a release.',
  check: ({ root, record: { personalities } }) => {
    const loud = personalities.filter(({ table }) => typeof table.get('IOKitDebug') === 'number'
      && table.get('IOKitDebug') !== 0)
    const [first] = loud
    const more = loud.length > 1 ? ` and ${loud.length - 1} more` : ''
    return [
      ...(root.get('OSBundleEnableKextLogging') === true
        ? [{ at: ['OSBundleEnableKextLogging'], message: 'OSBundleEnableKextLogging is on.' }] : []),
      ...(first === undefined ? [] : [{
        at: ['IOKitPersonalities', first.name, 'IOKitDebug'],
        message: `IOKitDebug is set in ${first.name}${more}.`,
      }]),
    ]
  },
}
