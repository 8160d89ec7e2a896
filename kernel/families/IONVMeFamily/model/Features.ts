import { Feature, Status } from '../bits.ts'
import type { NvmeSettings } from './settings.ts'

const KELVIN_343 = 0x0157

/** The feature values of a controller (5.21): current and default; nothing is saveable. */
export class Features {
  private readonly defaults: Map<number, number>
  private readonly values = new Map<number, number>()
  private readonly noCoalescing = new Set<number>()

  constructor(private readonly settings: NvmeSettings) {
    const queues = settings.ioQueues - 1
    this.defaults = new Map([
      [Feature.arbitration, 0], [Feature.powerManagement, 0], [Feature.temperatureThreshold, KELVIN_343],
      [Feature.errorRecovery, 0], [Feature.writeCache, 1], [Feature.queueCount, queues | (queues << 16)],
      [Feature.coalescing, 0], [Feature.vectorConfiguration, 0], [Feature.writeAtomicity, 0],
      [Feature.asyncEvents, 0],
    ])
  }

  current(id: number): number {
    return this.values.get(id) ?? this.defaults.get(id) ?? 0
  }

  coalescingDisabled(vector: number): boolean {
    return this.noCoalescing.has(vector)
  }

  reset(): void {
    this.values.clear()
    this.noCoalescing.clear()
  }

  /** Get Features: dword 10 and 11 in, status and result out. */
  get(dword10: number, dword11: number): { status: number; result: number } {
    const id = dword10 & 0xff
    const select = (dword10 >>> 8) & 7
    const fallback = this.defaults.get(id)
    if (fallback === undefined) return { status: Status.invalidField | Status.doNotRetry, result: 0 }
    if (select === 3) return { status: Status.success, result: 0b100 }
    if (id === Feature.vectorConfiguration) {
      const vector = dword11 & 0xffff
      return { status: Status.success, result: vector | (this.noCoalescing.has(vector) ? 0x10000 : 0) }
    }
    return { status: Status.success, result: select === 0 ? this.current(id) : fallback }
  }

  /** Set Features. `queuesExist` forbids changing the number of queues. */
  set(dword10: number, dword11: number, queuesExist: boolean): { status: number; result: number } {
    const id = dword10 & 0xff
    if (!this.defaults.has(id)) return { status: Status.invalidField | Status.doNotRetry, result: 0 }
    if ((dword10 & 0x80000000) !== 0) return {
      status: Status.featureNotSaveable | Status.doNotRetry, result: 0,
    }
    if (id === Feature.queueCount) return this.setQueueCount(dword11, queuesExist)
    if (id === Feature.vectorConfiguration) this.setVector(dword11)
    else this.values.set(id, dword11 >>> 0)
    return { status: Status.success, result: 0 }
  }

  private setQueueCount(wanted: number, queuesExist: boolean): { status: number; result: number } {
    if (queuesExist) return { status: Status.sequenceError | Status.doNotRetry, result: 0 }
    const submission = wanted & 0xffff
    const completion = wanted >>> 16
    if (submission === 0xffff || completion === 0xffff) {
      return { status: Status.invalidField | Status.doNotRetry, result: 0 }
    }
    const most = this.settings.ioQueues - 1
    return { status: Status.success, result: Math.min(submission, most) | (Math.min(completion, most) << 16) }
  }

  private setVector(dword11: number): void {
    const vector = dword11 & 0xffff
    if ((dword11 & 0x10000) !== 0) this.noCoalescing.add(vector)
    else this.noCoalescing.delete(vector)
  }
}
