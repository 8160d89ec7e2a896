import type { LintRule } from '../../LintRule.ts'
import type { KextValue } from '../../../../api/index.ts'
import { shown, type EntitlementsSubject } from '../../subjects.ts'

/** Transport entitlements are lists of dictionaries. */
export const transportsAreLists: LintRule<EntitlementsSubject> = {
  id: 'WB402', severity: 'error',
  title: 'Transport entitlements are lists of dictionaries',
  why: 'Each dictionary is matched against the provider; a number that is text, or a dictionary '
    + 'outside a list, matches nothing.',
  fix: 'Write an array of dictionaries with idVendor and idProduct as numbers, or '
    + 'IOPCIPrimaryMatch as text.',
  check: ({ root }) => ['usb', 'pci'].flatMap((name) => {
    const key = `com.apple.developer.driverkit.transport.${name}`
    const value = root.get(key)
    if (value === undefined) return []
    if (!Array.isArray(value)) return [{ at: [key], message: `${key} is ${shown(value)}.` }]
    return (value as readonly KextValue[]).flatMap((one, at) => {
      if (!(one instanceof Map))
        return [{ at: [key, at], message: `Element ${at} of ${key} is ${shown(one)}.` }]
      return ['idVendor', 'idProduct'].filter((inner) => typeof (one.get(inner) ?? 0) === 'string'
        && one.get(inner) !== '*')
        .map((inner) => ({ at: [key, at, inner],
          message: `${inner} is ${shown(one.get(inner) as KextValue)}; a number is compared.` }))
    })
  }),
}
