// The words and pictures of an explanation: scores as bars, keys, verdicts, edits by hand, the list of devices.
import { describe, expect, it } from 'vitest'
import type { ExplainedCandidate, Explanation, ExplainReply } from '../../../kernel/api/index.ts'
import { snapshotOf } from '../../testSupport/snapshots.ts'
import { createEdits } from './createEdits.ts'
import { chanceTitle, editable, parseEditValue } from './editText.ts'
import { explanationJson, forumText } from './exportText.ts'
import { identityFacts } from './identity.ts'
import { keyRows } from './keyRows.ts'
import { findNubs, nubsOf } from './nubs.ts'
import { stepsOf, toneOf } from './reasons.ts'
import { agreementText, classLines } from './rematchRows.ts'
import { largestScore, scoreBar, scoreText } from './scoreBar.ts'
import { differenceWords, verdictWords } from './verdictWords.ts'
import { editRows, editsOf, newRow, rowProblem } from './whatIfRows.ts'

function candidate(personality: string, change: Partial<ExplainedCandidate> = {}): ExplainedCandidate {
  return {
    personality,
    bundle: `com.example.${personality}`,
    ioClass: personality,
    category: 'IODefaultMatchCategory',
    verdict: 'lost',
    reason: 'FAMILY',
    text: 'No key pattern of the family fits.',
    key: null,
    wanted: null,
    found: null,
    asked: [],
    score: null,
    terms: [],
    rank: null,
    confidence: 'inferred',
    rule: null,
    from: 'kext',
    ...change,
  }
}

const ids = { name: 'idVendor + idProduct', value: 90_000, source: 'the family' }
const plist = { name: 'IOProbeScore 300000, cut', value: 9_000, source: 'the family' }
const wildcard = { name: '1 × "*"', value: -1_000, source: 'the family' }
const winner = candidate('Plum', {
  reason: 'WON',
  verdict: 'won',
  score: 99_000,
  rank: 1,
  terms: [ids, plist],
})
const second = candidate('Pear', { reason: 'SCORE', score: 89_000, rank: 2, terms: [ids, wildcard] })
const beside = candidate('Fig', { reason: 'WON', verdict: 'won', score: 0, rank: 1, category: 'Fig' })

function explanation(candidates: readonly ExplainedCandidate[], verdict = 'made up'): Explanation {
  const provider = {
    id: 7,
    path: 'Root/Bus/Stick@1',
    name: 'Stick',
    className: 'IOUSBHostDevice',
    classChain: [],
    classSource: '',
  }
  return { provider, verdict, rule: null, candidates, counterfactuals: [] }
}

