import type { KextBundleFiles, Problem, Result } from '../api/index.ts'
import { parsePlist, type PlistValue } from '../formats/index.ts'
import { OSKextParseVersionString } from './OSKextVersion.ts'

/** A kext bundle that has been read: what its property list says, and its code. */
export interface ReadKext {
  readonly name: string
  readonly bundleIdentifier: string
  readonly version: string
  readonly compatibleVersion: string | null
  /** `OSBundleLibraries`: bundle identifier to version, in the order of the file. */
  readonly libraries: ReadonlyMap<string, string>
  readonly personalities: ReadonlyMap<string, ReadonlyMap<string, PlistValue>>
  readonly allowsUserLoad: boolean
  readonly allowsUserTerminate: boolean | null
  /** Source of the executable; null for a codeless kext. */
  readonly executable: { readonly path: string; readonly source: string } | null
}

const MAX_IDENTIFIER = 63
const SOURCE_ENDINGS = ['', '.ts', '.js', '.mjs']

class Reader {
  readonly problems: Problem[] = []
  constructor(readonly where: string, readonly root: ReadonlyMap<string, PlistValue>) {}

  fault(key: string, message: string, seen: PlistValue | undefined, wanted: string): void {
    const problem: Problem = { where: `${this.where}: ${key}`, message, wanted }
    this.problems.push(seen === undefined ? problem : { ...problem, seen: typeof seen === 'string' ? seen : typeof seen })
  }

  text(key: string): string | null {
    const value = this.root.get(key)
    if (value === undefined) return null
    if (typeof value === 'string') return value
    this.fault(key, 'The value is of the wrong kind.', value, 'a string')
    return null
  }

  required(key: string): string {
    const value = this.text(key)
    if (value === null && !this.root.has(key)) this.fault(key, 'The key is missing.', undefined, 'a string')
    return value ?? ''
  }

  version(key: string, value: string | null): void {
    if (value !== null && value !== '' && OSKextParseVersionString(value) < 0n) {
      this.fault(key, 'The value is not a kext version.', value, 'major[.minor[.revision]][d|a|b|f|fc number], for example 1.0.2')
    }
  }

  dictionary(key: string): ReadonlyMap<string, PlistValue> {
    const value = this.root.get(key)
    if (value === undefined) return new Map()
    if (value instanceof Map) return value
    this.fault(key, 'The value is of the wrong kind.', value, 'a dictionary')
    return new Map()
  }
}

function readIdentifier(reader: Reader): string {
  const identifier = reader.required('CFBundleIdentifier')
  if (identifier.length > MAX_IDENTIFIER) {
    reader.fault('CFBundleIdentifier', 'The identifier is too long.', identifier, `at most ${MAX_IDENTIFIER} characters`)
  }
  return identifier
}

function readLibraries(reader: Reader): Map<string, string> {
  const libraries = new Map<string, string>()
  for (const [name, value] of reader.dictionary('OSBundleLibraries')) {
    if (typeof value !== 'string') reader.fault(`OSBundleLibraries.${name}`, 'The version is of the wrong kind.', value, 'a string')
    else {
      reader.version(`OSBundleLibraries.${name}`, value)
      libraries.set(name, value)
    }
  }
  return libraries
}

/** What the bundle says; null where it says nothing. */
function readAllowsTerminate(plist: ReadonlyMap<string, PlistValue>): boolean | null {
  const value = plist.get('OSBundleAllowUserTerminate')
  return value === undefined ? null : value === true
}

function readPersonalities(reader: Reader): Map<string, ReadonlyMap<string, PlistValue>> {
  const personalities = new Map<string, ReadonlyMap<string, PlistValue>>()
  for (const [name, value] of reader.dictionary('IOKitPersonalities')) {
    if (!(value instanceof Map)) {
      reader.fault(`IOKitPersonalities.${name}`, 'A personality is of the wrong kind.', value, 'a dictionary')
      continue
    }
    for (const key of ['IOClass', 'IOProviderClass']) {
      const found = value.get(key)
      if (typeof found !== 'string') reader.fault(`IOKitPersonalities.${name}.${key}`, 'The key is missing or no string.', found, 'a class name')
    }
    personalities.set(name, value)
  }
  return personalities
}

function readExecutable(reader: Reader, bundle: KextBundleFiles, decode: (bytes: Uint8Array) => string): ReadKext['executable'] {
  const name = reader.text('CFBundleExecutable')
  if (name === null) return null
  for (const folder of ['Contents/MacOS/', '']) {
    for (const ending of SOURCE_ENDINGS) {
      const file = bundle.files.find(({ path }) => path === `${folder}${name}${ending}`)
      if (file === undefined) continue
      if (isMachO(file.bytes)) {
        reader.fault('CFBundleExecutable', `${file.path} is compiled code, which the workbench cannot run.`, name, 'driver source in TypeScript or JavaScript')
        return null
      }
      return { path: file.path, source: decode(file.bytes) }
    }
  }
  reader.fault('CFBundleExecutable', 'The bundle has no such executable.', name, `Contents/MacOS/${name}.ts`)
  return null
}

function isMachO(bytes: Uint8Array): boolean {
  const magic = bytes.length < 4 ? 0 : ((bytes[0]! << 24) | (bytes[1]! << 16) | (bytes[2]! << 8) | bytes[3]!) >>> 0
  return [0xfeedface, 0xfeedfacf, 0xcefaedfe, 0xcffaedfe, 0xcafebabe].includes(magic)
}

/** Reads a kext bundle. All faults of its property list at once; never throws. */
export function readKext(bundle: KextBundleFiles, decode: (bytes: Uint8Array) => string): Result<ReadKext> {
  const file = bundle.files.find(({ path }) => path === 'Contents/Info.plist') ?? bundle.files.find(({ path }) => path === 'Info.plist')
  if (file === undefined) {
    return { ok: false, problems: [{ where: bundle.name, message: 'The bundle has no Info.plist.', wanted: 'Contents/Info.plist' }] }
  }
  const where = `${bundle.name}/${file.path}`
  const plist = parsePlist(file.bytes)
  if (!plist.ok) return { ok: false, problems: plist.problems.map((problem) => ({ ...problem, where })) }
  if (!(plist.value instanceof Map)) {
    return { ok: false, problems: [{ where, message: 'The property list is of the wrong kind.', wanted: 'a dictionary at the top' }] }
  }
  const reader = new Reader(where, plist.value)
  const read: ReadKext = {
    name: bundle.name, bundleIdentifier: readIdentifier(reader), version: reader.required('CFBundleVersion'),
    compatibleVersion: reader.text('OSBundleCompatibleVersion'), libraries: readLibraries(reader),
    personalities: readPersonalities(reader), allowsUserLoad: plist.value.get('OSBundleAllowUserLoad') === true,
    allowsUserTerminate: readAllowsTerminate(plist.value), executable: readExecutable(reader, bundle, decode),
  }
  reader.version('CFBundleVersion', read.version)
  reader.version('OSBundleCompatibleVersion', read.compatibleVersion)
  const packageType = reader.text('CFBundlePackageType')
  if (packageType !== null && packageType !== 'KEXT') reader.fault('CFBundlePackageType', 'This is not a kext.', packageType, 'KEXT')
  if (read.executable !== null && read.libraries.size === 0) {
    reader.fault('OSBundleLibraries', 'A kext with code must name its libraries.', undefined, 'a dictionary such as { com.apple.kpi.iokit: 8.0 }')
  }
  return reader.problems.length > 0 ? { ok: false, problems: reader.problems } : { ok: true, value: read }
}
