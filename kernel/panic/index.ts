/** Panic reports in the platform's layout. */
import type { PanicRecord } from '../api/index.ts'
import { armReport } from './armReport.ts'
import { intelReport } from './intelReport.ts'
import { placeReport, type ReportInput } from './ReportContext.ts'

export type { ReportInput, ReportKext } from './ReportContext.ts'

const MAX_TITLE = 160

/**
 * Writes the report of a panic in the real layout of its platform. Pure: the same input gives the same text.
 * @xnu osfmk/i386/AT386/model_dep.c, osfmk/arm/model_dep.c — simplified: no zone info, no stackshot, no other cores'
 * state; general registers that the simulation does not have are zero; addresses follow declared symbols.
 */
export function reportPanic(input: ReportInput): PanicRecord {
  const context = placeReport(input)
  const text = input.machine.platform === 'acpi' ? intelReport(context) : armReport(context)
  const firstLine = text.slice(0, text.indexOf('\n'))
    .replace(/^panic\(cpu \d+ caller 0x[0-9a-f]+\): /u, '').replace(/, registers:$/u, '')
  return {
    title: firstLine.length > MAX_TITLE ? `${firstLine.slice(0, MAX_TITLE - 1)}…` : firstLine,
    text, timeNs: input.timeNs, step: input.step, digest: input.digest,
    osVersion: `${input.machine.osVersion} (${input.machine.osBuild})`, model: input.machine.model,
    backtraceKexts: context.backtraceKexts.map((kext) => kext.bundleIdentifier),
    backtrace: context.frames.map(({ frame, address }) => ({
      address: `0x${address.toString(16)}`, bundle: frame.bundle, symbol: frame.symbol, offset: frame.offset,
    })),
  }
}
