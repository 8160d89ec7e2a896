import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { sampleDescription, samplePanic, sampleRead, sampleStatus } from '../../test/support/descriptions.ts'
import { CrashLogStore, MachineStore, openDatabase, SessionStore } from './index.ts'

let folder = ''
const path = (): string => join(folder, 'workbench.db')
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'workbench-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const typed = { kind: 'terminalInput' as const, terminal: 1, data: 'ls\r' }
const loaded = { kind: 'loadKext' as const, bundle: { name: 'A.kext', files: [{ path: 'Info.plist', bytes: new Uint8Array([1, 0, 255]) }] } }

describe('saved machines', () => {
  it('come back as they were saved, the last one under a name winning', () => {
    const store = new MachineStore(openDatabase(path()))
    store.save(sampleDescription('one'))
    store.save({ ...sampleDescription('one'), title: 'Renamed' })
    store.save(sampleDescription('two'))
    expect(store.list().map(({ name, title }) => [name, title])).toEqual([['one', 'Renamed'], ['two', 'Sample']])
    expect(store.get('two')).toEqual(sampleDescription('two'))
    expect(store.get('none')).toBeNull()
    expect(store.delete('one')).toBe(true)
    expect(store.list().map(({ name }) => name)).toEqual(['two'])
  })
})

describe('sessions', () => {
  it('keep every input with its place, bytes included, and how they ended', () => {
    const store = new SessionStore(openDatabase(path()))
    store.begin('s1', sampleDescription(), 7)
    store.append('s1', [{ step: 5, timeNs: 100, command: typed }])
    store.append('s1', [{ step: 9, timeNs: 2 ** 52, command: loaded }])
    store.end('s1', 'gone', sampleStatus())
    store.end('s1', 'later', null)
    expect(store.get('s1')).toMatchObject({ seed: 7, lastStatus: sampleStatus(), journal: [{ step: 5, timeNs: 100, command: typed }, { step: 9, timeNs: 2 ** 52, command: loaded }] })
    expect(store.list()).toMatchObject([{ id: 's1', machine: 'sample', endReason: 'gone', inputs: 2 }])
  })
})

describe('panic reports', () => {
  it('hold machine, seed and journal, survive being deleted until purged, and are found by their text', () => {
    const store = new CrashLogStore(openDatabase(path()))
    const id = store.add({ session: 's1', panic: samplePanic('100% sure'), description: sampleDescription(), seed: 9, journal: [{ step: 1, timeNs: 2, command: loaded }], read: sampleRead() })
    const other = store.add({ session: 's2', panic: samplePanic('quiet'), description: sampleDescription(), seed: 9, journal: [], read: sampleRead() })
    expect(store.get(id)).toMatchObject({ unread: true, run: { seed: 9, journalRecords: 1, panic: { title: '100% sure' } }, kexts: ['org.example.Broken'] })
    expect(store.journal(id)).toEqual([{ step: 1, timeNs: 2, command: loaded }])
    expect(store.search('100%').map((report) => report.id)).toEqual([id])
    expect(store.search('%')).toEqual([])
    store.markRead(id)
    store.delete(other)
    expect(store.list().map((report) => [report.id, report.unread])).toEqual([[id, false]])
    store.undelete(other)
    expect(store.list().length).toBe(2)
    store.delete(other)
    store.purge()
    expect(store.get(other)).toBeNull()
  })
})

describe('the database', () => {
  it('keeps what was committed when its process is killed', () => {
    const program = `
      import { openDatabase, CrashLogStore } from ${JSON.stringify(join(import.meta.dirname, 'index.ts'))}
      import { sampleDescription, samplePanic, sampleRead } from ${JSON.stringify(join(import.meta.dirname, '../../test/support/descriptions.ts'))}
      new CrashLogStore(openDatabase(${JSON.stringify(path())})).add({ session: 's', panic: samplePanic(), description: sampleDescription(), seed: 1, journal: [], read: sampleRead() })
      process.kill(process.pid, 'SIGKILL')`
    const done = spawnSync(process.execPath, ['--experimental-transform-types', '--no-warnings', '--input-type=module-typescript', '-e', program], { encoding: 'utf8' })
    expect(done.signal, done.stderr).toBe('SIGKILL')
    expect(new CrashLogStore(openDatabase(path())).list().map(({ title }) => title)).toEqual(['It broke'])
  })

  it('is shared by two that write in turn', () => {
    const first = new SessionStore(openDatabase(path()))
    const second = new SessionStore(openDatabase(path()))
    for (let i = 0; i < 20; i++) (i % 2 === 0 ? first : second).begin(`s${i}`, sampleDescription(), i)
    expect(first.list().length).toBe(20)
  })

  it('refuses a file of a newer version and says what to do', () => {
    const database = openDatabase(path())
    database.pragma('user_version = 999')
    database.close()
    expect(() => openDatabase(path())).toThrow(/written by a newer version .* --db/u)
  })
})
