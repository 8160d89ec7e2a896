import type { CoverageDriver } from '../../api/index.ts'

/** One nub of a device and what it is there for. */
export interface SubjectNub {
  /** Its number in the world. */
  readonly index: number
  /** Null for the device itself. */
  readonly interface: { readonly configuration: number; readonly number: number; readonly triple: UsbClass }
    | null
  /** Drivers that a dump shows on it. */
  readonly shown: readonly CoverageDriver[]
}

/** Class, subclass and protocol; null where not told. */
export type UsbClass = readonly [usbClass: number | null, subClass: number | null, protocol: number | null]

/** A device of a list or dump, with the nubs that stand for it in a world. */
export interface CoverageSubject {
  readonly kind: 'pci' | 'usb'
  readonly address: string | null
  readonly ids: string | null
  readonly name: string | null
  readonly deviceClass: string | null
  /** Why no driver is looked for, or null. */
  readonly without: { readonly verdict: 'notNeeded' | 'unknown'; readonly reason: string } | null
  /** Said with the reason when nothing takes the device. */
  readonly remark: string | null
  /** Whether a missing driver matters. */
  readonly wantsDriver: boolean
  readonly nubs: readonly SubjectNub[]
}

/** Four hexadecimal digits. */
export function hex4(value: number): string {
  return value.toString(16).padStart(4, '0')
}

/** `vvvv:dddd`, or null where one of the numbers is not told. */
export function idsText(vendor: number | null, device: number | null): string | null {
  return vendor === null || device === null ? null : `${hex4(vendor)}:${hex4(device)}`
}

/** Two digits a number; null where the first is not told. */
export function tripleText([first, second, third]: UsbClass): string | null {
  if (first === null) return null
  return [first, second ?? 0, third ?? 0].map((byte) => byte.toString(16).padStart(2, '0')).join('')
}
