import { ImportedDictionary, type ImportedValue } from '../../importers/index.ts'
import type { PersonalityFacts } from '../world/MatchWorld.ts'
import { nativePci, nativeUsbDevices, nativeUsbInterfaces, type UsbTriple } from './nativeTable.ts'

function personality(
  ioClass: string, bundle: string, keys: readonly (readonly [key: string, value: ImportedValue])[],
): PersonalityFacts {
  const all = [['IOClass', ioClass], ['CFBundleIdentifier', bundle], ...keys] as const
  return {
    name: ioClass, bundle, from: 'machine',
    table: new ImportedDictionary(all.map(([key]) => key), all.map(([, value]) => value)),
  }
}

function usbKeys(providerClass: string, prefix: string, [usbClass, subClass, protocol]: UsbTriple) {
  const keys: (readonly [string, ImportedValue])[] = [
    ['IOProviderClass', providerClass], [`${prefix}Class`, usbClass], [`${prefix}SubClass`, subClass],
  ]
  if (protocol !== null) keys.push([`${prefix}Protocol`, protocol])
  return keys
}

/** Personalities of drivers of macOS that take any device of a class. */
export function nativePersonalities(): PersonalityFacts[] {
  return [
    ...nativePci.map(([ioClass, bundle, match]) => personality(ioClass, bundle, [
      ['IOProviderClass', 'IOPCIDevice'], ['IOPCIClassMatch', match],
    ])),
    ...nativeUsbDevices.map(([ioClass, bundle, triple]) =>
      personality(ioClass, bundle, usbKeys('IOUSBHostDevice', 'bDevice', triple))),
    ...nativeUsbInterfaces.map(([ioClass, bundle, triple]) =>
      personality(ioClass, bundle, usbKeys('IOUSBHostInterface', 'bInterface', triple))),
  ]
}
