import { describe, expect, it } from 'vitest'
import { installPlainMemory } from '../../../test/support/machStory.ts'
import {
  kIOReturnBadArgument, kIOReturnError, kIOReturnOverrun, kIOReturnSuccess, kIOReturnUnsupported,
} from '../../abi/index.ts'
import {
  fromOSObject, kOSBooleanTrue, OSArray, OSDictionary, OSSet, toOSObject, type PlainResult, type PlainValue,
} from '../../libkern/index.ts'
import { Simulation } from '../../sim/index.ts'
import { IOBufferMemoryDescriptor, kIODirectionInOut } from '../memory/index.ts'
import {
  channelTypeNumber, ELEMENT_BYTES, IA_GET_CHANNEL_ID, IOHistogramReporter, IOReporter, IOREPORT_MAKEID,
  IOReportLegend, IOSimpleReporter, IOStateReporter, kIOReportCategoryPower, kIOReportCategoryTraffic,
  kIOReportCopyChannelData, kIOReportDisable, kIOReportEnable, kIOReportGetDimensions,
  kIOReportInvalidIntValue, kIOReportTraceOnChange, kIOReportUnit24MHzTicks, kIOReportUnit_ns,
  kIOReportUnitBytes, kIOReportUnitEvents,
  kPMPowerStatesChID, type IOHistogramSegmentConfig, type IOReportChannelList,
} from './index.ts'

const A = IOREPORT_MAKEID('a')
const B = IOREPORT_MAKEID('b')
const MIN = kIOReportInvalidIntValue
const service = { getRegistryEntryID: (): number => 0x100000abc }

/** A world whose clock a story may set. */
function inWorld(body: (at: (ns: number) => void) => void): void {
  const world = new Simulation(1)
  world.enter(() => {
    installPlainMemory()
    body((ns) => void (world.scheduler.nowNs = ns))
  })
}

const list = (...ids: bigint[]): IOReportChannelList => ids.map((channel_id) => ({ channel_id }))

/** A kernel object as a literal: dictionaries as objects, numbers as bigints. */
function shown(value: PlainResult): unknown {
  if (typeof value === 'number') return BigInt(value)
  if (Array.isArray(value)) return value.map(shown)
  if (!(value instanceof Map)) return value
  return Object.fromEntries([...value].map(([key, inner]) => [key, shown(inner)]))
}

/** The elements that a report appended: index, then the four values. */
function report(
  reporter: IOReporter, channels: IOReportChannelList,
): { rows: unknown[]; count: number; length: number } {
  const buffer = IOBufferMemoryDescriptor.withOptions(kIODirectionInOut, 4096)!
  buffer.setLength(0)
  const count = { value: 0 }
  reporter.configureReport(channels, kIOReportEnable, { value: 0 }, null)
  expect(reporter.updateReport(channels, kIOReportCopyChannelData, count, buffer)).toBe(kIOReturnSuccess)
  const bytes = new Uint8Array(buffer.getLength())
  buffer.readBytes(0, bytes)
  const view = new DataView(bytes.buffer)
  const rows = Array.from({ length: bytes.length / ELEMENT_BYTES }, (_, row) => {
    const at = row * ELEMENT_BYTES
    expect(view.getBigUint64(at, true)).toBe(0x100000abcn)
    return [view.getInt16(at + 22, true), ...[0, 1, 2, 3].map((i) => view.getBigInt64(at + 32 + i * 8, true))]
  })
  return { rows, count: count.value, length: buffer.getLength() }
}

describe('numbers of the format (worked example 12)', () => {
  it('make channel ids, kinds and units as Macs show them', () => {
    expect(kPMPowerStatesChID).toBe(0x504d537448697374n)
    expect(IA_GET_CHANNEL_ID(3, 2)).toBe(0x496e747200000000n + (3n << 16n) + 2n)
    expect(channelTypeNumber({ report_format: 1, categories: kIOReportCategoryPower, nelements: 1 }))
      .toBe(0x0000000100020001n)
    expect(channelTypeNumber({ report_format: 2, categories: kIOReportCategoryPower, nelements: 3 }))
      .toBe(0x0000000300020002n)
    expect([kIOReportUnitBytes, kIOReportUnit_ns, kIOReportUnit24MHzTicks])
      .toEqual([0x0900820000000000n, 0x0100007600000000n, 0x0100007980000018n])
  })
})

