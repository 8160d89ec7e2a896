/** What a range of addresses is. */
export type RangeKind = 'io' | 'memory' | 'prefetch'

/** One base address register: what it asks for and what it got. */
export interface BarRange {
  /** 0..5. */
  readonly index: number
  readonly kind: RangeKind
  readonly is64Bit: boolean
  readonly sizeBytes: number
  /** 0 while nothing was assigned. */
  start: number
}

/** A window of a bridge. */
export interface WindowRange {
  readonly kind: RangeKind
  start: number
  sizeBytes: number
}

/** One function as the configurator knows it. */
export class ConfigEntry {
  readonly bars: BarRange[] = []
  readonly children: ConfigEntry[] = []
  readonly windows: WindowRange[] = []
  secondaryBus = 0
  subordinateBus = 0
  /** Free addresses kept inside the windows for what may be plugged in later. */
  isHotPlug = false

  constructor(
    readonly parent: ConfigEntry | null, readonly bus: number, readonly devfn: number,
    readonly ids: {
      readonly vendorProduct: number; readonly classRevision: number; readonly isBridge: boolean
    },
  ) {}

  get device(): number {
    return this.devfn >> 3
  }

  get function(): number {
    return this.devfn & 7
  }
}
