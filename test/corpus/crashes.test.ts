import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { judgeCrash } from '../../kernel/explain/index.ts'
import { looksLikeCrash, readCrash } from '../../kernel/importers/index.ts'
import { CORPUS_ABSENT, corpusBytes, corpusFolder } from './corpusFolder.ts'

/** What the corpus says of a report; null and 0 stand for what its reader did not find. */
interface CrashTruth {
  readonly process: string
  readonly pid: number | string
  readonly identifier?: string
  readonly version?: string
  readonly model: string | null
  readonly os: string
  readonly build?: string
  readonly exception_type?: string | null
  readonly exception?: { readonly type: string; readonly codes: string }
  readonly faulting_thread?: number
  readonly crashed_thread?: string | null
  readonly threads: number
  readonly images: number
}

const folder = corpusFolder()
const truthPath = folder === null ? '' : join(folder, 'truth/crashes.json')
const truths = existsSync(truthPath) ? JSON.parse(readFileSync(truthPath, 'utf8')) as Record<string, CrashTruth> : {}
const reports = folder === null ? [] : readdirSync(join(folder, 'crashes')).filter((name) => truths[name] !== undefined)
  .map((name) => ({ name, path: join(folder, 'crashes', name), truth: truths[name]! }))

describe('real crash reports', () => {
  test('are at hand, or it is said that they are not', () => {
    if (folder === null) console.log(CORPUS_ABSENT)
    else expect(reports.length).toBeGreaterThan(0)
  })

  test.each(reports)('$name is read as the corpus says', ({ path, truth }) => {
    const bytes = corpusBytes(path)
    expect(looksLikeCrash(bytes)).toBe(true)
    const record = readCrash(bytes)
    const os = truth.build === undefined ? truth.os : `${truth.os} (${truth.build})`
    const thread = truth.faulting_thread ?? (truth.crashed_thread == null ? null : Number(truth.crashed_thread))
    expect(record).toMatchObject({
      process: truth.process.replace(/ \[\d+\]$/u, ''), pid: Number(truth.pid), osVersion: os, faultingThread: thread,
      ...truth.model === null ? {} : { model: truth.model },
      ...truth.identifier === undefined ? {} : { identifier: truth.identifier },
      ...truth.version === undefined || truth.version === '???' ? {} : { version: truth.version },
    })
    expect(record.exception?.type ?? null).toBe(truth.exception?.type ?? truth.exception_type?.split(' ')[0] ?? null)
    expect([record.threads.length, record.images.length]).toEqual([truth.threads, truth.images])
  })

  test.each(reports)('every line of $name is understood, and it gets a verdict', ({ path, truth }) => {
    const report = judgeCrash(readCrash(corpusBytes(path)))
    expect(report.unread).toEqual([])
    expect(report.coverage.linesUnderstood).toBe(report.coverage.linesTotal)
    if (truth.threads > 0) expect(report.verdict.class).not.toBe('unknown')
  })
})
