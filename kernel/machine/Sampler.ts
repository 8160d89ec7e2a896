import type { DriverSample, PerformanceSample } from '../api/index.ts'
import { allDriverUsage, interruptsDelivered, IORegistryEntry, type DriverUsage } from '../iokit/index.ts'
import { OSString, type OSObject } from '../libkern/index.ts'
import type { Scheduler, TimedEvent } from '../sim/index.ts'
import { countServices } from './snapshots.ts'

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
  private lastKernelNs = 0
  private readonly lastUsage = new Map<OSObject, DriverUsage>()

  constructor(
    private readonly clock: Scheduler, private readonly onSample: (sample: PerformanceSample) => void,
  ) {}

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
    const spanNs = nowNs - this.lastNs
    const perSecond = (count: number): number => (count * NS_PER_SECOND) / spanNs
    const events = this.clock.eventsFired
    const interrupts = interruptsDelivered()
    const sample: PerformanceSample = {
      timeNs: nowNs,
      spanNs,
      eventsPerSecond: perSecond(events - this.lastEvents),
      interruptsPerSecond: perSecond(interrupts - this.lastInterrupts),
      busyServices: countServices().busyServices,
      drivers: [...this.driverSamples(), this.kernelSample()],
    }
    this.lastNs = nowNs
    this.lastEvents = events
    this.lastInterrupts = interrupts
    return sample
  }

  /** What each driver used since the last sample; those that used nothing are left out. */
  private driverSamples(): DriverSample[] {
    const samples: DriverSample[] = []
    for (const [owner, usage] of allDriverUsage()) {
      const last = this.lastUsage.get(owner)
      const cpuNs = usage.cpuNs - (last?.cpuNs ?? 0)
      const interrupts = usage.interrupts - (last?.interrupts ?? 0)
      this.lastUsage.set(owner, { ...usage })
      if (cpuNs === 0 && interrupts === 0) continue
      samples.push({ ...identityOf(owner), cpuNs, interrupts })
    }
    return samples
  }

  /** Threads of the kernel itself: what no driver was charged for is not told apart. */
  private kernelSample(): DriverSample {
    let total = 0
    for (const thread of this.clock.threads.values()) if (thread.task === null) total += thread.cpuNs
    const cpuNs = Math.max(0, total - this.lastKernelNs)
    this.lastKernelNs = total
    return { id: 0, name: 'kernel_task', className: '', bundle: '__kernel__', cpuNs, interrupts: 0 }
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
