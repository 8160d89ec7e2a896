import { kIOReturnBadArgument, type IOReturn } from '../../abi/index.ts'
import { defineMetaClass, OSData, OSDictionary, type OSMetaClass } from '../../libkern/index.ts'
import { IOReporter, type ReportingService } from './IOReporter.ts'
import {
  kIOReportFormatHistogram, kIOReportInvalidIntValue, kIOReportLegendConfigKey, kIOReportLegendInfoKey,
  type IOReportChannelType,
} from './IOReportTypes.ts'
import { legendWith, type IOReportLegendEntry, type NamedChannel } from './legends.ts'

const INT_MAX = 0x7fffffff
const INT64_MAX = 2n ** 63n - 1n
const NONE = kIOReportInvalidIntValue
/** Bytes of a segment in a legend's configuration. */
const SEGMENT_BYTES = 16

/** A run of buckets: each as wide as the base, or the powers of the base. */
export interface IOHistogramSegmentConfig {
  readonly base_bucket_width: number
  /** 0: linear, 1: powers. */
  readonly scale_flag: number
  readonly segment_bucket_count: number
}

/** What a histogram is about. */
export interface HistogramOptions {
  readonly categories: number
  readonly channel: NamedChannel
  readonly unit: bigint
}

/** One bucket's values. */
export interface HistogramBucket {
  readonly hits: bigint
  readonly min: bigint
  readonly max: bigint
  readonly sum: bigint
}

/**
 * One channel of buckets: how many values fell into each, their least, greatest and sum. A bucket's bound
 * belongs to it; the last one takes everything above. @xnu iokit/Kernel/IOHistogramReporter.cpp
 * IOHistogramReporter — faithful
 */
export class IOHistogramReporter extends IOReporter {
  static override readonly metaClass: OSMetaClass =
    defineMetaClass('IOHistogramReporter', IOHistogramReporter, IOReporter)

  private segments: readonly IOHistogramSegmentConfig[] = []
  private bounds: readonly bigint[] = []

  /**
   * Null for a service without registry ID, no segments, or bounds that do not grow. One reference to the
   * caller. @xnu IOHistogramReporter.cpp with — faithful
   */
  static with(
    reportingService: ReportingService, options: HistogramOptions,
    segments: readonly IOHistogramSegmentConfig[],
  ): IOHistogramReporter | null {
    const reporter = new IOHistogramReporter()
    if (reporter.initWith(reportingService, options, segments)) return reporter
    reporter.release()
    return null
  }

  /**
   * The legend entry of a histogram that no reporter has yet. @xnu IOHistogramReporter.cpp createLegend —
   * faithful
   */
  static createLegend(
    options: HistogramOptions, segments: readonly IOHistogramSegmentConfig[],
  ): IOReportLegendEntry | null {
    const type = histogramType(options.categories, segments)
    return withConfig(legendWith([options.channel], type, options.unit), segments)
  }

  /**
   * Puts a value into its bucket; answers which. Any context. @xnu IOHistogramReporter.cpp tallyValue —
   * faithful
   */
  tallyValue(value: bigint): number {
    const last = this.bounds.length - 1
    let bucket = 0
    while (bucket < last && value > this.bounds[bucket]!) bucket++
    const { hits, min, max, sum } = this.bucket(bucket)
    const total = hits === 0n ? value : sum + value
    this.setElementValues(bucket, [
      hits + 1n,
      hits === 0n || value < min ? value : min,
      hits === 0n || value > max ? value : max,
      total > INT64_MAX || total < NONE ? INT64_MAX : total,
    ])
    return bucket
  }

  /**
   * Sets what a bucket has; kIOReturnBadArgument for one there is not. @xnu IOHistogramReporter.cpp
   * overrideBucketValues — faithful
   */
  overrideBucketValues(index: number, bucket: HistogramBucket): IOReturn {
    if (index < 0 || index >= this.bounds.length) return kIOReturnBadArgument
    return this.setElementValues(index, [bucket.hits, bucket.min, bucket.max, bucket.sum])
  }

  /** What a bucket has. @xnu ours: there only reports tell */
  bucket(index: number): HistogramBucket {
    const [hits, min, max, sum] = this.copyElementValues(index)
    return { hits, min, max, sum }
  }

  protected override handleCreateLegend(): IOReportLegendEntry | null {
    return withConfig(super.handleCreateLegend(), this.segments)
  }

  private initWith(
    reportingService: ReportingService, { categories, channel, unit }: HistogramOptions,
    segments: readonly IOHistogramSegmentConfig[],
  ): boolean {
    const bounds = bucketBounds(segments)
    if (bounds === null) return false
    if (!this.initReporter(reportingService, histogramType(categories, segments), unit)) return false
    this.segments = segments
    this.bounds = bounds
    this.handleAddChannel(channel.id, channel.name)
    for (const bucket of bounds.keys()) this.setElementValues(bucket, [0n, NONE, NONE, NONE])
    return true
  }
}

/** Upper bounds of all buckets, or null when the segments make none. */
function bucketBounds(segments: readonly IOHistogramSegmentConfig[]): bigint[] | null {
  const bounds: bigint[] = []
  for (const { base_bucket_width, scale_flag, segment_bucket_count } of segments) {
    if (scale_flag > 1 || base_bucket_width === 0) return null
    if (segment_bucket_count > INT_MAX || base_bucket_width > INT_MAX) return null
    let power = 1n
    for (let bucket = 1; bucket <= segment_bucket_count; bucket++) {
      power = BigInt.asIntN(64, power * BigInt(base_bucket_width))
      const bound = scale_flag === 1 ? power : BigInt((base_bucket_width * bucket) >>> 0)
      if ((bounds.at(-1) ?? 0n) >= bound) return null
      bounds.push(bound)
    }
  }
  return segments.length === 0 ? null : bounds
}

function histogramType(
  categories: number, segments: readonly IOHistogramSegmentConfig[],
): IOReportChannelType {
  const nelements = segments.reduce((sum, segment) => sum + segment.segment_bucket_count, 0)
  return { report_format: kIOReportFormatHistogram, categories, nelements }
}

/** Adds the segments to a legend entry's info. */
function withConfig(
  entry: IOReportLegendEntry | null, segments: readonly IOHistogramSegmentConfig[],
): IOReportLegendEntry | null {
  const info = entry?.getObject(kIOReportLegendInfoKey)
  if (!(info instanceof OSDictionary)) return null
  const bytes = new Uint8Array(segments.length * SEGMENT_BYTES)
  const view = new DataView(bytes.buffer)
  for (const [index, segment] of segments.entries()) {
    const words = [segment.base_bucket_width, segment.scale_flag, index, segment.segment_bucket_count]
    for (const [at, word] of words.entries()) view.setUint32(index * SEGMENT_BYTES + at * 4, word, true)
  }
  info.adopt(kIOReportLegendConfigKey, OSData.withBytes(bytes))
  return entry
}