describe('a score', () => {
  it('is drawn from its largest term, what is added after it and what is taken away over its end', () => {
    const largest = largestScore([winner, second])
    expect(largest).toBe(99_000)
    expect(scoreBar(winner, largest)).toEqual({
      parts: [
        { kind: 'base', share: 90 / 99, label: `${scoreText(90_000)} ids` },
        { kind: 'more', share: 9 / 99, label: '' },
      ],
      rest: `+ ${scoreText(9000)} plist, cut`,
      spoken: `${scoreText(90_000)} ids + ${scoreText(9000)} plist, cut = ${scoreText(99_000)}`,
    })
    const parts = scoreBar(second, largest)?.parts ?? []
    expect(parts.map(({ kind }) => kind)).toEqual(['base', 'less'])
    expect(parts.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(90 / 99)
    expect(scoreBar(candidate('None'), largest)).toBeNull()
    expect(scoreBar(beside, largest)?.rest).toBe('no score asked for')
  })
})

describe('a reason', () => {
  it('says how far the personality came', () => {
    expect(stepsOf('FAMILY')).toEqual(['ok', 'ok', 'failed', 'open', 'open'])
    expect(stepsOf('WON')).toEqual(['ok', 'ok', 'ok', 'ok', 'ok'])
    expect(['WON', 'SCORE', 'NAME', 'CLASS'].map((code) => toneOf(code as 'WON'))).toEqual([
      'green',
      'amber',
      'red',
      'plain',
    ])
  })
})

describe('a verdict', () => {
  it('names the driver, who came close and who attaches beside it', () => {
    expect(verdictWords(explanation([winner, beside, second]))).toEqual({
      hasDriver: true,
      lead: `Plum drives Stick with ${scoreText(99_000)}.`,
      more: `Pear matches too but comes to ${scoreText(89_000)}. Fig attaches beside it in a category of its own.`,
    })
    const none = 'No driver for Stick: no personality asks for its class.'
    expect(verdictWords(explanation([], none))).toEqual({
      hasDriver: false,
      lead: 'No driver for Stick.',
      more: 'No personality asks for its class.',
    })
  })

  it('says what edits come to', () => {
    const now = [{ ...second, reason: 'WON' as const }, beside]
    expect(differenceWords(explanation([winner, beside, second]), explanation(now))).toBe(
      'Comes: Pear. Goes: Plum.',
    )
    expect(differenceWords(explanation([winner]), explanation([winner]))).toMatch(
      /^The same drivers with the same scores/u,
    )
    expect(differenceWords(explanation([winner]), explanation([{ ...winner, score: 1 }]))).toMatch(
      /other scores/u,
    )
  })
})

describe('wanted and found', () => {
  it('lists keys that a pattern lacks below those that agree', () => {
    const asked = [{ key: 'idVendor', wanted: '1', found: '1', agrees: true }]
    const rule = {
      family: 'F',
      providerClass: 'C',
      keys: ['idVendor', 'bInterfaceNumber', 'idProductMask'],
      note: '',
      source: '',
      confidence: 'inferred' as const,
    }
    const properties = [
      { key: 'bInterfaceNumber', value: { type: 'number' as const, value: 0n, bits: 32 } },
    ]
    expect(
      keyRows(candidate('Keys', { asked }), rule, properties).map(({ key, found, state }) => [
        key,
        found,
        state,
      ]),
    ).toEqual([
      ['idVendor', '1', 'agrees'],
      ['bInterfaceNumber', '0', 'not named'],
    ])
    const refused = candidate('Other', {
      key: 'idVendor',
      asked: [{ key: 'idVendor', wanted: '2', found: null, agrees: false }],
    })
    expect(keyRows(refused, rule, properties)).toEqual([
      { key: 'idVendor', wanted: '2', found: 'none', state: 'differs', note: 'missing' },
    ])
  })
})

describe('identity', () => {
  it('reads USB numbers and the little-endian data of PCI', () => {
    const number = (value: bigint): { type: 'number'; value: bigint; bits: number } => ({
      type: 'number',
      value,
      bits: 32,
    })
    const usb = Object.entries({
      idVendor: 0x1d50n,
      bInterfaceClass: 255n,
      bInterfaceSubClass: 66n,
      bInterfaceProtocol: 1n,
    }).map(([key, value]) => ({ key, value: number(value) }))
    expect(identityFacts(usb).map(({ label, value }) => [label, value])).toEqual([
      ['idVendor', '0x1d50'],
      ['Class, subclass, protocol', '0xff, 0x42, 0x01'],
    ])
    const data = (...bytes: number[]): { type: 'data'; bytes: Uint8Array } => ({
      type: 'data',
      bytes: Uint8Array.from(bytes),
    })
    const pci = [
      { key: 'vendor-id', value: data(0xec, 0x10, 0, 0) },
      { key: 'class-code', value: data(0, 0, 2, 0) },
    ]
    expect(identityFacts(pci).map(({ label, value }) => [label, value])).toEqual([
      ['vendor-id', '0x10ec'],
      ['class-code', '0x020000'],
    ])
  })
})

describe('edits by hand', () => {
  it('take every type as people write it, and say what is wrong', () => {
    expect(parseEditValue('number', ' 0x12C ')).toEqual({ value: 300 })
    expect(parseEditValue('number', '-5')).toEqual({ value: -5 })
    expect(parseEditValue('data', '<86 80 00 00>')).toEqual({ value: { data: '86800000' } })
    expect(parseEditValue('boolean', 'yes')).toEqual({ value: true })
    for (const [type, text] of [
      ['number', '1.5'],
      ['number', ''],
      ['data', '8'],
      ['data', 'xy'],
      ['boolean', 'maybe'],
    ] as const) {
      expect(parseEditValue(type, text)).toHaveProperty('problem')
    }
    expect(editable({ type: 'data', bytes: Uint8Array.of(1, 255) })).toEqual({ type: 'data', text: '01ff' })
    expect(editable({ type: 'array', values: [] })).toBeNull()
  })

  it('become the changes of a personality or of the device', () => {
    const rows = editRows([
      { key: 'IOProbeScore', value: { type: 'number', value: 10n, bits: 32 } },
      { key: 'IONameMatch', value: { type: 'string', value: 'a' } },
      { key: 'Nested', value: { type: 'array', values: [] } },
    ])
    rows[0]!.text = '2000'
    rows[1]!.isRemoved = true
    const added = newRow(rows)
    rows.push(added)
    expect(rowProblem(added)).toBe('A key has to have a name.')
    Object.assign(added, { key: 'Own', text: 'yes', type: 'boolean' })
    expect(editsOf(rows, 'Plum')).toEqual([
      { kind: 'removeKey', personality: 'Plum', key: 'IONameMatch' },
      {
        kind: 'personalityKeys',
        personality: 'Plum',
        keys: [
          { key: 'IOProbeScore', value: 2000 },
          { key: 'Own', value: true },
        ],
      },
    ])
    expect(editsOf(rows, null).map(({ kind }) => kind)).toEqual(['removeProviderProperty', 'providerProperty', 'providerProperty'])
    expect(chanceTitle(editsOf(rows, null).slice(0, 1))).toMatch(/^device without \w/u)
    expect(chanceTitle(editsOf(rows, 'Plum'))).toBe(
      'without IONameMatch and IOProbeScore = 2000, Own = Yes',
    )
  })

  it('can be undone one by one, and done again', () => {
    let changes = 0
    const edits = createEdits(() => {
      changes += 1
    })
    edits.add([{ kind: 'removePersonality', personality: 'A' }])
    edits.add([{ kind: 'removePersonality', personality: 'B' }])
    edits.removeAt(0)
    expect(edits.list).toEqual([{ kind: 'removePersonality', personality: 'B' }])
    edits.undo()
    edits.undo()
    expect([edits.list.length, edits.canUndo, edits.canRedo]).toEqual([1, true, true])
    edits.redo()
    edits.reset()
    edits.reset()
    edits.undo()
    expect([edits.list.length, changes]).toEqual([2, 8])
  })
})

describe('the list of devices', () => {
  const snapshot = snapshotOf(
    `
Root:IORegistryEntry
  ETH0:IOPCIDevice
    Plum:Plum
  DISK:IOPCIDevice
  Ghost:IOPCIDevice`,
    {
      states: Uint32Array.of(0xffffffff, 0x1e, 0x1c, 0x1e, 0x1f),
      drivers: Uint8Array.of(0, 0, 1, 0, 0),
      withoutDriver: Uint8Array.of(0, 0, 0, 1, 0),
    },
  )

  it('holds what is registered, with its drivers, and finds by any word', () => {
    const nubs = nubsOf(snapshot)
    expect(nubs.map(({ title, drivers }) => [title, drivers])).toEqual([
      ['ETH0', ['Plum']],
      ['DISK', []],
    ])
    expect(findNubs(nubs, 'plum iopci', 'all').map(({ title }) => title)).toEqual(['ETH0'])
    expect(findNubs(nubs, '', 'without').map(({ title }) => title)).toEqual(['DISK'])
  })
})

describe('a dump matched anew', () => {
  it('rounds agreement down and puts classes that differ first', () => {
    const report = {
      attachments: [],
      agree: 1999,
      onlyDump: 1,
      onlyOurs: 0,
      unmatchedNubs: [],
      personalities: { fromDump: 1, fromKexts: 0 },
      byProviderClass: {
        IOMedia: { both: 50, dump: 0, ours: 0 },
        IOPCIDevice: { both: 3, dump: 1, ours: 0 },
      },
    }
    expect(agreementText(report)).toBe('99.9 %')
    expect(agreementText({ ...report, agree: 0, onlyDump: 0 })).toBe('–')
    expect(classLines(report).map(({ className }) => className)).toEqual(['IOPCIDevice', 'IOMedia'])
  })
})

describe('an export', () => {
  const reply: ExplainReply = {
    explanation: explanation([winner, second, candidate('Far', { reason: 'CLASS' })]),
    properties: [],
  }
  const parts = {
    reply,
    facts: [{ label: 'idVendor', value: '0x1d50', meaning: '' }],
    edits: [],
    from: 'desk.ioreg',
  }

  it('tells a forum everything once, and other programs all of it', () => {
    const text = forumText(parts)
    expect(text).toContain('2 candidates, 1 of another class left out')
    expect(text).toContain(
      `[SCORE] Pear (com.example.Pear)\n    ${scoreText(90_000)} ids − ${scoreText(1000)} wildcard = ${scoreText(89_000)}`,
    )
    expect(text).not.toContain('Far')
    expect(JSON.parse(explanationJson(parts))).toMatchObject({
      from: 'desk.ioreg',
      candidates: [{ personality: 'Plum' }, {}, {}],
    })
  })
})
