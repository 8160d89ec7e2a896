import { describe, expect, test } from 'vitest'
import {
  PlistData,
  PlistUid,
  writeBinaryPlist,
  writeXmlPlist,
  type PlistValue,
} from '../../formats/plist/index.ts'
import { encodeUtf8Lossless } from '../../formats/utf8.ts'
import { ImportedData } from '../ImportedRegistry.ts'
import { importedSnapshot } from '../importedSnapshot.ts'
import { readRegistry } from '../readRegistry.ts'
import { ArchiveMaker } from '../testing/ArchiveMaker.ts'
import { registrySummary } from '../registrySummary.ts'

function node(
  name: string,
  id: number,
  more: Record<string, PlistValue> = {},
  children: PlistValue[] = [],
): PlistValue {
  const pairs = Object.entries({ IORegistryEntryName: name, IORegistryEntryID: id, ...more })
  return new Map<string, PlistValue>(
    children.length === 0 ? pairs : [...pairs, ['IORegistryEntryChildren', children]],
  )
}

const SHARED = node('Shared', 3, {
  IOObjectClass: 'Fruit',
  IOServiceState: 30,
  IOServiceBusyState: 1,
  IOServiceBusyTime: 5_000_000,
  IOObjectRetainCount: 9,
})
const TREE = node('Root', 1, { IOObjectClass: 'IORegistryEntry', 'OS Build Version': '99Z1' }, [
  node(
    'A',
    2,
    {
      IOObjectClass: 'A',
      IORegistryEntryLocation: '1f',
      blob: new PlistData(Uint8Array.of(1, 2)),
      score: -100,
    },
    [SHARED],
  ),
  SHARED,
])

describe('what ioreg -a prints', () => {
  test.each([
    ['xml', encodeUtf8Lossless(writeXmlPlist(TREE))],
    ['binary-plist', writeBinaryPlist(TREE)],
  ])('is read as %s', (format, bytes) => {
    const registry = readRegistry(bytes)
    expect(registrySummary(registry)).toMatchObject({
      format,
      entries: 4,
      uniqueIds: 3,
      root: 'Root',
      rootClass: 'IORegistryEntry',
      maxDepth: 2,
      osBuild: '99Z1',
      problems: [],
    })
    expect(registry.rows[1]).toMatchObject({ name: 'A', location: '1f', parent: 0, state: null })
    expect(registry.rows[2]).toMatchObject({ id: 3, state: 30, busy: 1, busyTimeNs: 5_000_000, retain: 9 })
    expect(registry.rows[1]?.properties?.get('score')).toBe(-100)
    const blob = registry.rows[1]?.properties?.get('blob')
    expect(blob instanceof ImportedData && [...blob.bytes()]).toEqual([1, 2])
  })

  test('may be a list of subtrees, or ancestors that hold the next as a dictionary', () => {
    const wrapped = new Map<string, PlistValue>([
      ['IORegistryEntryName', 'Root'],
      ['IORegistryEntryChildren', SHARED],
    ])
    const { rows } = readRegistry(encodeUtf8Lossless(writeXmlPlist([wrapped, SHARED])))
    expect(rows.map((row) => [row.name, row.parent])).toEqual([
      ['Root', -1],
      ['Shared', 0],
      ['Shared', -1],
    ])
  })

  test('with nodes that are none is read as far as it goes', () => {
    const { rows, problems } = readRegistry(
      encodeUtf8Lossless(writeXmlPlist(node('Root', 1, {}, ['what', SHARED]))),
    )
    expect(rows).toHaveLength(2)
    expect(problems).toMatchObject([{ where: 'Root' }])
  })

  test('or a document that is no property list ends in problems', () => {
    expect(readRegistry(encodeUtf8Lossless('<?xml version="1.0"?><plist><dict>'))).toMatchObject({
      format: 'xml',
      rows: [],
    })
    expect(readRegistry(encodeUtf8Lossless('bplist00garbage')).problems.length).toBeGreaterThan(0)
  })
})

describe('a file of IORegistryExplorer', () => {
  test('gives every plane, shared entries, states and classes from the base down', () => {
    const maker = new ArchiveMaker()
    const chain = maker.list(
      ['Fruit', 'IOService', 'IORegistryEntry', 'OSObject'].map((name) => maker.add(name)),
    )
    const service = {
      inheritance: chain,
      conformsToIOService: true,
      isActive: true,
      isRegistered: true,
      isMatched: false,
      bundleID: maker.add('org.fruit'),
    }
    const leaf = maker.entry(
      'leaf',
      { ...service, location: maker.add('7'), dateTerminated: maker.list([]) },
      '<key>n</key><integer>XXXXX</integer>',
      [],
    )
    const mid = maker.entry('mid', service, '', [['IOService', [leaf]]])
    const root = maker.entry(
      'Root',
      {
        isRegistryRoot: true,
        inheritance: maker.list([maker.add('OSObject'), maker.add('IORegistryEntry')]),
      },
      '<key>OS Build Version</key><string>1A1</string>',
      [
        ['IOService', [mid, leaf]],
        ['IODeviceTree', [leaf]],
      ],
    )
    const registry = readRegistry(
      maker.bytes({
        registryEntries: maker.list([leaf, root]),
        registryPlanes: maker.list([maker.add('IODeviceTree'), maker.add('IOService')]),
      }),
    )
    expect(registrySummary(registry)).toMatchObject({
      format: 'archive',
      entries: 4,
      uniqueIds: 3,
      maxDepth: 2,
      terminated: 2,
      osBuild: '1A1',
      problems: [],
    })
    expect(registry.rows[2]).toMatchObject({
      name: 'leaf',
      location: '7',
      className: 'Fruit',
      bundle: 'org.fruit',
      state: 2,
      inheritance: ['IORegistryEntry', 'IOService', 'Fruit'],
    })
    expect(registry.rows[2]?.properties?.get('n')).toBe('XXXXX')
    expect(importedSnapshot(registry, 'IODeviceTree', 'import:1').names).toEqual(['dt-Root', 'dt-leaf'])
  })

  test('in which an entry lies below itself still ends', () => {
    const maker = new ArchiveMaker()
    const own = new PlistUid(0)
    const root = maker.entry('Root', { isRegistryRoot: true }, '', [['IOService', [own]]])
    const list = maker.objects.findIndex(
      (object) =>
        object instanceof Map && (object.get('NS.objects') as PlistValue[] | undefined)?.[0] === own,
    )
    maker.objects[list] = new Map<string, PlistValue>([['NS.objects', [root]]])
    expect(readRegistry(maker.bytes({ registryEntries: maker.list([root]) })).rows).toHaveLength(1)
  })

  test('that is another archive is refused in words', () => {
    const registry = readRegistry(new ArchiveMaker().bytes({ something: 1 }))
    expect(registry.rows).toEqual([])
    expect(registry.problems[0]?.message).toContain('IORegistryExplorer')
  })
})
