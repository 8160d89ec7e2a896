import type { ImportedFormat, ImportedRegistry } from './ImportedRegistry.ts'
import { modelOf, osBuildOf, planesOf } from './registryFacts.ts'

/** What `workbench registry` tells about a dump; the field names are the command's contract. */
export interface RegistrySummary {
  readonly format: ImportedFormat
  readonly planes: readonly string[]
  /** Tree lines: an entry below two parents counts twice. */
  readonly entries: number
  /** Null where the dump prints no ids. */
  readonly uniqueIds: number | null
  readonly root: string | null
  readonly rootClass: string | null
  readonly maxDepth: number
  readonly model: string | null
  readonly osBuild: string | null
  readonly clipped: boolean
  readonly terminated: number
  readonly linesTotal: number
  readonly linesUnderstood: number
  readonly problems: readonly SummaryProblem[]
}

/** One problem of a dump, as a summary lists it. */
export interface SummaryProblem {
  readonly line: number | null
  readonly column: number | null
  readonly reason: string
  readonly text: string | null
}

/**
 * Counts over a dump. A text counts all its trees, an archive (which holds every plane) the service plane's.
 */
export function registrySummary(registry: ImportedRegistry): RegistrySummary {
  const rows = countedRows(registry)
  const root = rows[0]
  return {
    format: registry.format,
    planes: planesOf(registry),
    entries: rows.length,
    uniqueIds:
      registry.style.printsIds || registry.format === 'archive'
        ? new Set(rows.map((row) => row.entry)).size
        : null,
    root: root?.name ?? null,
    rootClass: root?.className ?? null,
    maxDepth: rows.reduce((deepest, row) => Math.max(deepest, row.depth), 0),
    model: modelOf(registry),
    osBuild: osBuildOf(registry),
    clipped: registry.clippedAtTerminalWidth,
    terminated: rows.reduce((count, row) => count + (row.terminated ? 1 : 0), 0),
    linesTotal: registry.linesTotal,
    linesUnderstood: registry.linesUnderstood,
    problems: registry.problems.map((problem) => ({
      line: problem.line ?? null,
      column: problem.column ?? null,
      reason: problem.message,
      text: problem.seen ?? null,
    })),
  }
}

function countedRows(registry: ImportedRegistry): ImportedRegistry['rows'] {
  const main = registry.sections.find((section) => section.plane === 'IOService') ?? registry.sections[0]
  if (registry.format !== 'archive' || main === undefined) return registry.rows
  return registry.rows.slice(main.firstRow, main.firstRow + main.rowCount)
}
