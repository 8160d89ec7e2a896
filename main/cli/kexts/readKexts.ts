import { lstatSync, readdirSync, readFileSync, realpathSync, statSync } from 'node:fs'
import { basename, join } from 'node:path'
import type { KextRecord, Problem } from '../../../kernel/index.ts'
import { describesKext, readKextPlist, type ReadKextOptions } from '../../../kernel/importers/index.ts'

/** A kext found on disk. */
export interface FoundKext {
  /** Path of its Info.plist. */
  readonly path: string
  /** Path of the bundle; null for a plain Info.plist file. */
  readonly bundlePath: string | null
  readonly record: KextRecord
}

/** What a look through folders brought. */
export interface FoundKexts {
  readonly kexts: readonly FoundKext[]
  readonly problems: readonly Problem[]
}

const MAX_DEPTH = 16
const MAX_FILES = 20_000
const MAX_PLIST_BYTES = 64 * 1024 * 1024
const BUNDLE = /\.(?:kext|dext)$/iu

/**
 * Reads every kext below the given folders, bundles (`.kext`, `.dext`, with their PlugIns) and plain
 * Info.plist files alike, in the order of their names. A path may be a bundle or a property list itself.
 * Property lists that describe no kext are passed over.
 */
export function readKexts(paths: readonly string[], options: ReadKextOptions = {}): FoundKexts {
  const walk = new KextWalk(options)
  for (const path of paths) walk.start(path)
  return { kexts: walk.kexts, problems: walk.problems }
}

class KextWalk {
  readonly kexts: FoundKext[] = []
  readonly problems: Problem[] = []
  private readonly seen = new Set<string>()
  private files = 0

  constructor(private readonly options: ReadKextOptions) {}

  start(path: string): void {
    const kind = kindOf(path)
    if (kind === 'folder') this.folder(path, 0)
    else if (kind === 'file') this.plist(path, null)
    else this.problems.push({ where: path,
      message: 'There is no such folder or file; kexts were wanted from it.' })
  }

  private folder(path: string, depth: number): void {
    const real = realpathSync(path)
    if (this.seen.has(real)) return
    this.seen.add(real)
    if (depth > MAX_DEPTH) {
      this.problems.push({ where: path, message: `Folders deeper than ${MAX_DEPTH} are not looked through.` })
    } else if (BUNDLE.test(path)) this.bundle(path, depth)
    else this.members(path, depth)
  }

  private bundle(path: string, depth: number): void {
    const plist = [join(path, 'Contents', 'Info.plist'), join(path, 'Info.plist')].find((one) =>
      kindOf(one) === 'file')
    if (plist === undefined) this.problems.push({ where: path, message: 'The bundle has no Info.plist.' })
    else this.plist(plist, path)
    for (const inner of [join(path, 'Contents', 'PlugIns'), join(path, 'PlugIns')]) {
      if (kindOf(inner) === 'folder') this.folder(inner, depth + 1)
    }
  }

  private members(path: string, depth: number): void {
    let names: string[]
    try {
      names = readdirSync(path).toSorted()
    } catch (error) {
      this.problems.push({ where: path, message: `The folder cannot be read (${(error as Error).message}).` })
      return
    }
    for (const name of names) {
      const inner = join(path, name)
      const kind = kindOf(inner)
      if (kind === 'folder') this.folder(inner, depth + 1)
      else if (kind === 'file' && /\.plist$/iu.test(name)) this.plist(inner, null)
    }
  }

  private plist(path: string, bundlePath: string | null): void {
    if (++this.files > MAX_FILES) {
      if (this.files === MAX_FILES + 1) {
        this.problems.push({ where: path,
          message: `More than ${MAX_FILES} property lists: the rest is not read.` })
      }
      return
    }
    try {
      if (statSync(path).size > MAX_PLIST_BYTES) {
        this.problems.push({ where: path, message: 'The property list is too large; it is not read.' })
        return
      }
      const record = readKextPlist(readFileSync(path), { ...this.options, where: path })
      if (bundlePath !== null || describesKext(record)) this.kexts.push({ path, bundlePath, record })
    } catch (error) {
      this.problems.push({ where: path,
        message: `${basename(path)} cannot be read (${(error as Error).message}).` })
    }
  }
}

/** What stands at a path; links are followed, broken ones are nothing. */
function kindOf(path: string): 'file' | 'folder' | null {
  try {
    const facts = lstatSync(path).isSymbolicLink() ? statSync(path) : lstatSync(path)
    return facts.isDirectory() ? 'folder' : facts.isFile() ? 'file' : null
  } catch {
    return null
  }
}
