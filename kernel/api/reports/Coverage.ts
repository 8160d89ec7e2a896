import type { Problem } from '../Problem.ts'
import type { DeviceListFormat } from './DeviceList.ts'
import type { RuleTrust } from './Explanation.ts'

/**
 * What becomes of a device: a kext given takes it; a driver of macOS does; the dump shows a driver on it; a
 * kext asks for every device of the maker or for all there are, so that its own code decides; nothing takes
 * it; it works without a driver; or too little is told of it.
 */
export type CoverageVerdict = 'kext' | 'native' | 'attached' | 'maybe' | 'none' | 'notNeeded' | 'unknown'

/** A personality that takes a device, or a driver that a dump shows on it. */
export interface CoverageDriver {
  readonly personality: string | null
  readonly bundle: string | null
  readonly ioClass: string | null
  readonly category: string
  readonly score: number | null
  readonly from: 'kext' | 'macOS' | 'dump'
  /** Class of the nub that it takes: the device's own or that of an interface. */
  readonly providerClass: string
}

/** One interface of a USB device. */
export interface CoveredInterface {
  readonly configuration: number
  readonly number: number
  /** Class, subclass and protocol in hexadecimal, `030101`; null where not told. */
  readonly interfaceClass: string | null
  readonly verdict: CoverageVerdict
  readonly driver: CoverageDriver | null
  readonly reason: string
}

/** One device and its driver. */
export interface CoveredDevice {
  readonly kind: 'pci' | 'usb'
  /** `bb:dd.f` or `bus:device`; null where the list has no place for it. */
  readonly address: string | null
  /** `vvvv:dddd`; null where not told. */
  readonly ids: string | null
  readonly name: string | null
  /** PCI: class, subclass and programming interface, `0c0330`; USB: class, subclass and protocol. */
  readonly deviceClass: string | null
  readonly verdict: CoverageVerdict
  readonly driver: CoverageDriver | null
  /** Drivers in other match categories, and those whose own code decides. */
  readonly also: readonly CoverageDriver[]
  readonly reason: string
  /** How far the rule of the family can be relied on; null where none decided. */
  readonly confidence: RuleTrust | null
  readonly interfaces: readonly CoveredInterface[]
}

/** Two kexts that claim one nub in one category: only one of them gets it. */
export interface CoverageConflict {
  readonly address: string | null
  readonly ids: string | null
  readonly name: string | null
  readonly category: string
  readonly winner: CoverageDriver
  readonly losers: readonly CoverageDriver[]
  /** Equal scores: the order in which the kexts are loaded decides. */
  readonly byArrivalOrder: boolean
  readonly text: string
}

/** Ports of one USB controller; macOS takes no more than `limit` of them. */
export interface CoverageUsbPorts {
  readonly controller: string
  readonly ports: number
  readonly limit: number
  readonly isOver: boolean
}

/** Which device of a computer gets which driver. */
export interface CoverageReport {
  readonly devices: readonly CoveredDevice[]
  readonly conflicts: readonly CoverageConflict[]
  readonly usbPorts: readonly CoverageUsbPorts[]
  readonly counts: Readonly<Record<CoverageVerdict, number>>
  readonly formats: readonly DeviceListFormat[]
  readonly kexts: { readonly bundles: number; readonly personalities: number }
  /** What a reader should know before believing it. */
  readonly notes: readonly string[]
  readonly problems: readonly Problem[]
}
