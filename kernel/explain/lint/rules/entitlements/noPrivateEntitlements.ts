import type { LintRule } from '../../LintRule.ts'
import type { EntitlementsSubject } from '../../subjects.ts'

/** No private entitlements. */
export const noPrivateEntitlements: LintRule<EntitlementsSubject> = {
  id: 'WB403', severity: 'error',
  title: 'No private entitlements',
  why: 'com.apple.private entitlements are for Apple’s own code: a process of others that claims '
    + 'one is killed when it starts.',
  fix: 'Take the key out.',
  check: ({ root }) => [...root.keys()].filter((key) => key.startsWith('com.apple.private.'))
    .map((key) => ({ at: [key], message: `${key} is private.` })),
}
