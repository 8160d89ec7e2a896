import type { LintRule } from '../../LintRule.ts'
import type { KextSubject } from '../../subjects.ts'
import { ofEach, USB_INTERFACES } from './personalities.ts'

/** A USB interface is named by product, interface number and configuration. */
export const interfaceNeedsPlace: LintRule<KextSubject> = {
  id: 'WB201', severity: 'error',
  title: 'A USB interface is named by product, interface number and configuration',
  why: 'idVendor and idProduct alone match no interface: the family has no such row, and the '
    + 'driver never comes.',
  fix: 'Add bInterfaceNumber and bConfigurationValue, or match the device (IOUSBHostDevice).',
  check: (subject) => ofEach(subject, (one) => {
    const { table } = one
    const isById = table.has('idVendor') && (table.has('idProduct') || table.has('idProductArray'))
    const missing = ['bInterfaceNumber', 'bConfigurationValue'].filter((key) => !table.has(key))
    if (!USB_INTERFACES.has(one.providerClass ?? '') || !isById || missing.length === 0) return []
    return [{ key: 'IOProviderClass', message: `asks for an interface without ${missing.join(' and ')}.` }]
  }),
}
