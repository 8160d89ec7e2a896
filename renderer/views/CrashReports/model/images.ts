import type { CrashReport, PanicReport, StoredReport } from '../../../../kernel/api/index.ts'
import { isThirdParty } from '../headline.ts'
import { isSystemImage } from './stacks.ts'
import { crashOf, panicOf } from './verdictOf.ts'

/** A kext or an image of the report. */
export interface ImageRow {
  readonly name: string
  readonly version: string
  /** Address range, as far as the report tells it. */
  readonly range: string
  readonly uuid: string
  readonly isThirdParty: boolean
  readonly inBacktrace: boolean
}

/** Kexts of a panic or images of a process: third parties first, then those in the backtrace, then the rest. */
export function imagesOf(report: Pick<StoredReport, 'record'>): readonly ImageRow[] {
  const panic = panicOf(report)
  const crash = crashOf(report)
  const rows = panic !== null ? kextRows(panic) : crash !== null ? imageRows(crash) : []
  return [...rows].sort((a, b) => rankOf(a) - rankOf(b))
}

function rankOf({ isThirdParty: isForeign, inBacktrace }: ImageRow): number {
  return isForeign ? (inBacktrace ? 0 : 1) : inBacktrace ? 2 : 3
}

function rangeOf(start: string | null, end: string | null): string {
  return [start, end].filter((part) => part !== null).join(' – ')
}

function kextRows({ backtraceKexts, loadedKexts }: PanicReport): readonly ImageRow[] {
  const rows = new Map<string, ImageRow>()
  for (const { id, version, start, end, uuid } of backtraceKexts) {
    rows.set(id, {
      name: id,
      version: version ?? '',
      range: rangeOf(start, end),
      uuid: uuid ?? '',
      isThirdParty: isThirdParty(id),
      inBacktrace: true,
    })
  }
  for (const { id, version } of loadedKexts) {
    const seen = rows.get(id)
    if (seen !== undefined) continue
    rows.set(id, {
      name: id,
      version: version ?? '',
      range: '',
      uuid: '',
      isThirdParty: isThirdParty(id),
      inBacktrace: false,
    })
  }
  return [...rows.values()]
}

function imageRows({ images, threads, faultingThread, lastException }: CrashReport): readonly ImageRow[] {
  const faulting = threads.find(({ index, isTriggered }) => isTriggered || index === faultingThread)
  const used = new Set([...(faulting?.frames ?? []), ...lastException].map(({ imageIndex }) => imageIndex))
  return images.map(({ name, identifier, version, base, end, uuid, path }, index) => ({
    name: identifier ?? name ?? path ?? '–',
    version: version ?? '',
    range: rangeOf(base, end),
    uuid: uuid ?? '',
    isThirdParty: !isSystemImage(path, identifier ?? name),
    inBacktrace: used.has(index),
  }))
}
