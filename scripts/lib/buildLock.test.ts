import { spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { expect, it } from 'vitest'

const module = pathToFileURL(join(import.meta.dirname, 'buildLock.mjs')).href

/** A program that holds the lock for a while and says when it began and ended. */
const program = (lock: string, holdMs: number): string[] => ['--input-type=module', '-e', `
  import { withBuildLock } from '${module}'
  withBuildLock((hasWaited) => {
    const began = Date.now()
    while (Date.now() - began < ${holdMs});
    console.log(JSON.stringify({ began, ended: Date.now(), hasWaited }))
  }, ${JSON.stringify(lock)})`]

const lockFolder = (): string => join(mkdtempSync(join(tmpdir(), 'lock-')), 'build.lock')

it('lets one builder after the other, and tells the second that it has waited', async () => {
  const lock = lockFolder()
  const outputs = await Promise.all([0, 1].map(async () => {
    const child = spawn(process.execPath, program(lock, 200))
    let text = ''
    child.stdout.on('data', (chunk: Buffer) => { text += chunk.toString() })
    await new Promise((resolve) => child.on('close', resolve))
    return JSON.parse(text) as { began: number; ended: number; hasWaited: boolean }
  }))
  const [first, second] = outputs.toSorted((a, b) => a.began - b.began)
  expect([first!.hasWaited, second!.hasWaited]).toEqual([false, true])
  expect(second!.began).toBeGreaterThanOrEqual(first!.ended)
  expect(existsSync(lock)).toBe(false)
}, 20_000)

it('takes over the lock of a builder that died', () => {
  const lock = lockFolder()
  const dead = spawnSync(process.execPath, ['-e', '']).pid
  mkdirSync(lock)
  writeFileSync(join(lock, 'pid'), String(dead))
  const done = spawnSync(process.execPath, program(lock, 0), { encoding: 'utf8' })
  expect(JSON.parse(done.stdout)).toMatchObject({ hasWaited: true })
}, 20_000)
