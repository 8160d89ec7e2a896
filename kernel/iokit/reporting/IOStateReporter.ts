import {
  kIOReturnBadArgument, kIOReturnError, kIOReturnOverrun, kIOReturnSuccess, type IOReturn,
} from '../../abi/index.ts'
import { defineMetaClass, type OSMetaClass } from '../../libkern/index.ts'
import { mach_absolute_time, panic } from '../../mach/index.ts'
import { IOReporter, type ReportingService } from './IOReporter.ts'
import { kIOReportFormatState, kIOReportInvalidIntValue, type IOReportChannelType } from './IOReportTypes.ts'
import { legendWith, type IOReportLegendEntry, type NamedChannel } from './legends.ts'
import { kIOReportUnitHWTicks } from './units.ts'

/** Places of a state's four values. */
const STATE_ID = 0
const IN_TRANSITIONS = 1
const UP_TICKS = 2
const LAST_IN_TRANSITION = 3

/** What a driver that keeps its own count tells of one state. */
export interface StateRecord {
  readonly timeInState: bigint
  readonly intransitions: bigint
  readonly lastIntransition?: bigint
}

/**
 * Channels of states: how often each was entered, how long it lasted, when it was entered last.
 * @xnu iokit/Kernel/IOStateReporter.cpp IOStateReporter — faithful
 */
export class IOStateReporter extends IOReporter {
  static override readonly metaClass: OSMetaClass =
    defineMetaClass('IOStateReporter', IOStateReporter, IOReporter)

  /** State of each channel by index; -1 before the first. */
  private readonly currentStates: number[] = []
  /** When each channel's times were last brought up to date; 0: its states are not kept here. */
  private readonly lastUpdateTimes: bigint[] = []

  /**
   * Null for a service without registry ID or too many states. One reference to the caller. @xnu
   * IOStateReporter.cpp with — faithful
   */
  static with(
    reportingService: ReportingService, categories: number, nstates: number, unit = kIOReportUnitHWTicks,
  ): IOStateReporter | null {
    const reporter = new IOStateReporter()
    if (reporter.initReporter(reportingService, stateType(categories, nstates), unit)) return reporter
    reporter.release()
    return null
  }

  /**
   * The legend entry of channels that no reporter has yet. @xnu IOStateReporter.cpp createLegend — faithful
   */
  static createLegend(
    channels: readonly NamedChannel[], nstates: number, categories: number, unit: bigint,
  ): IOReportLegendEntry | null {
    return legendWith(channels, stateType(categories, nstates), unit)
  }

  /** Gives a state another id than its index. @xnu IOStateReporter.cpp setStateID — faithful */
  setStateID(channelID: bigint, stateIndex: number, stateID: bigint): IOReturn {
    const first = this.getFirstElementIndex(channelID)
    if (first === -1) return kIOReturnError
    if (stateIndex >= this.channelDimension) return kIOReturnBadArgument
    const values = this.copyElementValues(first + stateIndex)
    values[STATE_ID] = stateID
    return this.setElementValues(first + stateIndex, values)
  }

  /**
   * The channel is in that state from now on; the same state again only brings its time up to date.
   * kIOReturnBadArgument for a channel or state it does not have. Any context.
   * @xnu IOStateReporter.cpp setChannelState — faithful
   */
  setChannelState(channelID: bigint, newStateID: bigint): IOReturn {
    const place = this.stateIndices(channelID, newStateID)
    return place === null ? kIOReturnBadArgument : this.setStateByIndices(place.channel, place.state)
  }

  /** `setChannelState` of the only channel. @xnu IOStateReporter.cpp setState — faithful */
  setState(newStateID: bigint): IOReturn {
    if (this.channelCount !== 1) return kIOReturnBadArgument
    return this.setChannelState(this.elements.channelID(0), newStateID)
  }

  /** `setChannelState` by places instead of ids. @xnu IOStateReporter.cpp setStateByIndices — faithful */
  setStateByIndices(channel: number, newState: number): IOReturn {
    if (channel < 0 || channel >= this.channelCount) return kIOReturnBadArgument
    if (newState < 0 || newState >= this.channelDimension) return kIOReturnOverrun
    const now = BigInt(Math.floor(mach_absolute_time()))
    const current = this.currentStates[channel]!
    if (newState !== current) {
      const values = this.copyElementValues(this.elementOf(channel, newState))
      values[IN_TRANSITIONS]++
      values[LAST_IN_TRANSITION] = now
      this.setElementValues(this.elementOf(channel, newState), values)
      this.currentStates[channel] = newState
    }
    if (this.lastUpdateTimes[channel] !== 0n) this.accrue(channel, current, now)
    this.lastUpdateTimes[channel] = now
    return kIOReturnSuccess
  }

  /**
   * Sets what a state has, for drivers that keep count themselves; a panic after `setChannelState` of that
   * channel. @xnu IOStateReporter.cpp overrideChannelState — faithful
   */
  overrideChannelState(channelID: bigint, stateID: bigint, record: StateRecord): IOReturn {
    return this.recordState(channelID, stateID, {
      caller: 'overrideChannelState', change: () => [record.timeInState, record.intransitions],
      lastIntransition: record.lastIntransition ?? 0n,
    })
  }

