/** Words of values that an element of a report has. */
export const IOR_VALUES_PER_ELEMENT = 4

/** Means that there is no value. */
export const kIOReportInvalidIntValue = -(2n ** 63n)

/** What a channel is about: bits that may be combined. */
export const kIOReportCategoryPower = 0x2
export const kIOReportCategoryTraffic = 0x4
export const kIOReportCategoryPerformance = 0x8
export const kIOReportCategoryPeripheral = 0x10
export const kIOReportCategoryField = 0x100
export const kIOReportCategoryDebug = 0x8000
export const kIOReportInvalidCategory = 0xffff

/** How a channel's values are to be read. */
export const kIOReportInvalidFormat = 0
export const kIOReportFormatSimple = 1
export const kIOReportFormatState = 2
export const kIOReportFormatHistogram = 3
export const kIOReportFormatSimpleArray = 4

/** What `configureReport` may be asked. */
export const kIOReportDisable = 0x00
export const kIOReportEnable = 0x01
export const kIOReportGetDimensions = 0x02
export const kIOReportNotifyHubOnChange = 0x10
export const kIOReportTraceOnChange = 0x20

/** What `updateReport` may be asked. */
export const kIOReportCopyChannelData = 1
export const kIOReportTraceChannelData = 2

/** Keys of legends. */
export const kIOReportLegendPublicKey = 'IOReportLegendPublic'
export const kIOReportLegendKey = 'IOReportLegend'
export const kIOReportLegendChannelsKey = 'IOReportChannels'
export const kIOReportLegendGroupNameKey = 'IOReportGroupName'
export const kIOReportLegendSubGroupNameKey = 'IOReportSubGroupName'
export const kIOReportLegendInfoKey = 'IOReportChannelInfo'
export const kIOReportLegendUnitKey = 'IOReportChannelUnit'
export const kIOReportLegendConfigKey = 'IOReportChannelConfig'

/** Kind of a channel. */
export interface IOReportChannelType {
  readonly report_format: number
  readonly categories: number
  /** Elements of a channel. */
  readonly nelements: number
}

/** One channel of a service, by its id. */
export interface IOReportChannel {
  readonly channel_id: bigint
}

/** The channels that a report is about. */
export type IOReportChannelList = readonly IOReportChannel[]

/** A channel's kind as the one number that legends give. */
export function channelTypeNumber(type: IOReportChannelType): bigint {
  return BigInt(type.report_format) | (BigInt(type.categories) << 16n) | (BigInt(type.nelements) << 32n)
}

/**
 * The id that up to eight characters make, the first in the top byte. @xnu iokit/IOKit/IOReportTypes.h
 * IOREPORT_MAKEID — faithful
 */
export function IOREPORT_MAKEID(name: string): bigint {
  let id = 0n
  for (let i = 0; i < 8; i++) id = (id << 8n) | BigInt(i < name.length ? name.charCodeAt(i) & 0xff : 0)
  return id
}

/** Channels that every service under power management has: time in each state, and the state itself. */
export const kPMPowerStatesChID = IOREPORT_MAKEID('PMStHist')
export const kPMCurrStateChID = IOREPORT_MAKEID('PMCurSt')
