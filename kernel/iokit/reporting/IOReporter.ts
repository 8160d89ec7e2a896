import {
  kIOReturnBadArgument, kIOReturnError, kIOReturnOverrun, kIOReturnSuccess, kIOReturnUnderrun,
  kIOReturnUnsupported, type IOReturn,
} from '../../abi/index.ts'
import { defineMetaClass, OSObject, type OSMetaClass, type OSSet } from '../../libkern/index.ts'
import { mach_absolute_time, panic } from '../../mach/index.ts'
import { IOBufferMemoryDescriptor } from '../memory/index.ts'
import { ELEMENT_BYTES, ElementTable, type ElementValues } from './ElementTable.ts'
import {
  kIOReportCopyChannelData, kIOReportDisable, kIOReportEnable, kIOReportGetDimensions, kIOReportInvalidFormat,
  type IOReportChannelList, type IOReportChannelType,
} from './IOReportTypes.ts'
import { legendWith, type IOReportLegendEntry } from './legends.ts'
import { kIOReportUnit1GHzTicks, kIOReportUnitHWTicks } from './units.ts'

const INT16_MAX = 0x7fff

/** Who reports: anything in the registry. */
export interface ReportingService {
  getRegistryEntryID(): number
}

/** Where a report's result is counted. */
export interface ReportResult {
  value: number
}

/** What reporters of a set are asked. */
export interface ReportRequest {
  readonly channelList: IOReportChannelList | null
  readonly action: number
  readonly result: ReportResult | null
  readonly destination: OSObject | null
}

/**
 * Values of a service that others may ask for: channels of a few elements each, described by a legend.
 * @xnu iokit/Kernel/IOReporter.cpp IOReporter — simplified: no locks, nothing else runs meanwhile
 */
export abstract class IOReporter extends OSObject {
  static override readonly metaClass: OSMetaClass =
    defineMetaClass('IOReporter', IOReporter, OSObject, { abstract: true })

  protected readonly elements = new ElementTable()
  protected channelDimension = 0
  protected channelType: IOReportChannelType = { report_format: 0, categories: 0, nelements: 0 }
  protected channelCount = 0
  protected readonly channelNames: (string | null)[] = []
  protected driverID = 0n
  protected unit = 0n
  /** How many more have asked for channels than have let go of them. */
  private enabled = 0
  private readonly enableCounts: number[] = []

  /**
   * Second stage of construction; false without a registry ID or a format, or with too many elements.
   * @xnu IOReporter.cpp init — simplified: a tick is a nanosecond on every machine
   */
  protected initReporter(
    reportingService: ReportingService, type: IOReportChannelType, unit: bigint,
  ): boolean {
    if (type.report_format === kIOReportInvalidFormat) return false
    this.driverID = BigInt(reportingService.getRegistryEntryID())
    if (this.driverID === 0n || type.nelements > INT16_MAX || type.nelements < 0) return false
    this.channelDimension = type.nelements
    this.channelType = type
    this.unit = unit === kIOReportUnitHWTicks ? kIOReportUnit1GHzTicks : unit
    return true
  }

  /**
   * Adds a channel; one with the same id stays the one that is found. Thread context.
   * @xnu IOReporter.cpp addChannel — faithful
   */
  addChannel(channelID: bigint, channelName: string | null = null): IOReturn {
    const count = this.channelCount + 1
    const result = this.channelDimension <= 0 ? kIOReturnUnderrun : kIOReturnSuccess
    if (result === kIOReturnSuccess) this.handleAddChannel(channelID, channelName)
    if (this.channelDimension === 0) panic(`handleSwapCleanup - can't free ${count} channels of dimension 0`)
    return result
  }

  /**
   * The legend entry of its channels; null without any. One reference to the caller. @xnu IOReporter.cpp
   * createLegend — faithful
   */
  createLegend(): IOReportLegendEntry | null {
    return this.handleCreateLegend()
  }

  /**
   * Counts who wants its channels, or tells how many elements they have: adds to `result`. Channels of
   * others and unknown actions are passed over. Thread context. @xnu IOReporter.cpp configureReport —
   * faithful
   */
  configureReport(
    channelList: IOReportChannelList | null, action: number, result: ReportResult | null,
    destination: unknown,
  ): IOReturn {
    return this.handleConfigureReport(channelList, action, result, destination)
  }

  /**
   * Appends the elements of its channels that are listed to a buffer and adds their number to `result`.
   * kIOReturnError while nobody has enabled any, kIOReturnOverrun when the buffer is full. Thread context.
   * @xnu IOReporter.cpp updateReport — faithful
   */
  updateReport(
    channelList: IOReportChannelList | null, action: number, result: ReportResult | null,
    destination: unknown,
  ): IOReturn {
    return this.handleUpdateReport(channelList, action, result, destination)
  }

  /**
   * `configureReport` of each reporter of a set; their errors are ignored. @xnu IOReporter.cpp
   * configureAllReports — faithful
   */
  static configureAllReports(
    reporters: OSSet | null, { channelList, action, result, destination }: ReportRequest,
  ): IOReturn {
    if (reporters === null || channelList === null || result === null) return kIOReturnBadArgument
    if (action !== kIOReportGetDimensions && action !== kIOReportEnable && action !== kIOReportDisable) {
      return kIOReturnUnsupported
    }
    return forEachReporter(reporters, (one) => one.configureReport(channelList, action, result, destination))
  }

