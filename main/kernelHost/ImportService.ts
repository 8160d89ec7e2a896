import { randomUUID } from 'node:crypto'
import { gunzipSync } from 'node:zlib'
import { readFile, type OpenedFile } from '../../kernel/explain/index.ts'
import { MAX_DUMP_BYTES, type ImportedRegistry, type RegistrySummary } from '../../kernel/importers/index.ts'
import type { ImportSummary, ReadFile } from '../../kernel/index.ts'
import { OpenRegistry } from './OpenRegistry.ts'

const MAX_IMPORTS = 64

/** A registry goes to the library once its view is there: handing on a large file holds everything else up. */
const KEEP_AFTER_MS = 400

/** A file that was read, on its way to the library. */
export interface FileToKeep {
  readonly key: string
  readonly name: string
  readonly bytes: Uint8Array
  readonly read: ReadFile
}

const decodeLatin1 = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1')

/** Files that people dropped on the window. Registries stay open, to be looked at like a live one. */
export class ImportService {
  private readonly open = new Map<
    number,
    { readonly summary: ImportSummary; readonly registry: OpenRegistry }
  >()
  private nextId = 1

  constructor(private readonly keep: (file: FileToKeep) => void) {}

  /** Reads a file by its content and has it kept. Throws a plain sentence when it is nothing that can be read. */
  add(name: string, bytes: Uint8Array, isKept = true): ImportSummary {
    return this.addPlain(name, unpack(name, bytes), isKept)
  }

  /** The same for bytes that are unpacked. */
  addPlain(name: string, plain: Uint8Array, isKept = true): ImportSummary {
    const opened = readFile(name, plain, { decodeLatin1 })
    if (opened === null) throw new Error(unreadable(name, plain))
    const key = randomUUID()
    const summary =
      opened.registry === null ? reportSummary(name, key, opened.read) : this.addRegistry(name, key, opened)
    const hand = (): void => this.keep({ key, name, bytes: plain, read: opened.read })
    if (isKept) setTimeout(hand, opened.registry === null ? 0 : KEEP_AFTER_MS)
    return summary
  }

  /** Opens a dump that ships with the program; it is not kept, and once open it is not read again. */
  addSample({ name, bytes }: { name: string; bytes: Uint8Array }): ImportSummary {
    const known = this.list().find((entry) => entry.key === `sample:${name}`)
    if (known !== undefined) return known
    const opened = readFile(name, unpack(name, bytes), { decodeLatin1 })
    if (opened === null || opened.registry === null) throw new Error(`The sample ${name} is damaged.`)
    return this.addRegistry(name, `sample:${name}`, opened)
  }

  list(): ImportSummary[] {
    return [...this.open.values()].map(({ summary }) => summary)
  }

  close(id: number): void {
    this.open.get(id)?.registry.close()
    this.open.delete(id)
  }

  registry(source: `import:${number}`): OpenRegistry {
    const found = this.open.get(Number(source.slice('import:'.length)))
    if (found === undefined) throw new Error('This import is no longer open.')
    return found.registry
  }

  private addRegistry(
    name: string,
    key: string,
    { registry, registryFacts, read }: OpenedFile,
  ): ImportSummary {
    if (this.open.size >= MAX_IMPORTS) throw new Error(`${MAX_IMPORTS} imports are open: close some first.`)
    const id = this.nextId++
    const facts = registryFacts as RegistrySummary
    const summary: ImportSummary = {
      id,
      key,
      name,
      kind: 'registry',
      title: read.title,
      format: facts.format,
      entries: facts.entries,
      model: facts.model,
      osBuild: facts.osBuild,
      linesTotal: facts.linesTotal,
      linesUnderstood: facts.linesUnderstood,
      problems: facts.problems.map(({ line, column, reason, text }) => ({
        where: name,
        message: reason,
        ...(line === null ? {} : { line }),
        ...(column === null ? {} : { column }),
        ...(text === null ? {} : { seen: text }),
      })),
    }
    this.open.set(id, { summary, registry: new OpenRegistry(registry as ImportedRegistry, `import:${id}`) })
    return summary
  }
}

function reportSummary(name: string, key: string, read: ReadFile): ImportSummary {
  return {
    id: 0,
    key,
    name,
    kind: read.kind,
    title: read.title,
    format: read.kind === 'crash' ? 'a crash report' : 'a kernel panic',
    entries: 0,
    model: read.model === '' ? null : read.model,
    osBuild: read.osVersion === '' ? null : read.osVersion,
    problems: [],
    linesTotal: read.linesTotal,
    linesUnderstood: read.linesUnderstood,
  }
}

/** What the file looked like and what was tried. */
function unreadable(name: string, bytes: Uint8Array): string {
  const tried =
    'It was tried as an ioreg text (ioreg -l -w0), an ioreg -a property list, an IORegistryExplorer file and as' +
    ' the report of a kernel panic or crash.'
  return `${name} holds no registry entries and no report: it looks like ${looksLike(bytes)}. ${tried}`
}

const MAGIC: readonly (readonly [string, string])[] = [
  ['bplist00', 'a binary property list without registry entries'],
  ['<?xml', 'an XML file without registry entries'],
  ['PK\u0003\u0004', 'a zip archive: unpack it first'],
  ['\u0089PNG', 'a picture'],
  ['%PDF', 'a PDF'],
  ['\u00ff\u00d8\u00ff', 'a picture'],
  ['{', 'JSON that is no report'],
  ['BZh', 'a bzip2 archive: unpack it first'],
  ['\u00fd7zXZ', 'an xz archive: unpack it first'],
  ['\u00cf\u00fa\u00ed\u00fe', 'a Mach-O program'],
  ['\u00ca\u00fe\u00ba\u00be', 'a universal Mach-O program'],
]

function looksLike(bytes: Uint8Array): string {
  if (bytes.length === 0) return 'an empty file'
  const head = decodeLatin1(bytes.subarray(0, 4096))
  const known = MAGIC.find(([magic]) => head.trimStart().startsWith(magic))
  if (known !== undefined) return known[1]
  return /\p{Cc}/u.test(head.replace(/[\t\n\v\f\r]/gu, ''))
    ? 'binary data of a kind that is not known'
    : 'text of a kind that is not known'
}

/** The bytes of a file, unpacked where it is a gzip file. */
export function unpack(name: string, bytes: Uint8Array): Uint8Array {
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes
  try {
    return gunzipSync(bytes, { maxOutputLength: MAX_DUMP_BYTES })
  } catch (error) {
    const tooLarge = (error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE'
    const most = MAX_DUMP_BYTES / 1024 / 1024
    throw new Error(
      tooLarge
        ? `${name} unpacks to more than ${most} MB, which is more than is read.`
        : `${name} looks like gzip but cannot be unpacked; it may be cut off.`,
      { cause: error },
    )
  }
}
