import { deflateRawSync } from 'node:zlib'
import BetterSqlite3 from 'better-sqlite3'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { sampleDescription, samplePanic, sampleRead } from '../../test/support/descriptions.ts'
import { CrashLogStore, openDatabase } from './index.ts'
import { sql as firstTables } from './migrations/0001-first.ts'
import { parseSearch } from './searchQuery.ts'

const open = (): CrashLogStore => new CrashLogStore(openDatabase(':memory:'))
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)

it('keeps a file byte for byte, once, with its record, and packs a large one', () => {
  const store = open()
  const large = new Uint8Array(400_000).map((_unused, index) => index % 7)
  const first = store.import({ name: 'a.panic', bytes: large, read: sampleRead() })
  expect(store.import({ name: 'again.panic', bytes: large, read: sampleRead() })).toEqual({ id: first.id, isNew: false })
  expect(Buffer.compare(store.file(first.id)!, large)).toBe(0)
  expect(store.get(first.id)).toMatchObject({ name: 'a.panic', record: { kind: 'kernel-panic' }, run: null, sizeBytes: 400_000 })
  const aside = store.import({ name: 'b', bytes: bytes('b'), read: sampleRead(), packed: { bytes: deflateRawSync(bytes('b')), packing: 'deflate' } })
  expect(Buffer.from(store.file(aside.id)!).toString()).toBe('b')
})

it('finds reports by words, phrases, unfinished words, bundles, notes and columns', () => {
  const store = open()
  const add = (name: string, words: string, change = {}): number => store.import({ name, bytes: bytes(name), read: sampleRead({ words, title: name, ...change }) }).id
  const one = add('one', 'page fault in com.acme.driver.Scope near null', { className: 'bad-pointer' })
  const two = add('two', 'watchdog timeout, page scan', { className: 'watchdog', kexts: [] })
  store.setTags(one, ['office', ' ', 'office'])
  store.setNotes(two, 'Seen after the update, cafe\u0301')
  const ids = (text: string): number[] => store.search(text).map(({ id }) => id)
  expect(ids('page')).toEqual([two, one])
  expect(ids('page fau')).toEqual([one])
  expect(ids('"page fault"')).toEqual([one])
  expect(ids('com.acme.driver.Scope')).toEqual([one])
  expect(ids('caf\u00e9')).toEqual([two])
  expect(ids('tag:office page')).toEqual([one])
  expect(ids('class:watchdog')).toEqual([two])
  expect(ids('kext:acme')).toEqual([])
  for (const hostile of ['"', '*', 'a AND (', 'NEAR(', "';--", 'tag:', '%']) expect(() => store.search(hostile)).not.toThrow()
  expect(store.get(one)).toMatchObject({ tags: ['office'], hasNotes: false })
})

it('takes a search apart: the last word may be unfinished, a closed phrase may not', () => {
  expect(parseSearch('page fau').match).toBe('"page" "fau"*')
  expect(parseSearch('"page fault"').match).toBe('"page fault"')
  expect(parseSearch('say "hi').match).toBe('"say" "hi"*')
  expect(parseSearch('kind:crash').match).toBeNull()
})

it('groups by fingerprint, and merges, splits and rules change that until they are undone', () => {
  const store = open()
  const add = (name: string, group: string | null, change = {}): number => store.import({ name, bytes: bytes(name), read: sampleRead({ group, title: name, ...change }) }).id
  const ids = [add('a', 'g1'), add('b', 'g1'), add('c', 'g2', { kexts: ['com.acme.Disk'] }), add('d', null, { className: '', kexts: [] })]
  const groups = (): string[] => ids.map((id) => store.get(id)!.group)
  const plain = ['g1', 'g1', 'g2', `one:${ids[3]}`]
  expect(groups()).toEqual(plain)
  const edits = [
    { kind: 'merge', group: 'g2', into: 'g1' }, { kind: 'split', report: ids[1]! },
    { kind: 'addRule', name: 'Disks', field: 'kext', contains: 'ACME' },
  ] as const
  const undo = edits.map((edit) => store.editGroups(edit))
  expect(groups()).toEqual(['g1', `split:${ids[1]}`, 'rule:Disks', plain[3]])
  expect(store.groupRules()).toMatchObject([{ name: 'Disks', field: 'kext', contains: 'ACME' }])
  store.editGroups(undo[2]!)
  expect(groups()).toEqual(['g1', `split:${ids[1]}`, 'g1', plain[3]])
  expect(ids.map((id) => store.get(id)!.mergedFrom)).toEqual([null, null, 'g2', null])
  for (const edit of [undo[1]!, undo[0]!]) store.editGroups(edit)
  expect(groups()).toEqual(plain)
})

it('groups and searches at once by what another program changed in the same file', () => {
  const folder = mkdtempSync(join(tmpdir(), 'workbench-'))
  try {
    const [here, there] = [openDatabase(join(folder, 'a.db')), openDatabase(join(folder, 'a.db'))]
    const [store, other] = [new CrashLogStore(here), new CrashLogStore(there)]
    const { id } = store.import({ name: 'a', bytes: bytes('a'), read: sampleRead({ words: 'page fault' }) })
    const groupedBy = (): string | undefined => store.search('page fault')[0]?.groupedBy
    expect(groupedBy()).toBe('fingerprint')
    const undo = other.editGroups({ kind: 'split', report: id })
    expect(groupedBy()).toBe('split')
    other.editGroups(undo)
    expect(groupedBy()).toBe('fingerprint')
    store.editGroups({ kind: 'split', report: id })
    expect(groupedBy()).toBe('split')
    expect(store.search('remark')).toEqual([])
    other.setNotes(id, 'a remark')
    expect(store.search('remark').map((found) => found.id)).toEqual([id])
    here.close()
    there.close()
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})

it('never goes in circles when groups are merged into each other', () => {
  const store = open()
  const id = store.import({ name: 'a', bytes: bytes('a'), read: sampleRead({ group: 'x' }) }).id
  for (const [group, into] of [['x', 'y'], ['y', 'z'], ['z', 'x']] as const) store.editGroups({ kind: 'merge', group, into })
  expect(['x', 'y', 'z']).toContain(store.get(id)!.group)
})

it('takes the panics of a database of the first version over, runnable as before', () => {
  const folder = mkdtempSync(join(tmpdir(), 'workbench-'))
  try {
    const path = join(folder, 'old.db')
    const old = new BetterSqlite3(path)
    old.exec(firstTables)
    old.prepare('INSERT INTO crashReports VALUES (7, ?, ?, ?, ?, ?, ?, 5, 6, ?, 8, ?, ?, ?, 0, NULL)').run('s1', 'It broke', 'desk', 'iMac19,1', '15.4',
      '2026-01-02T00:00:00Z', 'd1', JSON.stringify(samplePanic()), JSON.stringify(sampleDescription()), '[[]]')
    old.pragma('user_version = 1')
    old.close()
    const store = new CrashLogStore(openDatabase(path))
    expect(store.get(7)).toMatchObject({ kind: 'machine-panic', machine: 'desk', timeNs: 5, unread: false, kexts: ['org.example.Broken'], run: { seed: 8, journalRecords: 0 } })
    expect(Buffer.from(store.file(7)!).toString()).toBe(samplePanic().text)
    expect(store.search('broke').map(({ id }) => id)).toEqual([7])
    expect(store.findBySession('s1')?.id).toBe(7)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})
