import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { plistValue } from '../../bench/data/files.ts'
import { makeTree, toIoregText, toPlain, toXml } from '../../bench/data/generate.ts'
import { writeBinaryPlist } from '../../kernel/formats/plist/index.ts'
import { lintEntitlements, lintKext, lintMachine, lintOpenCore } from '../../kernel/explain/index.ts'
import {
  importedEntryDetails, importedPlanes, importedSnapshot, MAX_PROBLEMS, readDeviceList, readKextPlist,
  readRegistry, registrySummary,
} from '../../kernel/importers/index.ts'
import type { Random } from '../../kernel/sim/index.ts'
import { ImportService } from '../../main/kernelHost/ImportService.ts'
import type { ImporterTarget } from './fuzzImporter.ts'
import { sampleArchive } from './sampleArchive.ts'

const folder = join(import.meta.dirname, '../samples')
const latin1 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1')
const sample = (path: string): string => readFileSync(join(folder, path), 'latin1')
const samplesIn = (name: string): string[] =>
  readdirSync(join(folder, name)).map((file) => sample(`${name}/${file}`))
const devices = (start: string): string[] => samplesIn('devices').filter((_, at) =>
  readdirSync(join(folder, 'devices'))[at]!.startsWith(start))

/** Remarks on the whole file come on top of those on lines. */
const SUMMARIES = 8
const ENTRIES = 6
const PLIST_PIECES = [
  '<dict>', '</dict>', '<key>', '</key>', '<array>', '</array>', '<integer>', '<integer size="64">', '<data>',
  '</data>', '<string>',
  '</string>', '<true/>', '<![CDATA[', ']]>', '&#0;', '&#x110000;', '&lt;', '<!--', '-->', '<plist>', '<?xml',
  '<!DOCTYPE a [<!ENTITY b "&b;&b;">]>',
  'IORegistryEntryChildren', 'bplist00',
]
const BINARY_PIECES = ['\xd1', '\xa1', '\xaf\x13\xff\xff\xff\xff\xff\xff\xff\xff', '\x4f\x12\xff\xff\xff\xff',
  '\x80\x01', '\x13', '\0\0\0\0', '\xff\xff\xff\xff', 'bplist00']
const TREE_PIECES = [
  '"', '<', '>', '{', '}', '(', ')', '[', ']', '=', ',', '$', '+-o ', ' = ', '| ', '  | ', 'IOUSB:\n', '<"',
  '">', '"a" = {', '"a"=(', '<class ',
  ', id 0x100000100', ', registered', ' busy 3 (5 ms)', ', retain ', '@', ':', '\\', '\x1b[7m', 'Yes', '<00',
  'bad-ending\\',
]

/** What must hold of every registry, however damaged the file: counts, parents before children, bounded reports. */
function checkRegistry(bytes: Uint8Array, random: Random): void {
  const registry = readRegistry(bytes, { decodeLatin1: latin1 })
  const summary = registrySummary(registry)
  if (summary.linesUnderstood > summary.linesTotal) throw new Error('more lines understood than there are')
  if (registry.problems.length > MAX_PROBLEMS + SUMMARIES)
    throw new Error(`${registry.problems.length} problems`)
  for (const plane of importedPlanes(registry).slice(0, 3)) {
    const { parents, depths, ids } = importedSnapshot(registry, plane, 'import:1')
    if (parents.some((parent, row) => parent >= row)) throw new Error('a parent comes after its child')
    if (parents.some((parent, row) => parent >= 0 && depths[parent]! >= depths[row]!))
      throw new Error('a child is no deeper than its parent')
    if (ids.length > 0) importedEntryDetails(registry, plane, ids[random.below(ids.length)]!)
  }
}

function registryTarget(name: string, samples: readonly string[], pieces: readonly string[]): ImporterTarget {
  return { name, samples, pieces, read: checkRegistry }
}

