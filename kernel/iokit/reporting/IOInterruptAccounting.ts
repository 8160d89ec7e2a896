import { IOREPORT_MAKEID } from './IOReportTypes.ts'
import type { IOSimpleReporter } from './IOSimpleReporter.ts'

/** Most interrupts of one nub that are counted. */
export const IA_INDEX_MAX = 255
export const kInterruptAccountingGroupName = 'Interrupt Statistics (by index)'

const BASE_CHANNEL_ID = IOREPORT_MAKEID('Intr')
const INTERRUPT_SHIFT = 16n
const INDEX_MODULUS = 255

/** Places of the statistics among an interrupt's channels. */
export const kInterruptAccountingFirstLevelCountIndex = 0
export const kInterruptAccountingSecondLevelCountIndex = 1
export const kInterruptAccountingFirstLevelTimeIndex = 2
export const kInterruptAccountingSecondLevelCPUTimeIndex = 3
export const kInterruptAccountingSecondLevelSystemTimeIndex = 4

/** Names of the statistics that are kept, by place, as wide as the kernel has them. */
export const kInterruptAccountingStatisticNames = [
  '               First Level Interrupt Handler Count',
  '              Second Level Interrupt Handler Count',
  '        First Level Interrupt Handler Time (MATUs)',
  '   Second Level Interrupt Handler CPU Time (MATUs)',
  'Second Level Interrupt Handler System Time (MATUs)',
] as const

/**
 * The channel of statistic `statistic` of a nub's interrupt. @xnu iokit/IOKit/IOInterruptAccounting.h
 * IA_GET_CHANNEL_ID — faithful
 */
export function IA_GET_CHANNEL_ID(interruptIndex: number, statistic: number): bigint {
  return BASE_CHANNEL_ID + (BigInt(interruptIndex % INDEX_MODULUS) << INTERRUPT_SHIFT) + BigInt(statistic)
}

/**
 * What one interrupt has cost so far: kept by its event source, which counts without asking anybody.
 * @xnu iokit/IOKit/IOInterruptAccountingPrivate.h IOInterruptAccountingData — simplified: times are virtual
 */
export class IOInterruptAccountingData {
  /** The provider's interrupt, also while the source has complemented it. */
  interruptIndex = 0
  firstLevelCount = 0
  secondLevelCount = 0
  /** Time that second-level handlers have slept. */
  secondLevelSleepNs = 0
  private inherited: readonly number[] = [0, 0, 0, 0, 0]

  /** `costs`: what one handler of each level takes; all take the same, so times need no counts. */
  constructor(private readonly costs: { readonly firstLevelNs: number; readonly secondLevelNs: number }) {}

  /** By place. @xnu ours: there they lie in an array */
  statistics(): number[] {
    const [firstCount, secondCount, firstTimeNs, cpuTimeNs, systemTimeNs] = this.inherited
    const cpuNs = (this.secondLevelCount - secondCount!) * this.costs.secondLevelNs
    return [
      this.firstLevelCount, this.secondLevelCount,
      firstTimeNs! + (this.firstLevelCount - firstCount!) * this.costs.firstLevelNs,
      cpuTimeNs! + cpuNs, systemTimeNs! + cpuNs + this.secondLevelSleepNs,
    ]
  }

  /** Goes on from those statistics. @xnu ours: there they lie in an array */
  inherit(statistics: readonly number[]): void {
    this.inherited = statistics
    this.firstLevelCount = statistics[kInterruptAccountingFirstLevelCountIndex]!
    this.secondLevelCount = statistics[kInterruptAccountingSecondLevelCountIndex]!
    this.secondLevelSleepNs = 0
  }
}

/**
 * Writes the counts to their channels. @xnu iokit/Kernel/IOInterruptAccounting.cpp
 * interruptAccountingDataUpdateChannels — faithful
 */
export function interruptAccountingDataUpdateChannels(
  data: IOInterruptAccountingData, reporter: IOSimpleReporter,
): void {
  for (const [index, value] of data.statistics().entries()) {
    reporter.setValue(IA_GET_CHANNEL_ID(data.interruptIndex, index), BigInt(Math.floor(value)))
  }
}

/**
 * Goes on where the channels are: the counts belong to the nub's interrupt, not to whoever handles it.
 * @xnu iokit/Kernel/IOInterruptAccounting.cpp interruptAccountingDataInheritChannels — faithful
 */
export function interruptAccountingDataInheritChannels(
  data: IOInterruptAccountingData, reporter: IOSimpleReporter,
): void {
  data.inherit(kInterruptAccountingStatisticNames.map((_, index) =>
    Number(reporter.getValue(IA_GET_CHANNEL_ID(data.interruptIndex, index)))))
}
