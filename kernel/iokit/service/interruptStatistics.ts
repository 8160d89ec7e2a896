import {
  kIOReturnBadArgument, kIOReturnSuccess, kIOReturnUnsupported, type IOReturn,
} from '../../abi/index.ts'
import { panic } from '../../mach/index.ts'
import {
  IA_GET_CHANNEL_ID, IA_INDEX_MAX, interruptAccountingDataInheritChannels,
  interruptAccountingDataUpdateChannels,
  IOReportLegend, IOSimpleReporter, kInterruptAccountingGroupName, kInterruptAccountingStatisticNames,
  kIOReportCategoryPower, kIOReportUnitNone, kPMCurrStateChID, kPMPowerStatesChID,
  type IOInterruptAccountingData, type IOReportChannelList, type ReportResult,
} from '../reporting/index.ts'
import type { IOService } from './IOService.ts'

/** What one interrupt of a nub has cost: the reporter stays, who counts comes and goes. */
export interface InterruptStatistics {
  readonly reporter: IOSimpleReporter
  statistics: IOInterruptAccountingData | null
}

/** What a report is asked for and where it goes. */
export interface ReportOrder {
  readonly action: number
  readonly result: ReportResult
  readonly destination: unknown
}

/** @xnu iokit/Kernel/IOService.cpp addInterruptStatistics — faithful */
export function addInterruptStatistics(
  service: IOService, statistics: IOInterruptAccountingData, source: number,
): IOReturn {
  if (source < 0) return kIOReturnBadArgument
  if (source > IA_INDEX_MAX) {
    panic(`addInterruptStatistics called for an excessively large index (${source})`)
  }
  const { internals } = service
  internals.interruptStatistics ??= []
  const known = internals.interruptStatistics[source] ?? newStatistics(service, source)
  if (known === null) return kIOReturnBadArgument
  internals.interruptStatistics[source] = known
  if (known.statistics !== null) {
    panic(`addInterruptStatistics call for index ${source} would have clobbered existing statistics`)
  }
  known.statistics = statistics
  interruptAccountingDataInheritChannels(statistics, known.reporter)
  return kIOReturnSuccess
}

/** @xnu iokit/Kernel/IOService.cpp removeInterruptStatistics — faithful */
export function removeInterruptStatistics(service: IOService, source: number): IOReturn {
  if (source < 0) return kIOReturnBadArgument
  const all = service.internals.interruptStatistics ?? []
  if (source >= all.length) {
    panic(`removeInterruptStatistics called for index ${source}, which was never registered`)
  }
  const known = all[source]
  if (known === undefined || known.statistics === null) {
    panic(`removeInterruptStatistics called for empty index ${source}`)
  }
  interruptAccountingDataUpdateChannels(known.statistics, known.reporter)
  known.statistics = null
  return kIOReturnSuccess
}

/**
 * The service's own channels: the interrupts'. Power channels are refused, as those of a service without power
 * management are.
 * @xnu iokit/Kernel/IOService.cpp configureReport — faithful
 */
export function configureReport(
  service: IOService, channelList: IOReportChannelList, { action, result, destination }: ReportOrder,
): IOReturn {
  if (namesPower(channelList)) return kIOReturnUnsupported
  for (const reporter of reportersOf(service)) {
    reporter.configureReport(channelList, action, result, destination)
  }
  return kIOReturnSuccess
}

/** @xnu iokit/Kernel/IOService.cpp updateReport — faithful */
export function updateReport(
  service: IOService, channelList: IOReportChannelList, { action, result, destination }: ReportOrder,
): IOReturn {
  if (namesPower(channelList)) return kIOReturnUnsupported
  for (const reporter of reportersOf(service)) {
    reporter.updateReport(channelList, action, result, destination)
  }
  return kIOReturnSuccess
}

/** Lets the reporters go. */
export function freeInterruptStatistics(service: IOService): void {
  for (const known of service.internals.interruptStatistics ?? []) known?.reporter.release()
  service.internals.interruptStatistics = null
}

function newStatistics(service: IOService, source: number): InterruptStatistics | null {
  const reporter = IOSimpleReporter.with(service, kIOReportCategoryPower, kIOReportUnitNone)
  if (reporter === null) return null
  for (const [index, name] of kInterruptAccountingStatisticNames.entries()) {
    reporter.addChannel(IA_GET_CHANNEL_ID(source, index), name)
  }
  IOReportLegend.addReporterLegend(service, reporter, {
    group: kInterruptAccountingGroupName, subgroup: `${service.getName()} ${source}`.slice(0, 63),
  })
  return { reporter, statistics: null }
}

/** The interrupts' reporters with the latest counts. */
function* reportersOf(service: IOService): Generator<IOSimpleReporter> {
  for (const known of service.internals.interruptStatistics ?? []) {
    if (known === undefined) continue
    if (known.statistics !== null) interruptAccountingDataUpdateChannels(known.statistics, known.reporter)
    yield known.reporter
  }
}

function namesPower(channelList: IOReportChannelList): boolean {
  return channelList.some(({ channel_id: id }) => id === kPMPowerStatesChID || id === kPMCurrStateChID)
}
