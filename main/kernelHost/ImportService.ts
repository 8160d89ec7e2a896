import { gunzipSync } from 'node:zlib'
import {
  importedEntryDetails, importedSnapshot, looksLikePanic, readPanic, readRegistry, registrySummary,
  type ImportedRegistry,
} from '../../kernel/importers/index.ts'
import type { EntryDetails, ImportSummary, RegistrySnapshot } from '../../kernel/index.ts'

const MAX_UNPACKED_BYTES = 512 * 1024 * 1024
const MAX_IMPORTS = 64

interface OpenImport {
  readonly summary: ImportSummary
  readonly registry: ImportedRegistry | null
  readonly panicText: string | null
}

/** A registry dump that is open, with the plane that was shown last: rows of details count in that plane. */
export class OpenRegistry {
  private plane = 'IOService'

  constructor(private readonly registry: ImportedRegistry, private readonly source: `import:${number}`) {}

  snapshot(plane: string): RegistrySnapshot {
    this.plane = plane
    return importedSnapshot(this.registry, plane, this.source)
  }

  details(row: number): EntryDetails | null {
    return importedEntryDetails(this.registry, this.plane, row)
  }
}

const decodeLatin1 = (bytes: Uint8Array): string => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1')

/** Files that people dropped on the window: read, kept open, looked at like a live registry. */
export class ImportService {
  private readonly open = new Map<number, OpenImport>()
  private readonly registries = new Map<number, OpenRegistry>()
  private nextId = 1

  /** Reads a file by its content. Throws a plain sentence when it is nothing that can be read. */
  add(name: string, bytes: Uint8Array): ImportSummary {
    if (this.open.size >= MAX_IMPORTS) throw new Error(`${MAX_IMPORTS} imports are open: close some first.`)
    const plain = unpack(name, bytes)
    return looksLikePanic(plain) ? this.addPanic(name, plain) : this.addRegistry(name, plain)
  }

  list(): ImportSummary[] {
    return [...this.open.values()].map(({ summary }) => summary)
  }

  close(id: number): void {
    this.open.delete(id)
    this.registries.delete(id)
  }

  registry(source: `import:${number}`): OpenRegistry {
    const id = Number(source.slice('import:'.length))
    const registry = this.registries.get(id)
    if (registry === undefined) throw new Error('This import is no longer open.')
    return registry
  }

  panicText(id: number): string {
    const text = this.open.get(id)?.panicText
    if (text === null || text === undefined) throw new Error('This import is no longer open.')
    return text
  }

  private addRegistry(name: string, bytes: Uint8Array): ImportSummary {
    const registry = readRegistry(bytes, { decodeLatin1 })
    const facts = registrySummary(registry)
    if (facts.entries === 0) {
      throw new Error(`${name} holds no registry entries and no panic: an ioreg text (ioreg -l -w0), an ioreg -a property list, `
        + 'an IORegistryExplorer file or the text of a kernel panic can be read.')
    }
    const id = this.nextId++
    const summary: ImportSummary = {
      id, name, kind: 'registry', format: facts.format, entries: facts.entries, model: facts.model, osBuild: facts.osBuild,
      linesTotal: facts.linesTotal, linesUnderstood: facts.linesUnderstood,
      problems: facts.problems.map(({ line, column, reason, text }) => ({
        where: name, message: reason, ...(line === null ? {} : { line }), ...(column === null ? {} : { column }), ...(text === null ? {} : { seen: text }),
      })),
    }
    this.open.set(id, { summary, registry, panicText: null })
    this.registries.set(id, new OpenRegistry(registry, `import:${id}`))
    return summary
  }

  private addPanic(name: string, bytes: Uint8Array): ImportSummary {
    const { facts: report, lines } = readPanic(bytes)
    const id = this.nextId++
    const summary: ImportSummary = {
      id, name, kind: 'panic', format: report.layout, entries: report.backtrace.length, model: report.model, osBuild: report.osVersion,
      problems: [...report.problems], linesTotal: report.coverage.linesTotal, linesUnderstood: report.coverage.linesUnderstood,
    }
    this.open.set(id, { summary, registry: null, panicText: lines.join('\n') })
    return summary
  }
}

function unpack(name: string, bytes: Uint8Array): Uint8Array {
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes
  try {
    return gunzipSync(bytes, { maxOutputLength: MAX_UNPACKED_BYTES })
  } catch (error) {
    const tooLarge = (error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE'
    const most = MAX_UNPACKED_BYTES / 1024 / 1024
    throw new Error(tooLarge ? `${name} unpacks to more than ${most} MB, which is more than is read.`
      : `${name} looks like gzip but cannot be unpacked; it may be cut off.`, { cause: error })
  }
}
