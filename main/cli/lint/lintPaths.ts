import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { basename, dirname, join, relative, sep } from 'node:path'
import {
  lintEntitlements, lintKext, lintMachine, lintOpenCore, lintReport, type LintFile,
} from '../../../kernel/explain/index.ts'
import { readKextPlist, readPlistTable } from '../../../kernel/importers/index.ts'
import type { KextRecord, LintFinding, LintReport } from '../../../kernel/index.ts'
import { UsageError } from '../Command.ts'
import { readInput } from '../input.ts'
import { readKexts } from '../kexts/readKexts.ts'

const BUNDLE = /\.(?:kext|dext)$/iu
const MAX_EXECUTABLE_BYTES = 256 * 1024 * 1024

/** Looks at files and folders of every kind that lint knows; each kind is found by content. */
export function lintPaths(paths: readonly string[], root = process.cwd()): LintReport {
  const run = new LintRun(root)
  for (const path of paths) run.path(path)
  run.entitlements()
  return lintReport(run.findings, run.files)
}

/** One call: what was found, and the dexts that entitlements are compared with. */
class LintRun {
  readonly findings: LintFinding[] = []
  files = 0
  private readonly dexts: KextRecord[] = []
  private readonly waiting: { readonly path: string; readonly bytes: Uint8Array }[] = []

  constructor(private readonly root: string) {}

  path(path: string): void {
    if (path !== '-' && statSync(path, { throwIfNoEntry: false })?.isDirectory() === true) this.folder(path)
    else this.file(path)
  }

  /** Entitlements wait for all dexts of the call. */
  entitlements(): void {
    for (const { path, bytes } of this.waiting) {
      this.add(lintEntitlements(this.shown(path, bytes), bytes, this.dexts))
    }
  }

  private folder(path: string): void {
    if (BUNDLE.test(path)) return this.bundle(path)
    const config = [join(path, 'EFI/OC/config.plist'), join(path, 'OC/config.plist'),
      join(path, 'config.plist')]
      .find((one) => existsSync(one))
    if (config !== undefined) this.file(config)
    const { kexts } = readKexts([path])
    for (const { path: plist, bundlePath } of kexts) {
      if (bundlePath === null) this.file(plist)
      else this.bundle(bundlePath, plist)
    }
    const names = readdirSync(path).filter((name) => name.endsWith('.entitlements'))
    for (const name of names) this.file(join(path, name))
    if (kexts.length + names.length === 0 && config === undefined) {
      const what = 'kext, config.plist or entitlements'
      throw new UsageError(`${path} holds no ${what}: give a file or another folder.`)
    }
  }

  private bundle(path: string, plist = plistOf(path)): void {
    if (plist === null) {
      throw new UsageError(`${path} has no Info.plist: a bundle has one, in Contents or at its top.`)
    }
    const bytes = readInput(plist)
    const record = readKextPlist(bytes, { where: plist })
    if (record.dext !== null) this.dexts.push(record)
    const code = codeOf(path, record)
    this.add(lintKext(this.shown(plist, bytes), bytes,
      { hasExecutable: code !== null, mentions: searchIn(code) }))
  }

  private file(path: string): void {
    const bytes = readInput(path)
    const head = Buffer.from(bytes.subarray(0, 64)).toString('latin1').trimStart()
    const file = this.shown(path, bytes)
    if (head.startsWith('{')) return this.add(lintMachine(file))
    if (!head.startsWith('<') && !head.startsWith('bplist') && !head.startsWith('\xef\xbb\xbf')) {
      throw new UsageError(`${path} is neither JSON nor a property list: machine files, Info.plists, `
        + 'config.plists and entitlements can be looked at.')
    }
    const table = readPlistTable(bytes)
    const keys = [...table.keys()]
    if (table.get('Kernel') instanceof Map) return this.add(lintOpenCore(file, bytes, kextFolder(path)))
    if (isEntitlements(path, keys)) {
      this.waiting.push({ path, bytes })
      return
    }
    const record = readKextPlist(bytes, { where: path })
    if (record.dext !== null) this.dexts.push(record)
    this.add(lintKext(file, bytes, null))
  }

  private add(findings: readonly LintFinding[]): void {
    this.files++
    this.findings.push(...findings)
  }

  private shown(path: string, bytes: Uint8Array): LintFile {
    const isBinary = bytes[0] === 0x62 && bytes[1] === 0x70
    const shown = path === '-' ? path : relative(this.root, path).split(sep).join('/')
    return { path: shown, text: isBinary ? '' : Buffer.from(bytes).toString('utf8') }
  }
}

/** Entitlements are told by their name or by keys that stand in nothing else. */
function isEntitlements(path: string, keys: readonly string[]): boolean {
  if (path.endsWith('.entitlements')) return true
  const others = keys.filter((key) => !/^com\.apple\.(?:developer|private|security)\./u.test(key)
    && key !== 'get-task-allow')
  return keys.length > 0 && others.length === 0
}

function plistOf(bundle: string): string | null {
  return [join(bundle, 'Contents/Info.plist'), join(bundle, 'Info.plist')].find((one) => existsSync(one))
    ?? null
}

/** The executable of a bundle; null when it names none or it is not there. */
function codeOf(bundle: string, { executable, dext }: KextRecord): string | null {
  const name = dext?.executable ?? executable
  if (name === null || name.includes('/') || name.includes('..')) return null
  return [join(bundle, 'Contents/MacOS', name), join(bundle, name)].find((one) => existsSync(one)) ?? null
}

function searchIn(path: string | null): ((text: string) => boolean) | null {
  if (path === null || !statSync(path).isFile() || statSync(path).size > MAX_EXECUTABLE_BYTES) return null
  let bytes: Buffer | null = null
  return (text) => {
    bytes ??= readFileSync(path)
    return bytes.includes(text)
  }
}

/** The folder of kexts beside a config.plist; null when it is not there. */
function kextFolder(config: string): Parameters<typeof lintOpenCore>[2] {
  const folder = join(dirname(config), 'Kexts')
  if (basename(config) === '-' || !existsSync(folder)) return null
  const bundles = new Map(readKexts([folder]).kexts.flatMap(({ bundlePath, record }) =>
    (bundlePath === null ? [] : [[relative(folder, bundlePath).split(sep).join('/'), record] as const])))
  return { bundles, has: (path) =>
    existsSync(join(folder, ...path.split('/').filter((part) => part !== '..'))) }
}
