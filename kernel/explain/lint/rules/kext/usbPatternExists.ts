import type { LintRule } from '../../LintRule.ts'
import type { KextSubject } from '../../subjects.ts'
import type { KextPersonality } from '../../../../api/index.ts'
import { isForUsb, ofEach, USB_INTERFACES } from './personalities.ts'

const KEYS = [
  'idVendor', 'idProduct', 'idProductArray', 'bcdDevice', 'bDeviceClass', 'bDeviceSubClass',
  'bDeviceProtocol',
  'bInterfaceClass', 'bInterfaceSubClass', 'bInterfaceProtocol', 'bInterfaceNumber', 'bConfigurationValue',
]

/** Interfaces named by id alone are WB201's. */
function fitsRow({ table }: KextPersonality, prefix: string): boolean {
  const has = (key: string): boolean => table.has(key)
  if (has('idVendor') && (has('idProduct') || has('idProductArray'))) return true
  if (has('idProduct') || has('idProductArray')) return false
  return has(`${prefix}SubClass`) && (has('idVendor') || has(`${prefix}Class`))
}

/** A USB personality fits a row of the family’s table. */
export const usbPatternExists: LintRule<KextSubject> = {
  id: 'WB214', severity: 'warning',
  title: 'A USB personality fits a row of the family’s table',
  why: 'The family compares fixed sets of keys. With another set (idVendor alone, a class alone, '
    + 'ids and class mixed) nothing ever matches.',
  fix: 'Use idVendor and idProduct, or class, subclass and protocol without idVendor; for '
    + 'vendor-specific devices idVendor and subclass.',
  check: (subject) => ofEach(subject, (one) => {
    const isInterface = USB_INTERFACES.has(one.providerClass ?? '')
    if (!isForUsb(one) || fitsRow(one, isInterface ? 'bInterface' : 'bDevice')) return []
    const keys = KEYS.filter((key) => one.table.has(key))
    return [{ key: 'IOProviderClass',
      message: `no row of the family has ${keys.length === 0 ? 'no keys' : keys.join(' + ')}.` }]
  }),
}