/** A file as each kind that lint knows: whatever it is, the findings have places in it. */
function lintAll(bytes: Uint8Array): void {
  const file = { path: 'file', text: latin1(bytes) }
  const lines = file.text.split('\n').length
  const findings = [...lintKext(file, bytes, null), ...lintOpenCore(file, bytes, null),
    ...lintEntitlements(file, bytes, []), ...lintMachine(file)]
  if (findings.some(({ line }) => line !== null && (line < 1 || line > lines)))
    throw new Error('a line that is not in the file')
}

/** A text without marks of its own is taken for what its reader expects. */
function readDevices(bytes: Uint8Array, random: Random): void {
  readDeviceList(bytes, random.chance(1, 2) ? 'lspci' : 'lsusb')
}

/** What the window's import does, packed now and then; a plain sentence is an answer, anything else is a fault. */
function importWhole(bytes: Uint8Array, random: Random): void {
  const service = new ImportService(() => {})
  const packed = gzipSync(bytes, { level: 1 })
  const input = [bytes, packed, packed.subarray(0, random.below(packed.length + 1)),
    gzipSync(packed)][random.below(4)]!
  try {
    service.add('file', input, false)
  } catch (error) {
    const isSentence = error instanceof Error && error.constructor === Error
      && /^file (?:holds|looks|unpacks)/u.test(error.message)
    if (!isSentence) throw error
  }
}

/** A text that packs to a thousandth. */
const bomb = `+-o Root  <class IORegistryEntry>\n${'    {\n      "a" = "a"\n    }\n'.repeat(40_000)}`

/** Every reader of files that people bring along, each with our own samples. */
export function importerTargets(): readonly ImporterTarget[] {
  const tree = makeTree(ENTRIES)
  const text = toIoregText(tree)
  const binary = writeBinaryPlist(plistValue(toPlain(tree)))
  const everything = [...samplesIn('ioreg'), ...samplesIn('panics'), ...samplesIn('crashes'),
    ...samplesIn('kexts'), toXml(tree)]
  return [
    registryTarget('ioreg texts', [...samplesIn('ioreg'), sample('matching/pearbook.txt'), text],
      TREE_PIECES),
    registryTarget('XML registries', [toXml(tree)], PLIST_PIECES),
    registryTarget('binary registries', [latin1(binary)], BINARY_PIECES),
    registryTarget('explorer archives', [latin1(sampleArchive())], [...BINARY_PIECES, ...PLIST_PIECES]),
    { name: 'kext property lists', samples: samplesIn('kexts'),
      pieces: [...PLIST_PIECES, '$(PRODUCT)', '${A:b}', '#if'], read: (bytes) => readKextPlist(bytes) },
    {
      name: 'files that lint looks at',
      samples: [sample('lint/EFI/OC/config.plist'), sample('lint/plum.entitlements'), ...samplesIn('kexts')],
      pieces: [...PLIST_PIECES, '<array/>', '{"devices": [', '"slot":'], read: lintAll,
    },
    {
      name: 'lspci lists', samples: devices('pear-lspci'), read: readDevices,
      pieces: ['00:1f.3 ', '-[0000:00]-', '+-', '\\-', '[8086:15b8]', '00: 86 80', 'Slot:\t',
        '\tCapabilities: [', '-[02-ff]-', '(rev ', '10: '],
    },
    {
      name: 'lsusb lists', samples: devices('pear-lsusb'), read: readDevices,
      pieces: ['Bus 001 Device 002: ID ', '|__ Port 1: Dev ', '    ', '  bDeviceClass ', '/:  Bus 01.Port 1',
        'Interface Descriptor:', 'bInterfaceNumber ', '0xffff '],
    },
    {
      name: 'system_profiler and Windows lists',
      samples: [...devices('pear-profile'), ...devices('pear-pnp')], read: readDevices,
      pieces: [...PLIST_PIECES, 'USB:\n\n    x:\n', '  Vendor ID: ', '"_items": [', '{"', '"}', '[[[[',
        'PCI\\\\VEN_8086&DEV_'],
    },
    { name: 'files of any kind, packed too', samples: [...everything, bomb],
      pieces: [...TREE_PIECES, ...PLIST_PIECES, 'panic(cpu 1 caller 0x', 'Process: '], read: importWhole },
  ]
}
