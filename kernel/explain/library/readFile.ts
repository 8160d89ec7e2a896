import type { ReadFile, RegistryRecord } from '../../api/index.ts'
import { decodeUtf8Lossless } from '../../formats/index.ts'
import { judgeCrash } from '../crash/judgeCrash.ts'
import { explainPanic } from '../verdict/index.ts'
import {
  looksLikeCrash,
  looksLikePanic,
  readCrash,
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
const MAX_KEXTS = 24
const MAX_WORDS_BYTES = 8 * 1024 * 1024

/** How ioreg draws an entry: a file that begins with some is no report, whatever its properties quote. */
const TREE_LINE = /^[ |]{0,400}\+-o \S/mu
const HEAD_BYTES = 4 * 1024

/**
 * Reads a file of any known kind, told by its content alone. Null when it is none of
 * them: the host tells people what was tried.
 */
export function readFile(name: string, bytes: Uint8Array, options: ReadFileOptions = {}): OpenedFile | null {
  const isTree = TREE_LINE.test(decodeUtf8Lossless(bytes, 0, Math.min(bytes.length, HEAD_BYTES)))
  if (!isTree && looksLikePanic(bytes)) return { read: readPanicFile(bytes, options), registry: null, registryFacts: null }
  if (!isTree && looksLikeCrash(bytes)) return { read: readCrashFile(bytes), registry: null, registryFacts: null }
  const registry = readRegistry(bytes, options)
  const facts = registrySummary(registry)
  if (facts.entries === 0) return null
  return { read: ofRegistry(name, facts), registry, registryFacts: facts }
}

/** The text of a panic, read and judged. */
export function readPanicFile(bytes: Uint8Array, options: ReadFileOptions = {}): ReadFile {
  const { facts, lines } = readPanic(bytes, options)
  const report = explainPanic(facts, lines)
  const { verdict, fingerprint } = report
  const blamed = verdict.suspects.map(({ bundle }) => bundle)
  return {
    kind: 'panic',
    title: shorten(verdict.title),
    subtitle: facts.firstLine ?? facts.message?.split('\n')[0] ?? '',
    model: facts.model ?? facts.derived.soc ?? '',
    osVersion: facts.osVersion ?? '',
    className: verdict.class,
    kexts: [...new Set([...blamed, ...facts.backtraceKexts.map(({ id }) => id)])].slice(0, MAX_KEXTS),
    group: [fingerprint.algorithm, fingerprint.group, blamed[0] ?? 'nobody'].join('/'),
    fingerprint: fingerprint.id,
    algorithm: fingerprint.algorithm,
    happenedAt: facts.reporter?.date ?? null,
    words: lines.join('\n'),
    record: JSON.stringify(report),
    linesTotal: facts.coverage.linesTotal,
    linesUnderstood: facts.coverage.linesUnderstood,
  }
}

/** The report of a process, read and judged. */
function readCrashFile(bytes: Uint8Array): ReadFile {
  const report = judgeCrash(readCrash(bytes))
  const { verdict, fingerprint } = report
  return {
    kind: 'crash',
    title: shorten(`${report.process ?? report.identifier ?? 'Process'}: ${verdict.title}`),
    subtitle: [report.exception?.type, report.exception?.subtype ?? report.exception?.signal, report.termination?.indicator]
      .filter((part) => part !== null && part !== undefined).join(' · '),
    model: report.model ?? '',
    osVersion: report.osVersion ?? '',
    className: verdict.class,
    kexts: verdict.suspects.map(({ bundle }) => bundle).slice(0, MAX_KEXTS),
    group: [fingerprint.algorithm, fingerprint.id].join('/'),
    fingerprint: fingerprint.id,
    algorithm: fingerprint.algorithm,
    happenedAt: report.date,
    words: decodeUtf8Lossless(bytes, 0, Math.min(bytes.length, MAX_WORDS_BYTES)),
    record: JSON.stringify(report),
    linesTotal: report.coverage.linesTotal,
    linesUnderstood: report.coverage.linesUnderstood,
  }
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
