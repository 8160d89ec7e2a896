import type { LintRule } from '../../LintRule.ts'
import type { KextValue } from '../../../../api/index.ts'
import { isVariable, shown, type KextSubject } from '../../subjects.ts'
import { ofEach } from './personalities.ts'

interface WantedType {
  readonly name: string
  fits(value: KextValue): boolean
}

const NUMBER: WantedType = { name: 'a number', fits: (value) => typeof value === 'number'
  || typeof value === 'bigint' }
/** The families take "*" for any number. */
const NUMBER_OR_ANY: WantedType = { name: 'a number or "*"', fits: (value) => NUMBER.fits(value)
  || value === '*' }
const TEXT: WantedType = { name: 'a string', fits: (value) => typeof value === 'string' }
const NAMES: WantedType = { name: 'a string or an array of strings', fits: (value) => TEXT.fits(value)
  || isTexts(value) }
const TABLES: WantedType = { name: 'a dictionary or an array of dictionaries', fits: (value) => isTable(value)
  || isTables(value) }

const isTexts = (value: KextValue): boolean => Array.isArray(value)
  && value.every((one) => typeof one === 'string')
const isTable = (value: KextValue): boolean => value instanceof Map
const isTables = (value: KextValue): boolean => Array.isArray(value) && value.every(isTable)

const WANTED: ReadonlyMap<string, WantedType> = new Map([
  ...['IOProbeScore', 'idProductMask', 'VendorID', 'ProductID', 'PrimaryUsage', 'PrimaryUsagePage']
    .map((key) => [key, NUMBER] as const),
  ...[
    'idVendor', 'idProduct', 'bcdDevice', 'bDeviceClass', 'bDeviceSubClass', 'bDeviceProtocol',
    'bInterfaceClass',
    'bInterfaceSubClass', 'bInterfaceProtocol', 'bInterfaceNumber', 'bConfigurationValue',
  ].map((key) => [key, NUMBER_OR_ANY] as const),
  ...['IOPCIMatch', 'IOPCIPrimaryMatch', 'IOPCISecondaryMatch', 'IOPCIClassMatch', 'IOClass',
    'IOProviderClass', 'IOMatchCategory']
    .map((key) => [key, TEXT] as const),
  ['IONameMatch', NAMES], ['IOPropertyMatch', TABLES], ['IOParentMatch', TABLES],
])

/** Matching keys have the type that is compared. */
export const keyHasType: LintRule<KextSubject> = {
  id: 'WB203', severity: 'error',
  title: 'Matching keys have the type that is compared',
  why: 'A number never equals a string or data, whatever they look like; a score that is text '
    + 'counts as 0.',
  fix: 'Write numbers as <integer>, names and PCI words as <string>.',
  check: (subject) => ofEach(subject, ({ table }) => [...table].flatMap(([key, value]) => {
    const wanted = WANTED.get(key)
    if (wanted === undefined || isVariable(value) || wanted.fits(value)) return []
    return [{ key, message: `${key} is ${shown(value)}; ${wanted.name} is compared.` }]
  })),
}
