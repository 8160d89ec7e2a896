// Goal: the properties of a dump are searched by key, value and both, and an entry's parents in all planes are known.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { importedEntryDetails, importedSnapshot } from './importedSnapshot.ts'
import { PropertyIndex } from './PropertyIndex.ts'
import { readRegistry } from './readRegistry.ts'

const sample = (name: string) =>
  readRegistry(readFileSync(join(import.meta.dirname, '../../test/samples/ioreg', name)))

function indexOf(dump: string): PropertyIndex {
  const index = new PropertyIndex(readRegistry(new TextEncoder().encode(dump)))
  while (!index.isComplete) index.step(1)
  return index
}

const DUMP = `+-o Root  <class IORegistryEntry, id 0x100000100, retain 3>
  | {
  |   "IONDRVFramebufferGeneration" = <0000000000000000>
  | }
  |${' '}
  +-o keys@1  <class FruitKeys, id 0x100000200, registered, matched, active, busy 0 (0 ms), retain 3>
  |   {
  |     "Model" = "Orchard Nine"
  |     "ids" = {"vendor"=4660,"flags"=(1,Yes)}
  |     "compatible" = <"fruit,keys","keys">
  |     "vendor-id" = <ec100000>
  |   }
  |${' '}
  +-o bare  <class FruitBare, id 0x100000201, retain 3>
`

test.each([
  ['orchard', ['Model']],
  ['model=orch', ['Model']],
  ['MODEL', ['Model']],
  ['0x1234', ['ids']],
  ['4660', ['ids']],
  ['vendor=', ['ids']],
  ['fruit,keys', ['compatible']],
  ['ec1000', ['vendor-id']],
  ['00000', ['IONDRVFramebufferGeneration', 'vendor-id']],
  ['pear', []],
])('%s is found in %j', (text, keys) => {
  expect(indexOf(DUMP).find(text).keys).toEqual(keys)
})

test('hits are named by entry id, and nothing is found twice', () => {
  const index = indexOf(`${DUMP}\n${DUMP}`)
  expect([...index.find('orchard').ids]).toEqual([0x100000200])
})

test('an entry knows its parents in every plane', () => {
  const registry = sample('tiger.txt')
  const planes = ['IOService', 'IODeviceTree'].map((plane) => importedSnapshot(registry, plane, 'import:1'))
  for (const { plane, ids, parents } of planes) {
    for (let row = 1; row < ids.length; row++) {
      const listed = importedEntryDetails(registry, plane, ids[row]!)!.parents.filter(
        (parent) => parent.plane === plane,
      )
      expect(listed.map(({ id }) => id)).toContain(ids[parents[row]!])
    }
  }
  const shared = importedSnapshot(sample('modern.txt'), 'IOService', 'import:1')
  const twice = shared.names.flatMap((name, row) => (name === 'Shared' ? [row] : []))
  const details = twice.map((row) =>
    importedEntryDetails(sample('modern.txt'), 'IOService', shared.ids[row]!)!,
  )
  expect(new Set(details.map(({ parents }) => parents.length)).size).toBe(1)
  expect(details[0]!.parents.length).toBeGreaterThan(1)
})

test('a dump without ids still tells which rows show one entry', () => {
  const { ids } = importedSnapshot(sample('tiger.txt'), 'IOService', 'import:1')
  expect([...ids].every((id) => id < 0)).toBe(true)
  expect(new Set(ids).size).toBe(ids.length)
})
