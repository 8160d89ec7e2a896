import type { DriverSample, PerformanceSample, VectorSample } from '../api/index.ts'
import {
  allDriverUsage, dropEndedUsage, interruptsDelivered, interruptVectors, IORegistryEntry, type DriverUsage, type IOInterruptVector,
} from '../iokit/index.ts'
import { OSString, type OSObject } from '../libkern/index.ts'
import type { Scheduler, TimedEvent } from '../sim/index.ts'
import { countServices } from './snapshots.ts'
import { ThreadMeter } from './ThreadMeter.ts'

/** Virtual time between two samples. */
export const SAMPLE_PERIOD_NS = 250_000_000
/** Samples kept for views that open later. */
const HISTORY_LENGTH = 1200
const NS_PER_SECOND = 1_000_000_000

/**
 * Takes a performance sample at every full period of virtual time: part of the run, so that replays agree.
 */
export class Sampler implements TimedEvent {
  queueSlot = -1
  readonly history: PerformanceSample[] = []
  private lastNs = 0
  private lastEvents = 0
  private lastInterrupts = 0
  private lastInterruptNs = 0
  private lastDispatches = 0
  private lastUsage = new Map<OSObject, DriverUsage>()
  private lastDelivered = new Map<IOInterruptVector, number>()
  private readonly meter: ThreadMeter

  constructor(
    private readonly clock: Scheduler, private readonly onSample: (sample: PerformanceSample) => void,
  ) {
    this.meter = new ThreadMeter(clock)
  }

  start(): void {
    this.clock.events.schedule(this, this.clock.nowNs + SAMPLE_PERIOD_NS)
  }

  fire(nowNs: number): void {
    const sample = this.take(nowNs)
    this.clock.trace.mix(IORegistryEntry.getGenerationCount())
    this.clock.trace.mix(sample.busyServices)
    this.history.push(sample)
    if (this.history.length > HISTORY_LENGTH) this.history.shift()
    this.clock.events.schedule(this, nowNs + SAMPLE_PERIOD_NS)
    this.onSample(sample)
  }

  private take(nowNs: number): PerformanceSample {
    const { clock } = this
    const spanNs = nowNs - this.lastNs
    const perSecond = (count: number): number => (count * NS_PER_SECOND) / spanNs
    const events = clock.eventsFired
    const dispatches = clock.steps - events
    const interrupts = interruptsDelivered()
    const { threads, userNs, kernelNs } = this.meter.take()
    const sample: PerformanceSample = {
      timeNs: nowNs,
      spanNs,
      eventsPerSecond: perSecond(events - this.lastEvents),
      interruptsPerSecond: perSecond(interrupts - this.lastInterrupts),
      dispatchesPerSecond: perSecond(dispatches - this.lastDispatches),
      busyServices: countServices().busyServices,
      userNs,
      systemNs: kernelNs + clock.interruptNs - this.lastInterruptNs,
      drivers: this.driverSamples(),
      threads,
      vectors: this.vectorSamples(),
    }
    this.lastNs = nowNs
    this.lastEvents = events
    this.lastDispatches = dispatches
    this.lastInterrupts = interrupts
    this.lastInterruptNs = clock.interruptNs
    return sample
  }

  /** What each driver used since the last sample; those that used nothing are left out. Ended records go. */
  private driverSamples(): DriverSample[] {
    const samples: DriverSample[] = []
    const used = new Map<OSObject, DriverUsage>()
    for (const [owner, usage] of allDriverUsage()) {
      const last = this.lastUsage.get(owner)
      const cpuNs = usage.cpuNs - (last?.cpuNs ?? 0)
      const interrupts = usage.interrupts - (last?.interrupts ?? 0)
      if (usage.sources > 0) used.set(owner, { ...usage })
      if (cpuNs === 0 && interrupts === 0) continue
      samples.push({ ...identityOf(owner), cpuNs, interrupts })
    }
    this.lastUsage = used
    dropEndedUsage()
    return samples
  }

  /** What came in on each vector since the last sample; silent ones are left out. */
  private vectorSamples(): VectorSample[] {
    const samples: VectorSample[] = []
    const delivered = new Map<IOInterruptVector, number>()
    for (const vector of interruptVectors()) {
      delivered.set(vector, vector.delivered)
      const interrupts = vector.delivered - (this.lastDelivered.get(vector) ?? 0)
      if (interrupts === 0 || vector.nub === null) continue
      const { id, name } = identityOf(vector.nub)
      const controller = vector.controller.getMetaClass().className
      samples.push({ id, name, controller, vector: vector.vectorNumber, interrupts })
    }
    this.lastDelivered = delivered
    return samples
  }
}

function identityOf(owner: OSObject): Pick<DriverSample, 'id' | 'name' | 'className' | 'bundle'> {
  const className = owner.getMetaClass().className
  if (!(owner instanceof IORegistryEntry)) return { id: 0, name: className, className, bundle: '__kernel__' }
  const bundle = owner.getProperty('CFBundleIdentifier')
  return {
    id: owner.getRegistryEntryID(), name: owner.getName(), className,
    bundle: bundle instanceof OSString ? bundle.getCStringNoCopy() : '__kernel__',
  }
}
