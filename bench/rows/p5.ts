import { readFileSync, statSync } from 'node:fs'
import { parsePlist } from '../../kernel/formats/plist/index.ts'
import { OSUnserializeXML } from '../../kernel/libkern/index.ts'
import { Simulation } from '../../kernel/sim/index.ts'
import { decodeLatin1 } from '../data/decodeLatin1.ts'
import { xmlPath } from '../data/files.ts'
import { loadFastPlist, whyNoFastPlist } from '../peers/plistPeers.ts'
import type { Measurement, Row, Side } from '../Row.ts'

const MB = 1 << 20

const only = (value: number, check: string | null = null): Measurement => (
  { ms: value, minMs: value, maxMs: value, check })

/** How far the process grew over what it had, at its largest: the file's bytes and the tree count. */
function growth(read: (bytes: Buffer) => unknown): Measurement {
  globalThis.gc!()
  const before = process.memoryUsage().rss
  const tree = read(readFileSync(xmlPath('mb50')))
  const after = process.resourceUsage().maxRSS * 1024
  if (tree === null || tree === undefined) throw new Error('refused')
  return only((after - before) / MB)
}

const ours: Side = {
  name: 'parsePlist',
  measure: () => growth((bytes) => {
    const result = parsePlist(bytes, { decodeLatin1 })
    return result.ok ? result.value : null
  }),
}

const title = 'memory at most over idle, mb50 XML read'

export const p5: Row = {
  id: 'P5', title, unit: 'MB', maxRatio: 3, ours,
  peer: { name: 'the input', measure: () => only(statSync(xmlPath('mb50')).size / MB) },
}
export const p5f: Row = {
  id: 'P5f', title, unit: 'MB', maxRatio: 0.5, ours,
  peer: {
    name: 'fast-plist', isThere: whyNoFastPlist,
    measure: async () => {
      const parse = await loadFastPlist()
      return growth((bytes) => parse(bytes.toString('utf8')))
    },
  },
}

/** xnu's MAX_OBJECTS. */
const LIMIT = 131_071

/** What the kernel's reader and the one for imports say to a list of so many objects, itself included. */
function answers(count: number): string {
  const xml = `<array>${'<true/>'.repeat(count - 1)}</array>`
  const kernel = new Simulation(1).enter(() => {
    const { object, errorString } = OSUnserializeXML(xml)
    object?.release()
    return object === null ? errorString : 'read'
  })
  const imported = parsePlist(new TextEncoder().encode(`<plist version="1.0">${xml}</plist>`))
  return `${count}: ${kernel?.trim()}, ${imported.ok ? 'read' : imported.problems[0]?.message}`
}

export const p7: Row = {
  id: 'P7', title: `refusal beyond ${LIMIT} objects in the kernel, none for imports`, maxRatio: 1,
  ours: { name: 'both readers', measure: () => only(1, [LIMIT, LIMIT + 1].map(answers).join('; ')) },
  peer: {
    name: 'what xnu says',
    measure: () => only(1, `${LIMIT}: read, read; `
      + `${LIMIT + 1}: OSUnserializeXML: maximum object count near line 1, read`),
  },
}
