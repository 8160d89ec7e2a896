import { kIOReturnBadArgument, type IOReturn } from '../../abi/index.ts'
import { defineMetaClass, type OSMetaClass } from '../../libkern/index.ts'
import { IOReporter, type ReportingService } from './IOReporter.ts'
import { kIOReportFormatSimple, kIOReportInvalidIntValue, type IOReportChannelType } from './IOReportTypes.ts'
import { legendWith, type IOReportLegendEntry, type NamedChannel } from './legends.ts'

/**
 * Channels of one signed 64-bit value each. @xnu iokit/Kernel/IOSimpleReporter.cpp IOSimpleReporter —
 * faithful
 */
export class IOSimpleReporter extends IOReporter {
  static override readonly metaClass: OSMetaClass =
    defineMetaClass('IOSimpleReporter', IOSimpleReporter, IOReporter)

  /**
   * Null for a service without registry ID. One reference to the caller. @xnu IOSimpleReporter.cpp with —
   * faithful
   */
  static with(reportingService: ReportingService, categories: number, unit: bigint): IOSimpleReporter | null {
    const reporter = new IOSimpleReporter()
    if (reporter.initReporter(reportingService, simpleType(categories), unit)) return reporter
    reporter.release()
    return null
  }

  /**
   * The legend entry of channels that no reporter has yet. @xnu IOSimpleReporter.cpp createLegend — faithful
   */
  static createLegend(
    channels: readonly NamedChannel[], categories: number, unit: bigint,
  ): IOReportLegendEntry | null {
    return legendWith(channels, simpleType(categories), unit)
  }

  /**
   * kIOReturnBadArgument for a channel it does not have. Any context. @xnu IOSimpleReporter.cpp setValue —
   * faithful
   */
  setValue(channelID: bigint, value: bigint): IOReturn {
    const element = this.getFirstElementIndex(channelID)
    return element === -1 ? kIOReturnBadArgument : this.setElementValues(element, [value, 0n, 0n, 0n])
  }

  /**
   * kIOReturnBadArgument for a channel it does not have. Any context. @xnu IOSimpleReporter.cpp
   * incrementValue — faithful
   */
  incrementValue(channelID: bigint, increment: bigint): IOReturn {
    const element = this.getFirstElementIndex(channelID)
    if (element === -1) return kIOReturnBadArgument
    return this.setElementValues(element, [this.elements.value(element, 0) + increment, 0n, 0n, 0n])
  }

  /**
   * `kIOReportInvalidIntValue` for a channel it does not have. @xnu IOSimpleReporter.cpp getValue — faithful
   */
  getValue(channelID: bigint): bigint {
    const element = this.getFirstElementIndex(channelID)
    return element === -1 ? kIOReportInvalidIntValue : this.elements.value(element, 0)
  }
}

function simpleType(categories: number): IOReportChannelType {
  return { report_format: kIOReportFormatSimple, categories, nelements: 1 }
}
