import { kIOReturnBadArgument, kIOReturnError, kIOReturnSuccess, type IOReturn } from '../../abi/index.ts'
import {
  defineMetaClass, OSArray, OSObject, OSSymbol, type OSMetaClass, type PlainValue,
} from '../../libkern/index.ts'
import type { IOReporter } from './IOReporter.ts'
import {
  kIOReportLegendGroupNameKey, kIOReportLegendKey, kIOReportLegendPublicKey, kIOReportLegendSubGroupNameKey,
} from './IOReportTypes.ts'
import type { IOReportLegendEntry } from './legends.ts'

/** A service that keeps its legend among its properties. */
export interface LegendHolder {
  getProperty(key: string): OSObject | null
  setProperty(key: string, value: PlainValue): boolean
}

/** Group and subgroup of channels; a subgroup needs a group. */
export interface LegendGroup {
  readonly group?: string
  readonly subgroup?: string
}

/**
 * The description of a service's channels: what others read before they ask for values.
 * @xnu iokit/Kernel/IOReportLegend.cpp IOReportLegend — faithful
 */
export class IOReportLegend extends OSObject {
  static override readonly metaClass: OSMetaClass =
    defineMetaClass('IOReportLegend', IOReportLegend, OSObject)

  private legend: OSArray | null = null

  /**
   * A legend that begins as a copy of `legend`, or empty. One reference to the caller. @xnu
   * IOReportLegend.cpp with — faithful
   */
  static with(legend: OSArray | null): IOReportLegend {
    const made = new IOReportLegend()
    if (legend !== null) made.legend = OSArray.withArray(legend)
    return made
  }

  /**
   * Appends a reporter's legend to that of a service and makes it public.
   * @xnu IOReportLegend.cpp addReporterLegend — faithful
   */
  static addReporterLegend(
    service: LegendHolder | null, reporter: IOReporter | null, group: LegendGroup,
  ): IOReturn {
    if (service === null || reporter === null) return kIOReturnError
    const current = service.getProperty(kIOReportLegendKey)
    const legend = IOReportLegend.with(current instanceof OSArray ? current : null)
    legend.addReporterLegend(reporter, group)
    const entries = legend.getLegend()
    if (entries !== null) service.setProperty(kIOReportLegendKey, entries)
    service.setProperty(kIOReportLegendPublicKey, true)
    legend.release()
    return kIOReturnSuccess
  }

  /** The entries, not retained; null without any. @xnu IOReportLegend.cpp getLegend — faithful */
  getLegend(): OSArray | null {
    return this.legend
  }

  /** Appends what a reporter says of itself. @xnu IOReportLegend.cpp addReporterLegend — faithful */
  addReporterLegend(reporter: IOReporter | null, group: LegendGroup): IOReturn {
    const entry = reporter?.createLegend() ?? null
    if (entry === null) return kIOReturnError
    const result = this.addLegendEntry(entry, group)
    entry.release()
    return result
  }

  /**
   * Appends an entry, which gets the names of its groups. @xnu IOReportLegend.cpp addLegendEntry — faithful
   */
  addLegendEntry(entry: IOReportLegendEntry | null, { group, subgroup }: LegendGroup): IOReturn {
    if (entry === null) return kIOReturnError
    if (group === undefined && subgroup !== undefined) return kIOReturnBadArgument
    this.legend ??= OSArray.withCapacity(1)
    if (group !== undefined) entry.adopt(kIOReportLegendGroupNameKey, OSSymbol.withCString(group))
    if (subgroup !== undefined) entry.adopt(kIOReportLegendSubGroupNameKey, OSSymbol.withCString(subgroup))
    this.legend.setObject(entry)
    return kIOReturnSuccess
  }

  /** @xnu IOReportLegend.cpp free — faithful */
  override free(): void {
    this.legend?.release()
    this.legend = null
    super.free()
  }
}