describe('IOStateReporter', () => {
  it('keeps entries, time and last entry of each state (worked example 12)', () => inWorld((at) => {
    const reporter = IOStateReporter.with(service, kIOReportCategoryPower, 3)!
    reporter.addChannel(A)
    const times: [number, bigint][] = [[1000, 0n], [1600, 2n], [1900, 2n]]
    for (const [ns, state] of times) {
      at(ns)
      expect(reporter.setChannelState(A, state)).toBe(kIOReturnSuccess)
    }
    at(2000)
    expect(report(reporter, list(A))).toEqual({
      rows: [[0, 0n, 1n, 600n, 1000n], [1, 1n, 0n, 0n, 0n], [2, 2n, 1n, 400n, 1600n]], count: 3, length: 192,
    })
    expect(reporter.getStateLastChannelUpdateTime(A)).toBe(2000n)
    at(2500)
    expect([reporter.getStateResidencyTime(A, 2n), reporter.getStateInTransitions(A, 0n)]).toEqual([900n, 1n])
    expect(reporter.getStateLastTransitionTime(A, 7n)).toBe(MIN)
    const refused = [reporter.setChannelState(A, 9n), reporter.setChannelState(B, 0n)]
    expect([...refused, reporter.setStateByIndices(3, 0)])
      .toEqual([kIOReturnBadArgument, kIOReturnBadArgument, kIOReturnBadArgument])
    const record = { timeInState: 5n, intransitions: 1n }
    expect(() => reporter.incrementChannelState(A, 0n, record))
      .toThrow('incrementChannelState() cannot be used after setChannelState()!')
    expect(() => reporter.overrideChannelState(A, 0n, record))
      .toThrow('overrideChannelState() cannot be used after setChannelState()!')
  }))

  it('takes a driver’s own counts, set or added, under ids of its own', () => inWorld(() => {
    const reporter = IOStateReporter.with(service, 0, 2)!
    reporter.addChannel(A, 'States')
    const idle = IOREPORT_MAKEID('IDLE')
    expect(reporter.setStateID(A, 1, idle)).toBe(kIOReturnSuccess)
    expect([reporter.setStateID(B, 1, 5n), reporter.setStateID(A, 2, 5n)])
      .toEqual([kIOReturnError, kIOReturnBadArgument])
    reporter.overrideChannelState(A, idle, { timeInState: 50n, intransitions: 3n, lastIntransition: 9n })
    reporter.incrementChannelState(A, idle, { timeInState: 5n, intransitions: 1n })
    expect(report(reporter, list(A)).rows).toEqual([[0, 0n, 0n, 0n, 0n], [1, idle, 4n, 55n, 0n]])
  }))

  it('has one state for setState only while it has one channel', () => inWorld((at) => {
    const reporter = IOStateReporter.with(service, 0, 2)!
    at(10)
    reporter.addChannel(A)
    expect(reporter.setState(1n)).toBe(kIOReturnSuccess)
    reporter.addChannel(B)
    expect(reporter.setState(1n)).toBe(kIOReturnBadArgument)
  }))

  it('panics when it has no states at all and gets a channel', () => inWorld(() => {
    expect(() => IOStateReporter.with(service, 0, 0)!.addChannel(A))
      .toThrow("handleSwapCleanup - can't free 1 channels of dimension 0")
    expect(IOStateReporter.with(service, 0, 0x8000)).toBeNull()
  }))
})