  /**
   * `updateReport` of each reporter of a set; their errors are ignored. @xnu IOReporter.cpp updateAllReports
   * — faithful
   */
  static updateAllReports(
    reporters: OSSet | null, { channelList, action, result, destination }: ReportRequest,
  ): IOReturn {
    if (reporters === null || channelList === null || result === null || destination === null) {
      return kIOReturnBadArgument
    }
    if (action !== kIOReportCopyChannelData) return kIOReturnUnsupported
    return forEachReporter(reporters, (one) => one.updateReport(channelList, action, result, destination))
  }

  /**
   * Adds a channel's elements and name; the channel's place is the count before. @xnu IOReporter.cpp
   * handleAddChannelSwap — faithful
   */
  protected handleAddChannel(channelID: bigint, channelName: string | null): void {
    this.elements.addChannel(this.driverID, channelID, this.channelType)
    this.channelNames.push(channelName)
    this.enableCounts.push(0)
    this.channelCount++
  }

  /** @xnu IOReporter.cpp handleCreateLegend — faithful */
  protected handleCreateLegend(): IOReportLegendEntry | null {
    const channels = this.channelNames.map((name, channel) => (
      { id: this.elements.channelID(channel * this.channelDimension), name }
    ))
    return legendWith(channels, this.channelType, this.unit)
  }

  /** @xnu IOReporter.cpp handleConfigureReport — faithful */
  protected handleConfigureReport(
    channelList: IOReportChannelList | null, action: number, result: ReportResult | null,
    _destination: unknown,
  ): IOReturn {
    if (channelList === null || result === null) return kIOReturnError
    for (const { channel_id } of channelList) {
      const channel = this.getChannelIndex(channel_id)
      if (channel === -1) continue
      if (action === kIOReportGetDimensions) result.value += this.channelDimension
      else if (action === kIOReportEnable || action === kIOReportDisable) {
        const change = action === kIOReportEnable ? 1 : -1
        this.enabled += change
        this.enableCounts[channel]! += change
        result.value++
      }
    }
    return kIOReturnSuccess
  }

  /** @xnu IOReporter.cpp handleUpdateReport — faithful */
  protected handleUpdateReport(
    channelList: IOReportChannelList | null, action: number, result: ReportResult | null,
    destination: unknown,
  ): IOReturn {
    if (channelList === null || result === null || destination === null) return kIOReturnError
    if (!(destination instanceof IOBufferMemoryDescriptor)) return kIOReturnBadArgument
    if (this.enabled === 0) return kIOReturnError
    for (const { channel_id } of channelList) {
      const channel = this.getChannelIndex(channel_id)
      if (channel === -1) continue
      if (action !== kIOReportCopyChannelData) return kIOReturnError
      const refreshed = this.updateChannelValues(channel)
      if (refreshed !== kIOReturnSuccess) return refreshed
      const copied = this.updateReportChannel(channel, result, destination)
      if (copied !== kIOReturnSuccess) return copied
    }
    return kIOReturnSuccess
  }

  /**
   * Called before a channel's values leave the reporter. @xnu IOReporter.cpp updateChannelValues — faithful
   */
  protected updateChannelValues(_channel: number): IOReturn {
    return kIOReturnSuccess
  }

  /** Appends one channel's elements to the buffer. @xnu IOReporter.cpp updateReportChannel — faithful */
  protected updateReportChannel(
    channel: number, result: ReportResult, destination: IOBufferMemoryDescriptor,
  ): IOReturn {
    const count = this.channelDimension
    const room = destination.getCapacity() - destination.getLength()
    if (count * ELEMENT_BYTES > room) return kIOReturnOverrun
    destination.appendBytes(this.elements.slice(channel * count, count))
    result.value += count
    return kIOReturnSuccess
  }

  /** Sets an element's values, as of now. @xnu IOReporter.cpp setElementValues — faithful */
  protected setElementValues(element: number, values: readonly bigint[]): IOReturn {
    if (element >= this.elements.count) return kIOReturnBadArgument
    this.elements.setValues(element, values, mach_absolute_time())
    return kIOReturnSuccess
  }

  /** A copy of an element's values. @xnu IOReporter.cpp copyElementValues — faithful */
  protected copyElementValues(element: number): ElementValues {
    return this.elements.values(element)
  }

  /** Place of a channel, or -1. @xnu IOReporter.cpp getChannelIndex — faithful */
  protected getChannelIndex(channelID: bigint): number {
    for (let channel = 0; channel < this.channelCount; channel++) {
      if (this.elements.channelID(channel * this.channelDimension) === channelID) return channel
    }
    return -1
  }

  /** Place of a channel's first element, or -1. @xnu IOReporter.cpp getFirstElementIndex — faithful */
  protected getFirstElementIndex(channelID: bigint): number {
    const channel = this.getChannelIndex(channelID)
    return channel === -1 ? -1 : channel * this.channelDimension
  }
}

function forEachReporter(reporters: OSSet, ask: (reporter: IOReporter) => IOReturn): IOReturn {
  for (const reporter of reporters.values()) {
    if (!(reporter instanceof IOReporter)) return kIOReturnUnsupported
    ask(reporter)
  }
  return kIOReturnSuccess
}
