import type { PanicFacts, ReadFile, RegistryRecord } from '../../api/index.ts'
import {
  looksLikePanic,
  readPanic,
  readRegistry,
  registrySummary,
  type ImportedRegistry,
  type RegistrySummary,
} from '../../importers/index.ts'

/** A file read, with what stays open of it: the registry for the explorer. */
export interface OpenedFile {
  readonly read: ReadFile
  readonly registry: ImportedRegistry | null
  readonly registryFacts: RegistrySummary | null
}

export interface ReadFileOptions {
  /** The host's own quick decoder of Latin-1. */
  readonly decodeLatin1?: (bytes: Uint8Array) => string
}

const TITLE_LENGTH = 120

/**
 * Reads a file of any known kind, told by its content alone. Null when it is none of
 * them: the host tells people what was tried.
 */
export function readFile(name: string, bytes: Uint8Array, options: ReadFileOptions = {}): OpenedFile | null {
  if (looksLikePanic(bytes)) return { read: readPanicFile(bytes), registry: null, registryFacts: null }
  const registry = readRegistry(bytes, options)
  const facts = registrySummary(registry)
  if (facts.entries === 0) return null
  return { read: ofRegistry(name, facts), registry, registryFacts: facts }
}

/** The text of a panic, read and judged. */
export function readPanicFile(bytes: Uint8Array): ReadFile {
  const { facts, lines } = readPanic(bytes)
  return {
    kind: 'panic',
    title: shorten(headOf(facts)),
    subtitle: facts.firstLine ?? '',
    model: facts.model ?? facts.derived.soc ?? '',
    osVersion: facts.osVersion ?? '',
    className: '',
    kexts: facts.backtraceKexts.map(({ id }) => id),
    group: null,
    fingerprint: null,
    algorithm: null,
    happenedAt: facts.reporter?.date ?? null,
    words: lines.join('\n'),
    record: JSON.stringify(facts),
    linesTotal: facts.coverage.linesTotal,
    linesUnderstood: facts.coverage.linesUnderstood,
  }
}

function headOf({ message, firstLine, debuggerMessage }: PanicFacts): string {
  return (message ?? firstLine ?? debuggerMessage ?? 'Kernel panic').split('\n')[0] ?? ''
}

function ofRegistry(name: string, facts: RegistrySummary): ReadFile {
  const record: RegistryRecord = {
    kind: 'registry',
    format: facts.format,
    planes: facts.planes,
    entries: facts.entries,
    uniqueIds: facts.uniqueIds,
    root: facts.root,
    model: facts.model,
    osBuild: facts.osBuild,
  }
  return {
    kind: 'registry',
    title: facts.model ?? facts.root ?? name,
    subtitle: `${facts.entries} entries, ${facts.format}`,
    model: facts.model ?? '',
    osVersion: facts.osBuild ?? '',
    className: '',
    kexts: [],
    group: null,
    fingerprint: null,
    algorithm: null,
    happenedAt: null,
    words: [facts.model, facts.osBuild, facts.root, ...facts.planes]
      .filter((word) => word !== null)
      .join(' '),
    record: JSON.stringify(record),
    linesTotal: facts.linesTotal,
    linesUnderstood: facts.linesUnderstood,
  }
}

function shorten(text: string): string {
  return text.length <= TITLE_LENGTH ? text : `${text.slice(0, TITLE_LENGTH - 1)}…`
}