describe('IOHistogramReporter', () => {
  const channel = { id: A, name: 'Latency' }
  const options = { categories: kIOReportCategoryTraffic, channel, unit: kIOReportUnit_ns }
  const linear = (base_bucket_width: number): IOHistogramSegmentConfig =>
    ({ base_bucket_width, scale_flag: 0, segment_bucket_count: 2 })

  it('puts values into buckets whose bounds belong to them (worked example 12)', () => inWorld(() => {
    const reporter = IOHistogramReporter.with(service, options, [linear(10), linear(100)])!
    expect([10n, 11n, 21n, 500n].map((value) => reporter.tallyValue(value))).toEqual([0, 1, 2, 3])
    expect(report(reporter, list(A)).rows).toEqual([
      [0, 1n, 10n, 10n, 10n], [1, 1n, 11n, 11n, 11n], [2, 1n, 21n, 21n, 21n], [3, 1n, 500n, 500n, 500n],
    ])
    reporter.tallyValue(400n)
    expect(reporter.bucket(3)).toEqual({ hits: 2n, min: 400n, max: 500n, sum: 900n })
    const fresh = IOHistogramReporter.with(service, options, [linear(10), linear(100)])!
    expect(fresh.bucket(0)).toEqual({ hits: 0n, min: MIN, max: MIN, sum: MIN })
    expect(fresh.overrideBucketValues(4, fresh.bucket(0))).toBe(kIOReturnBadArgument)
  }))

  it('does not exist when its bounds do not grow, and stops at the greatest sum', () => inWorld(() => {
    expect(IOHistogramReporter.with(service, options, [linear(100), linear(10)])).toBeNull()
    expect(IOHistogramReporter.with(service, options, [])).toBeNull()
    const segment = { base_bucket_width: 4, scale_flag: 1, segment_bucket_count: 3 }
    const powers = IOHistogramReporter.with(service, options, [segment])!
    expect([4n, 5n, 64n, 65n].map((value) => powers.tallyValue(value))).toEqual([0, 1, 2, 2])
    powers.tallyValue(2n ** 63n - 1n)
    expect(powers.bucket(2).sum).toBe(2n ** 63n - 1n)
  }))

  it('tells its segments in its legend', () => inWorld(() => {
    const entry = IOHistogramReporter.with(service, options, [linear(10)])!.createLegend()!
    const legend = shown(fromOSObject(entry))
    expect(legend).toEqual(shown(fromOSObject(IOHistogramReporter.createLegend(options, [linear(10)])!)))
    expect(legend).toEqual({
      IOReportChannels: [[A, 0x0000000200040003n, 'Latency']],
      IOReportChannelInfo: {
        IOReportChannelUnit: kIOReportUnit_ns,
        IOReportChannelConfig: Uint8Array.of(10, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0),
      },
    })
  }))
})

