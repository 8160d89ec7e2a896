/** Reporters: values of services that others ask for, and the legends that describe them. */
import { defineKernelClasses } from '../../libkern/index.ts'
import { IOHistogramReporter } from './IOHistogramReporter.ts'
import { IOReporter } from './IOReporter.ts'
import { IOReportLegend } from './IOReportLegend.ts'
import { IOSimpleReporter } from './IOSimpleReporter.ts'
import { IOStateReporter } from './IOStateReporter.ts'

export { IOHistogramReporter, IOReporter, IOReportLegend, IOSimpleReporter, IOStateReporter }
export { ELEMENT_BYTES, ElementTable, type ElementValues } from './ElementTable.ts'
export type { HistogramBucket, HistogramOptions, IOHistogramSegmentConfig } from './IOHistogramReporter.ts'
export * from './IOInterruptAccounting.ts'
export type { ReportingService, ReportRequest, ReportResult } from './IOReporter.ts'
export type { LegendGroup, LegendHolder } from './IOReportLegend.ts'
export * from './IOReportTypes.ts'
export type { IOReportLegendEntry, NamedChannel } from './legends.ts'
export type { StateRecord } from './IOStateReporter.ts'
export * from './units.ts'

defineKernelClasses([IOReporter, IOSimpleReporter, IOStateReporter, IOHistogramReporter, IOReportLegend])
