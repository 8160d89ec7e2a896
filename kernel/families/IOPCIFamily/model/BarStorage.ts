import { PhysicalMemory, type AccessWidth, type MmioDevice } from '../../../hardware/index.ts'

/**
 * What answers in a BAR of a function whose inside is not modelled. A prefetchable BAR is memory and keeps
 * what
 * is written; any other reads as zero and drops writes, as registers without a device behind them do.
 */
export class BarStorage implements MmioDevice {
  private readonly memory: PhysicalMemory | null

  constructor(readonly name: string, sizeBytes: number, prefetchable: boolean) {
    this.memory = prefetchable ? new PhysicalMemory(0, Math.max(4096, sizeBytes)) : null
  }

  read(offset: number, widthBytes: AccessWidth): number {
    return this.memory === null ? 0 : this.memory.read(offset, widthBytes)
  }

  write(offset: number, widthBytes: AccessWidth, value: number): void {
    this.memory?.write(offset, widthBytes, value)
  }
}