describe('IOSimpleReporter', () => {
  it('has values by channel, the first of two with one id', () => inWorld(() => {
    const reporter = IOSimpleReporter.with(service, 0, kIOReportUnitEvents)!
    for (const id of [A, B, A]) expect(reporter.addChannel(id)).toBe(kIOReturnSuccess)
    expect([reporter.setValue(A, 5n), reporter.incrementValue(A, -7n), reporter.incrementValue(3n, 1n)])
      .toEqual([kIOReturnSuccess, kIOReturnSuccess, kIOReturnBadArgument])
    expect([reporter.getValue(A), reporter.getValue(B), reporter.getValue(3n)]).toEqual([-2n, 0n, MIN])
    expect(report(reporter, list(B, 3n, A)).rows).toEqual([[0, 0n, 0n, 0n, 0n], [0, -2n, 0n, 0n, 0n]])
    expect(IOSimpleReporter.with({ getRegistryEntryID: () => 0 }, 0, 0n)).toBeNull()
  }))

  it('counts who wants its channels, and has nothing for nobody', () => inWorld(() => {
    const reporter = IOSimpleReporter.with(service, 0, 0n)!
    reporter.addChannel(A)
    reporter.addChannel(B)
    const buffer = IOBufferMemoryDescriptor.withOptions(kIODirectionInOut, 2 * ELEMENT_BYTES - 1)!
    buffer.setLength(0)
    const [counted, sized, written] = [{ value: 10 }, { value: 0 }, { value: 0 }]
    const update = (destination: unknown = buffer): number =>
      reporter.updateReport(list(A, B), kIOReportCopyChannelData, written, destination)
    expect([update(), reporter.configureReport(null, kIOReportEnable, counted, null)])
      .toEqual([kIOReturnError, kIOReturnError])
    reporter.configureReport(list(A, B, 9n), kIOReportEnable, counted, null)
    reporter.configureReport(list(A, B, 9n), kIOReportGetDimensions, sized, null)
    expect(reporter.configureReport(list(A), 99, counted, null)).toBe(kIOReturnSuccess)
    expect([counted.value, sized.value, update('elsewhere'), update(), written.value, buffer.getLength()])
      .toEqual([12, 2, kIOReturnBadArgument, kIOReturnOverrun, 1, ELEMENT_BYTES])
    reporter.configureReport(list(A, B), kIOReportDisable, counted, null)
    expect([counted.value, update()]).toEqual([14, kIOReturnError])
  }))

  it('is asked with others of a set, whose errors nobody hears of', () => inWorld(() => {
    const made = [A, B].map((id) => {
      const reporter = IOSimpleReporter.with(service, 0, 0n)!
      reporter.addChannel(id)
      return reporter
    })
    const set = OSSet.withObjects(made, 2)!
    const counted = { value: 0 }
    const buffer = IOBufferMemoryDescriptor.withOptions(kIODirectionInOut, 4096)!
    const request = { channelList: list(A, B), result: counted, destination: buffer }
    const all = (action: number, reporters: OSSet | null = set): number =>
      IOReporter.configureAllReports(reporters, { ...request, action })
    expect([all(kIOReportEnable), all(kIOReportTraceOnChange), all(kIOReportEnable, null), counted.value])
      .toEqual([kIOReturnSuccess, kIOReturnUnsupported, kIOReturnBadArgument, 2])
    buffer.setLength(0)
    const update = (action: number): number =>
      IOReporter.updateAllReports(set, { ...request, action })
    expect([update(kIOReportCopyChannelData), update(2), buffer.getLength()])
      .toEqual([kIOReturnSuccess, kIOReturnUnsupported, 2 * ELEMENT_BYTES])
    const others = OSSet.withObjects([OSArray.withCapacity(1)], 1)!
    expect(IOReporter.configureAllReports(others, { ...request, action: kIOReportEnable })).toBe(kIOReturnUnsupported)
  }))
})

describe('IOReportLegend', () => {
  it('collects the channels of a service under their groups, and makes them public', () => inWorld(() => {
    const properties = OSDictionary.withCapacity(2)
    properties.setObject('IOReportLegend', OSDictionary.withCapacity(1))
    const holder = {
      getProperty: (key: string) => properties.getObject(key),
      setProperty: (key: string, value: PlainValue) => properties.adopt(key, toOSObject(value)),
    }
    const named = IOSimpleReporter.with(service, kIOReportCategoryPower, kIOReportUnitEvents)!
    named.addChannel(A, 'First')
    named.addChannel(B)
    const group = { group: 'G', subgroup: 'S' }
    expect(IOReportLegend.addReporterLegend(holder, named, group)).toBe(kIOReturnSuccess)
    const state = IOStateReporter.with(service, kIOReportCategoryPower, 3)!
    state.addChannel(A, 'State')
    IOReportLegend.addReporterLegend(holder, state, {})
    expect(properties.getObject('IOReportLegendPublic')).toBe(kOSBooleanTrue)
    expect(shown(fromOSObject(properties.getObject('IOReportLegend')!))).toEqual([
      {
        IOReportChannels: [[A, 0x0000000100020001n, 'First'], [B, 0x0000000100020001n]],
        IOReportChannelInfo: { IOReportChannelUnit: kIOReportUnitEvents },
        IOReportGroupName: 'G', IOReportSubGroupName: 'S',
      },
      {
        IOReportChannels: [[A, 0x0000000300020002n, 'State']],
        IOReportChannelInfo: { IOReportChannelUnit: 0x0100007600000001n },
      },
    ])
  }))

  it('refuses a subgroup without a group, and a reporter that has nothing to say', () => inWorld(() => {
    const reporter = IOSimpleReporter.with(service, 0, 0n)!
    const legend = IOReportLegend.with(null)
    expect([legend.addReporterLegend(reporter, {}), legend.getLegend()]).toEqual([kIOReturnError, null])
    reporter.addChannel(A)
    expect(legend.addReporterLegend(reporter, { subgroup: 'S' })).toBe(kIOReturnBadArgument)
  }))
})
