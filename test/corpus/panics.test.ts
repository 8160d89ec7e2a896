import { describe, expect, test } from 'vitest'
import type { PanicReport } from '../../kernel/api/index.ts'
import { explainPanic } from '../../kernel/explain/verdict/index.ts'
import { looksLikePanic, readPanic } from '../../kernel/importers/index.ts'
import { CORPUS_ABSENT, corpusBytes, corpusFolder } from './corpusFolder.ts'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** What the corpus says of a panic. */
interface PanicTruth {
  readonly cpu?: number | null
  readonly caller?: string | null
  readonly panic_line: string | null
  readonly panicked_task: { name: string; pid: number; address: string } | null
  readonly kexts_in_backtrace: readonly { id: string; uuid: string | null }[]
  readonly kext_dependencies_listed: number
  readonly kernel_uuid: string | null
  readonly os_version: string | null
  readonly model: string | null
  readonly uptime_ns: number | null
  readonly loaded_kexts: number | null
  readonly x86_frames: number
  readonly arm_frames: number
  readonly cause_class: string
}

const folder = corpusFolder()

interface CorpusPanic {
  readonly id: string
  readonly path: string
  readonly truth: PanicTruth
}

function corpusPanics(root: string): CorpusPanic[] {
  return readdirSync(join(root, 'panics')).toSorted().flatMap((name) => {
    const id = name.replace(/\.gz$/u, '').replace(/\.[a-z]+$/u, '')
    const truth = join(root, 'truth/panics', `${id}.json`)
    return existsSync(truth)
      ? [{ id, path: join(root, 'panics', name), truth: JSON.parse(readFileSync(truth, 'utf8')) as PanicTruth }] : []
  })
}

const panics = folder === null ? [] : corpusPanics(folder)

function explain(path: string): PanicReport {
  const bytes = corpusBytes(path)
  expect(looksLikePanic(bytes)).toBe(true)
  const { facts, lines } = readPanic(bytes)
  return explainPanic(facts, lines)
}

describe('real kernel panics', () => {
  test('are at hand, or it is said that they are not', () => {
    if (folder === null) console.log(CORPUS_ABSENT)
    else expect(panics.length).toBeGreaterThan(0)
  })

  test.each(panics)('$id is read as the corpus says', ({ path, truth }) => {
    const report = explain(path)
    expect(report.firstLine).toBe(truth.panic_line)
    if (truth.cpu !== undefined) expect([report.cpu, report.caller]).toEqual([truth.cpu, truth.caller])
    if (truth.panicked_task !== null) {
      const { name, pid, address } = truth.panicked_task
      expect(report.panickedTask).toMatchObject({ name, pid, address })
    }
    expect(report.backtraceKexts.map(({ id, uuid }) => [id, uuid])).toEqual(
      truth.kexts_in_backtrace.map(({ id, uuid }) => [id, uuid]),
    )
    expect(report.backtraceKexts.reduce((sum, { dependencies }) => sum + dependencies.length, 0)).toBe(
      truth.kext_dependencies_listed,
    )
    expect(report.kernelUuid).toBe(truth.kernel_uuid)
    if (truth.os_version !== null) expect(report.osVersion).toContain(truth.os_version)
    if (truth.model !== null) expect(report.model).toBe(truth.model)
    expect(report.uptimeNs).toBe(truth.uptime_ns === null ? null : String(truth.uptime_ns))
    expect(report.loadedKexts.length).toBe(truth.loaded_kexts ?? 0)
    const frames = truth.x86_frames + truth.arm_frames
    if (frames > 0) expect(report.backtrace.length).toBe(frames)
  })

  test.each(panics)('every line of $id is understood, and is judged with a reason', ({ path }) => {
    const { coverage, verdict, fingerprint } = explain(path)
    expect(coverage.linesUnderstood).toBe(coverage.linesTotal)
    expect(verdict.suspects.some(({ weight }) => weight !== 'weak') || verdict.cannotTell !== null).toBe(true)
    expect(fingerprint.parts.length).toBeGreaterThan(1)
  })

  test.runIf(panics.length > 0)('nearly all get a class, which is the corpus\'s own where it has one', () => {
    const judged = panics.map(({ id, path, truth }) => ({ id, ours: explain(path).verdict.class, theirs: truth.cause_class }))
    expect(judged.filter(({ ours }) => ours === 'unknown').length / judged.length).toBeLessThanOrEqual(0.05)
    expect(judged.filter(({ ours, theirs }) => theirs !== 'unknown' && ours !== theirs)).toEqual([])
  })
})
