import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { describe, expect, it } from 'vitest'
import { exportsWithoutComment } from '../scripts/docs/publicExports.ts'

const root = join(import.meta.dirname, '..')
const FOLDERS = ['kernel', 'main', 'preload', 'renderer', 'test', 'bench', 'scripts']

function* filesBelow(folder: string): Generator<string> {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) {
      if (!['node_modules', 'screenshots', 'golden', 'samples'].includes(entry.name)) yield* filesBelow(path)
    } else yield path
  }
}

const sources = FOLDERS.filter((name) => existsSync(join(root, name))).flatMap((name) => [...filesBelow(join(root, name))])
  .filter((path) => /\.(?:ts|vue|mjs)$/u.test(path))
  .map((path) => ({ path: relative(root, path), text: readFileSync(path, 'utf8') }))

/** The pages below docs/. */
const documents = (): string[] => [...filesBelow(join(root, 'docs'))].filter((path) => path.endsWith('.md'))
  .map((path) => relative(root, path))

/** Files of nothing but data, one row per line. */
const isTable = (path: string): boolean => /(?:Table|Data|Nodes|Names|tables?|deviceTree)[A-Za-z0-9]*\.ts$/u.test(path) || path.includes('/data/')

const offences = (pattern: RegExp, within: (path: string) => boolean): string[] =>
  sources.filter(({ path }) => within(path)).flatMap(({ path, text }) =>
    text.split('\n').flatMap((line, index) => pattern.test(line) ? [`${path}:${index + 1}: ${line.trim().slice(0, 80)}`] : []))

const inKernel = (path: string): boolean => path.startsWith('kernel/') && !path.endsWith('.test.ts')

describe('the house rules', () => {
  it('keep files in one room: at most 600 lines, tables aside', () => {
    expect(sources.filter(({ path, text }) => text.split('\n').length > 601 && !isTable(path)).map(({ path }) => path)).toEqual([])
  })

  it('keep lines readable: those over 110 characters may only become fewer', () => {
    const long = sources.filter(({ path }) => !isTable(path) && !path.endsWith('.test.ts'))
      .reduce((sum, { text }) => sum + text.split('\n').filter((line) => line.length > 110).length, 0)
    expect(long).toBeLessThanOrEqual(LONG_LINES_LEFT)
  })

  it('say what each export of a layer is: those without a doc comment may only become fewer', () => {
    const bare = exportsWithoutComment(root)
    expect(bare.length, bare.join(', ')).toBeLessThanOrEqual(EXPORTS_WITHOUT_COMMENT)
  })

  it('keep time, chance and promises out of the kernel', () => {
    const outside = /\b(?:Date\.now|new Date\(|Math\.random|setTimeout\(\(|queueMicrotask|performance\.now)\b|\basync\s+(?:function|\()|\bawait\s|from 'node:/u
    expect(offences(outside, inKernel)).toEqual([])
    expect(offences(/\bMath\.(?:sin|cos|tan|exp|pow|log)\(/u, inKernel)).toEqual([])
  })

  it('leave nothing unfinished', () => {
    // Each pattern has a class of one letter in it, so that this file does not find itself.
    expect(offences(/\b(?:T[O]DO|F[I]XME|X[X]X)\b|n[o]t implemented|n[o]t yet'/u, () => true)).toEqual([])
    expect(offences(/\b(?:it|test|describe)\.(?:sk[i]p|on[l]y|to[d]o)\(/u, () => true)).toEqual([])
  })

  it('show registry strings as text, never as markup', () => {
    expect(offences(/v-html|innerHTML/u, (path) => path.startsWith('renderer/'))).toEqual([])
  })

  it('name no path of one machine and no package registry', () => {
    const others = ['package.json', 'package-lock.json', 'README.md', 'CHANGELOG.md', '.ci/run', ...documents()]
      .map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') }))
    const pattern = /\/w[o]rk\/|registry\.n[p]mjs|\/f[a]rm\//u
    expect([...sources, ...others].filter(({ text }) => pattern.test(text)).map(({ path }) => path)).toEqual([])
  })
})

describe('the packages', () => {
  it('each have a line in docs/adr that says why', () => {
    const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as Record<string, Record<string, string>>
    const decisions = documents().filter((path) => path.startsWith('docs/adr/'))
      .map((path) => readFileSync(join(root, path), 'utf8')).join('\n')
    const names = ['dependencies', 'devDependencies', 'optionalDependencies'].flatMap((kind) => Object.keys(manifest[kind] ?? {}))
    expect(names.filter((name) => !decisions.includes(`\`${name}\``))).toEqual([])
  })
})

describe('the lockfile', () => {
  it('has an entry for each optional package, so that npm ci works everywhere', () => {
    const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as { packages: Record<string, { optionalDependencies?: Record<string, string> }> }
    const missing: string[] = []
    for (const [place, entry] of Object.entries(lock.packages)) {
      for (const name of Object.keys(entry.optionalDependencies ?? {})) {
        let folder = place
        let isThere = Object.hasOwn(lock.packages, `${folder === '' ? '' : `${folder}/`}node_modules/${name}`)
        while (!isThere && folder.includes('node_modules')) {
          folder = folder.slice(0, Math.max(0, folder.lastIndexOf('node_modules') - 1))
          isThere = Object.hasOwn(lock.packages, `${folder === '' ? '' : `${folder}/`}node_modules/${name}`)
        }
        if (!isThere) missing.push(`${place} wants ${name}`)
      }
    }
    expect(missing).toEqual([])
  })
})

const LONG_LINES_LEFT = 1690
const EXPORTS_WITHOUT_COMMENT = 40
