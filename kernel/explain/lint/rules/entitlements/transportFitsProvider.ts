import type { LintRule } from '../../LintRule.ts'
import type { EntitlementsSubject } from '../../subjects.ts'

const TRANSPORTS: ReadonlyMap<string, string> = new Map([
  ['IOUSBHostDevice', 'com.apple.developer.driverkit.transport.usb'],
  ['IOUSBHostInterface', 'com.apple.developer.driverkit.transport.usb'],
  ['IOPCIDevice', 'com.apple.developer.driverkit.transport.pci'],
])

/** A dext has the entitlement of its provider’s transport. */
export const transportFitsProvider: LintRule<EntitlementsSubject> = {
  id: 'WB404', severity: 'error',
  title: 'A dext has the entitlement of its provider’s transport',
  why: 'The provider names an entitlement that a driver extension must hold: without it matching '
    + 'ends with "provider entitlements check failed".',
  fix: 'Add the transport’s entitlement with the devices that the personality names.',
  check: ({ root, dexts }) => dexts.flatMap(({ personalities }) =>
    personalities).flatMap(({ name, providerClass }) => {
    const key = TRANSPORTS.get(providerClass ?? '')
    return key === undefined || root.has(key) ? []
      : [{ at: [], message: `${name} matches ${providerClass}, and ${key} is not there.` }]
  }),
}
