import { OSArray, OSDictionary, OSNumber, OSSymbol } from '../../libkern/index.ts'
import {
  channelTypeNumber, kIOReportLegendChannelsKey, kIOReportLegendInfoKey, kIOReportLegendUnitKey,
  type IOReportChannelType,
} from './IOReportTypes.ts'

/** One channel as a legend names it. */
export interface NamedChannel {
  readonly id: bigint
  /** Null: it has no name, and the legend none for it. */
  readonly name: string | null
}

/** A dictionary that describes channels of one kind and unit. */
export type IOReportLegendEntry = OSDictionary

/**
 * The legend entry of some channels; null for none. One reference to the caller.
 * @xnu iokit/Kernel/IOReporter.cpp legendWith — faithful
 */
export function legendWith(
  channels: readonly NamedChannel[], type: IOReportChannelType, unit: bigint,
): IOReportLegendEntry | null {
  if (channels.length === 0) return null
  const list = OSArray.withCapacity(channels.length)
  for (const { id, name } of channels) {
    const channel = OSArray.withCapacity(3)
    channel.adopt(OSNumber.withNumber(id, 64))
    channel.adopt(OSNumber.withNumber(channelTypeNumber(type), 64))
    if (name !== null) channel.adopt(OSSymbol.withCString(name))
    list.adopt(channel)
  }
  const info = OSDictionary.withCapacity(1)
  info.adopt(kIOReportLegendUnitKey, OSNumber.withNumber(unit, 64))
  const entry = OSDictionary.withCapacity(1)
  entry.adopt(kIOReportLegendChannelsKey, list)
  entry.adopt(kIOReportLegendInfoKey, info)
  return entry
}
