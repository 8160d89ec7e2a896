import type { LintRule } from '../../LintRule.ts'
import type { EntitlementsSubject } from '../../subjects.ts'

const DRIVERKIT = 'com.apple.developer.driverkit'
/** What an app has that talks to a driver. */
const FOR_APPS = new Set([`${DRIVERKIT}.userclient-access`, `${DRIVERKIT}.communicates-with-drivers`])

/** Entitlements of DriverKit come with com.apple.developer.driverkit. */
export const driverkitIsAskedFor: LintRule<EntitlementsSubject> = {
  id: 'WB401', severity: 'error',
  title: 'Entitlements of DriverKit come with com.apple.developer.driverkit',
  why: 'The kernel asks for this one first: without it a driver extension is not started, '
    + 'whatever else it has.',
  fix: 'Add com.apple.developer.driverkit, true.',
  check: ({ root }) => {
    const others = [...root.keys()].filter((key) => key.startsWith(`${DRIVERKIT}.`) && !FOR_APPS.has(key))
    if (others.length === 0 || root.get(DRIVERKIT) === true) return []
    return [{ at: [others[0]!], message: `${others[0]} is there, and ${DRIVERKIT} is not.` }]
  },
}
