import type { ImportSummary } from '../../kernel/api/index.ts'
import { plural } from '../format/text.ts'
import type { Notice, useNoticesStore } from './notices.ts'

/** What became of one file of many. */
export type BatchOutcome =
  | { readonly name: string; readonly summary: ImportSummary }
  | { readonly name: string; readonly failure: string }
  | { readonly name: string; readonly isMachine: true }

/** Where the library put the reports of a batch. */
export interface BatchPlaces {
  readonly groups: number
  /** Reports that were there already. */
  readonly known: number
  /** Reports that were read and could not be kept. */
  readonly lost: number
}

const MOST_FAILURES = 3

/** All that became of many files, as one notice. */
export function batchNotice(
  outcomes: readonly BatchOutcome[],
  places: BatchPlaces,
): Pick<Notice, 'tone' | 'title' | 'text'> {
  const summaries = outcomes.flatMap((outcome) => ('summary' in outcome ? [outcome.summary] : []))
  const failures = outcomes.flatMap((outcome) => ('failure' in outcome ? [outcome] : []))
  const count = (kind: ImportSummary['kind']): number =>
    summaries.filter((summary) => summary.kind === kind).length
  const reports = count('panic') + count('crash')
  const parts = [
    counted(count('panic'), 'panic'),
    counted(count('crash'), 'crash report'),
    reports === 0 ? null : `in ${plural(places.groups, 'group')}`,
    counted(count('registry'), 'registry', 'registries'),
    counted(outcomes.filter((outcome) => 'isMachine' in outcome).length, 'machine file'),
  ]
    .filter((part) => part !== null)
    .join(', ')
    .replaceAll(', in ', ' in ')
  const missed = summaries.filter(({ linesTotal, linesUnderstood }) => linesUnderstood < linesTotal).length
  const sentences = [
    parts === '' ? null : `${parts}.`,
    places.known === 0 ? null : `${places.known} ${places.known === 1 ? 'was' : 'were'} there already.`,
    places.lost === 0 ? null : `${places.lost} could not be kept.`,
    missed === 0 ? null : `${missed} ${missed === 1 ? 'has' : 'have'} lines that were not understood.`,
    failures.length === 0 ? null : `Not read: ${failuresText(failures)}.`,
  ].filter((sentence) => sentence !== null)
  const read = outcomes.length - failures.length
  return {
    tone: failures.length + places.lost > 0 ? 'warning' : 'success',
    text: sentences.join(' '),
    title:
      failures.length === 0
        ? `Imported ${plural(read, 'file')}`
        : `Imported ${read} of ${plural(outcomes.length, 'file')}`,
  }
}

function failuresText(failures: readonly { readonly name: string }[]): string {
  const names = failures
    .slice(0, MOST_FAILURES)
    .map(({ name }) => name)
    .join(', ')
  return failures.length > MOST_FAILURES ? `${names} and ${failures.length - MOST_FAILURES} more` : names
}

function counted(count: number, one: string, many?: string): string | null {
  return count === 0 ? null : plural(count, one, many)
}

const PROGRESS_AFTER_MS = 500

/** A notice that shows how far something is; it comes only when that takes long enough to be felt. */
export function createProgress(notices: ReturnType<typeof useNoticesStore>, title: string) {
  let state: { readonly text: string; readonly progress: number } = { text: '', progress: 0 }
  let id: number | null = null
  const timer = setTimeout(() => {
    id = notices.show({ tone: 'info', title, sticky: true, ...state })
  }, PROGRESS_AFTER_MS)
  return {
    at(text: string, progress: number): void {
      state = { text, progress }
      if (id !== null) notices.update(id, state)
    },
    end(): void {
      clearTimeout(timer)
      if (id !== null) notices.close(id)
    },
  }
}

interface BatchParts {
  readonly notices: ReturnType<typeof useNoticesStore>
  /** Reads one file; never rejects. */
  readonly read: (file: File) => Promise<BatchOutcome>
  readonly openAllKept: (keys: readonly string[]) => Promise<BatchPlaces>
  readonly refresh: () => Promise<void>
  readonly open: (summary: ImportSummary) => void
}

/** Reads many files: a notice meanwhile, and one that sums up. Opens the newest report, else the first registry. */
export async function importMany(
  files: readonly File[],
  { notices, read, openAllKept, refresh, open }: BatchParts,
): Promise<void> {
  const progress = createProgress(notices, `Reading ${plural(files.length, 'file')}…`)
  const outcomes: BatchOutcome[] = []
  for (const file of files) {
    progress.at(file.name, outcomes.length / files.length)
    outcomes.push(await read(file))
  }
  await refresh()
  const summaries = outcomes.flatMap((outcome) => ('summary' in outcome ? [outcome.summary] : []))
  const reports = summaries.filter(({ kind }) => kind !== 'registry').map(({ key }) => key)
  const places = await openAllKept(reports).finally(() => progress.end())
  const registry = summaries.find(({ kind }) => kind === 'registry')
  if (reports.length === 0 && registry !== undefined) open(registry)
  notices.show(batchNotice(outcomes, places))
}
