import type { DextFacts, KextPersonality, KextRecord, KextValue, Problem } from '../../api/index.ts'
import { decodeUtf8Lossless, parsePlist, parsePlistLeniently, type PlistValue } from '../../formats/index.ts'
import { BuildVariables } from './buildVariables.ts'
import { isMatchKey } from './matchKeyNames.ts'
import { PlistTable, toKextValue } from './plistTable.ts'

/** What a caller may say beside the bytes. */
export interface ReadKextOptions {
  /** Name used in problems. */
  readonly where?: string
  /** Values for this architecture win over plain ones (`x86_64`, `arm64`, `arm64e`, `i386`, `ppc`). */
  readonly architecture?: string | null
}

const ARCHITECTURES = ['x86_64', 'arm64e', 'arm64', 'i386', 'ppc']
const MAX_PERSONALITIES = 100_000

/**
 * Reads the Info.plist of a kext or dext, binary or XML, also a template whose build variables still stand
 * (`$(NAME)`, `MODULE_VERSION`) or that a preprocessor would read first. Total: what is wrong is in
 * `problems`.
 */
export function readKextPlist(bytes: Uint8Array, options: ReadKextOptions = {}): KextRecord {
  const where = options.where ?? 'Info.plist'
  const { value, problems } = readDocument(bytes, where)
  if (value instanceof Map) {
    return recordOf(new PlistTable(value, where, options.architecture ?? null), problems)
  }
  const message = 'A kext is described by a dictionary; none was found.'
  const missing: Problem = { where, message, wanted: '<plist><dict>…</dict></plist>' }
  const none = new PlistTable(new Map(), where, null)
  return recordOf(none, problems.length > 0 ? problems : [missing])
}

/** The property list, as far as it can be read. */
function readDocument(
  bytes: Uint8Array, where: string,
): { readonly value: PlistValue | undefined; readonly problems: readonly Problem[] } {
  const strict = parsePlist(bytes, { where })
  if (strict.ok) return { value: strict.value, problems: [] }
  if (bytes[0] === 0x62 && bytes[1] === 0x70) return { value: undefined, problems: strict.problems }
  return parsePlistLeniently(withoutDirectives(decodeUtf8Lossless(bytes)), where)
}

/** Lines for a preprocessor become blank; all else stays at its line and column. */
function withoutDirectives(text: string): string {
  const directive = /^[ \t]*#[ \t]*(?:if|ifdef|ifndef|elif|else|endif|include|define|undef|pragma)\b.*$/gmu
  return text.replace(directive, (line) => ' '.repeat(line.length))
}

function recordOf(table: PlistTable, readProblems: readonly Problem[]): KextRecord {
  const variables = new BuildVariables()
  const bundle = table.text('CFBundleIdentifier')
  const version = table.text('CFBundleVersion')
  const libraries = librariesOf(table)
  const personalities = personalitiesOf(table, bundle)
  for (const text of [bundle, version, table.text('CFBundleExecutable')]) variables.addPlaceholder(text)
  for (const [name, wanted] of libraries) for (const text of [name, wanted]) variables.addPlaceholder(text)
  for (const one of personalities) {
    for (const text of [one.bundle, one.ioClass]) variables.addPlaceholder(text)
  }
  variables.addReferences(toKextValue(table.root as Map<string, PlistValue>))
  return {
    bundle, version,
    name: table.text('CFBundleName'),
    packageType: table.text('CFBundlePackageType'),
    compatibleVersion: table.text('OSBundleCompatibleVersion'),
    executable: table.text('CFBundleExecutable'),
    required: table.text('OSBundleRequired'),
    libraries, personalities,
    dext: dextFactsOf(table, personalities),
    architectures: architecturesOf(table),
    buildVariables: variables.list(),
    problems: [...readProblems, ...table.problems],
  }
}

function librariesOf(table: PlistTable): Map<string, string> {
  const libraries = new Map<string, string>()
  for (const [name, value] of table.dictionary('OSBundleLibraries')) {
    if (typeof value !== 'string') {
      table.fault(`OSBundleLibraries.${name}`, 'A version is text.', value, 'a string')
    }
    const shown = toKextValue(value)
    libraries.set(name, typeof shown === 'object' ? '' : String(shown))
  }
  return libraries
}

function personalitiesOf(table: PlistTable, bundle: string | null): KextPersonality[] {
  const personalities: KextPersonality[] = []
  for (const [name, value] of table.dictionary('IOKitPersonalities')) {
    if (!(value instanceof Map)) {
      table.fault(`IOKitPersonalities.${name}`, 'A personality is a dictionary; this one is left out.', value,
        'a dictionary')
    } else if (personalities.length < MAX_PERSONALITIES) {
      personalities.push(personalityOf(name, toKextValue(value) as ReadonlyMap<string, KextValue>, bundle))
    }
  }
  return personalities
}

const OWN_FIELDS = new Set(['CFBundleIdentifier', 'IOClass', 'IOProviderClass', 'IOProbeScore',
  'IOMatchCategory'])

function personalityOf(
  name: string, own: ReadonlyMap<string, KextValue>, bundle: string | null,
): KextPersonality {
  const table = new Map(own)
  if (!table.has('CFBundleIdentifier') && bundle !== null) table.set('CFBundleIdentifier', bundle)
  const others = [...table].filter(([key]) => !OWN_FIELDS.has(key))
  const score = table.get('IOProbeScore')
  const isScore = typeof score === 'number' || typeof score === 'bigint' || typeof score === 'string'
  return {
    name,
    bundle: textAt(table, 'CFBundleIdentifier'),
    ioClass: textAt(table, 'IOClass'),
    providerClass: textAt(table, 'IOProviderClass'),
    score: isScore ? score : null,
    category: textAt(table, 'IOMatchCategory'),
    matchKeys: new Map(others.filter(([key]) => isMatchKey(key))),
    properties: new Map(others.filter(([key]) => !isMatchKey(key))),
    table,
  }
}

function textAt(table: ReadonlyMap<string, KextValue>, key: string): string | null {
  const value = table.get(key)
  return typeof value === 'string' ? value : null
}

function dextFactsOf(table: PlistTable, personalities: readonly KextPersonality[]): DextFacts | null {
  const each = (key: string): string[] => {
    const texts = personalities.map((one) => textAt(one.table, key)).filter((text) => text !== null)
    return [...new Set(texts)]
  }
  const servers = each('IOUserServerName')
  const executable = table.text('CFBundleUEXTExecutable')
  const isDext = table.text('CFBundlePackageType') === 'DEXT' || executable !== null || servers.length > 0
  if (!isDext) return null
  return { executable, servers, classes: each('IOUserClass'),
    usageDescription: table.text('OSBundleUsageDescription') }
}

function architecturesOf(table: PlistTable): string[] {
  const keys = [...table.root.keys()]
  return ARCHITECTURES.filter((name) => keys.some((key) => key.endsWith(`_${name}`)))
}