  /**
   * Adds to what a state has, for drivers that keep count themselves; a panic after `setChannelState` of that
   * channel. @xnu IOStateReporter.cpp incrementChannelState — faithful
   */
  incrementChannelState(channelID: bigint, stateID: bigint, record: StateRecord): IOReturn {
    return this.recordState(channelID, stateID, {
      caller: 'incrementChannelState', lastIntransition: record.lastIntransition ?? 0n,
      change: (time, count) => [time + record.timeInState, count + record.intransitions],
    })
  }

  /** How often a state was entered. @xnu IOStateReporter.cpp getStateInTransitions — faithful */
  getStateInTransitions(channelID: bigint, stateID: bigint): bigint {
    return this.stateValue(channelID, stateID, IN_TRANSITIONS)
  }

  /** How long a state has lasted, up to now. @xnu IOStateReporter.cpp getStateResidencyTime — faithful */
  getStateResidencyTime(channelID: bigint, stateID: bigint): bigint {
    return this.stateValue(channelID, stateID, UP_TICKS)
  }

  /** When a state was entered last. @xnu IOStateReporter.cpp getStateLastTransitionTime — faithful */
  getStateLastTransitionTime(channelID: bigint, stateID: bigint): bigint {
    return this.stateValue(channelID, stateID, LAST_IN_TRANSITION)
  }

  /**
   * When the channel's times were last brought up to date. @xnu IOStateReporter.cpp
   * getStateLastChannelUpdateTime — faithful
   */
  getStateLastChannelUpdateTime(channelID: bigint): bigint {
    const channel = this.getChannelIndex(channelID)
    return channel === -1 ? kIOReportInvalidIntValue : this.lastUpdateTimes[channel]!
  }

  /** The channel's states get the ids 0, 1, 2 … @xnu IOStateReporter.cpp handleAddChannelSwap — faithful */
  protected override handleAddChannel(channelID: bigint, channelName: string | null): void {
    super.handleAddChannel(channelID, channelName)
    this.currentStates.push(-1)
    this.lastUpdateTimes.push(0n)
    for (let state = 0; state < this.channelDimension; state++) {
      this.setStateID(channelID, state, BigInt(state))
    }
  }

  /**
   * Brings the time of the state that lasts up to date. @xnu IOStateReporter.cpp updateChannelValues —
   * faithful
   */
  protected override updateChannelValues(channel: number): IOReturn {
    if (this.lastUpdateTimes[channel] === 0n) return kIOReturnSuccess
    const now = BigInt(Math.floor(mach_absolute_time()))
    this.accrue(channel, this.currentStates[channel]!, now)
    this.lastUpdateTimes[channel] = now
    return kIOReturnSuccess
  }

  private accrue(channel: number, state: number, now: bigint): void {
    const element = this.elementOf(channel, state)
    const values = this.copyElementValues(element)
    values[UP_TICKS] += now - this.lastUpdateTimes[channel]!
    this.setElementValues(element, values)
  }

  private recordState(channelID: bigint, stateID: bigint, how: {
    readonly caller: string
    readonly lastIntransition: bigint
    readonly change: (timeInState: bigint, intransitions: bigint) => [bigint, bigint]
  }): IOReturn {
    const place = this.stateIndices(channelID, stateID)
    if (place === null) return kIOReturnBadArgument
    if (this.lastUpdateTimes[place.channel] !== 0n) {
      panic(`${how.caller}() cannot be used after setChannelState()!`)
    }
    const element = this.elementOf(place.channel, place.state)
    const values = this.copyElementValues(element)
    const [time, count] = how.change(values[UP_TICKS], values[IN_TRANSITIONS])
    return this.setElementValues(element, [values[STATE_ID], count, time, how.lastIntransition])
  }

  private stateIndices(channelID: bigint, stateID: bigint): { channel: number; state: number } | null {
    const channel = this.getChannelIndex(channelID)
    if (channel === -1) return null
    for (let state = 0; state < this.channelDimension; state++) {
      if (this.elements.value(this.elementOf(channel, state), STATE_ID) === stateID) return { channel, state }
    }
    return null
  }

  private stateValue(channelID: bigint, stateID: bigint, value: number): bigint {
    const channel = this.getChannelIndex(channelID)
    if (channel === -1) return kIOReportInvalidIntValue
    this.updateChannelValues(channel)
    const place = this.stateIndices(channelID, stateID)
    if (place === null) return kIOReportInvalidIntValue
    return this.elements.value(this.elementOf(channel, place.state), value)
  }

  private elementOf(channel: number, state: number): number {
    return channel * this.channelDimension + state
  }
}

function stateType(categories: number, nstates: number): IOReportChannelType {
  return { report_format: kIOReportFormatState, categories, nelements: nstates }
}
