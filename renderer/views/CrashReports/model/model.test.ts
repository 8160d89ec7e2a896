import { describe, expect, it } from 'vitest'
import { sampleText, storedReport } from '../../../testSupport/reports.ts'
import { compareReports, differences } from './compareReports.ts'
import { coverageOf } from './coverage.ts'
import { factGroups, faultFacts } from './facts.ts'
import { imagesOf } from './images.ts'
import { locateEvidence } from './locate.ts'
import { rawPieces, rawRows, textInside } from './rawRows.ts'
import { registersOf } from './registers.ts'
import { reportClass } from './reportClass.ts'
import { sparkCounts, timeOf } from './sparkline.ts'
import { stacksOf } from './stacks.ts'
import { tabSummary } from './tabSummary.ts'
import { groupParts, verdictOf } from './verdictOf.ts'

const USB = sampleText('panics/x86-10.panic')
const usb = storedReport(1, USB)
const crash = storedReport(2, sampleText('crashes/use-after-free.ips'))

describe('a panic on its page', () => {
  it('folds the machinery, marks where it happened and who is suspected', () => {
    const [stack] = stacksOf(usb)
    expect(
      stack?.frames
        .slice(0, 5)
        .map(({ symbol, isMachinery, isFirst, isSuspect, isThirdParty }) => [
          symbol,
          isMachinery,
          isFirst,
          isSuspect,
          isThirdParty,
        ]),
    ).toEqual([
      ['panic', true, false, false, false],
      ['kernel_trap', true, false, false, false],
      ['return_from_trap', true, false, false, false],
      ['PearUSB::readComplete', false, true, true, true],
      ['IOUSBCommandPool::complete', false, false, false, false],
    ])
    expect(tabSummary(usb)).toBe('CPU 2 · kernel_task · slide 0x10200000')
  })

  it('tells the fault, the slide as arithmetic, and third-party kexts first', () => {
    expect(faultFacts(usb)[0]).toEqual({ label: 'Access', value: 'Read at 0x28', isMono: false })
    expect(factGroups(usb).find(({ title }) => title === 'Slide')?.facts[0]?.value).toMatch(
      /^0x\w+ − 0x10200000 = 0x\w+$/u,
    )
    expect(imagesOf(usb)[0]).toMatchObject({
      name: 'org.example.driver.PearUSB',
      version: '1.2.3',
      isThirdParty: true,
      inBacktrace: true,
    })
    expect(registersOf(usb)[0]?.rows.find(({ name }) => name === 'cr2')).toMatchObject({
      value: '0x0000000000000028',
      isTelling: true,
    })
  })

  it('finds every piece of evidence in the file as it is stored', () => {
    const verdict = verdictOf(usb)
    const lines = USB.split('\n')
    const all = [
      ...(verdict?.evidence ?? []),
      ...(verdict?.suspects.flatMap(({ evidence }) => evidence) ?? []),
    ]
    expect(all.length).toBeGreaterThan(5)
    for (const item of all) {
      const place = locateEvidence(lines, item)
      expect(place, item.text).not.toBeNull()
      if (item.line !== null) expect(place?.line).toBe(item.line - 1)
    }
  })

  it("finds evidence of a reporter's JSON in the text inside", () => {
    const file = sampleText('panics/m4-dcp.ips')
    const inside = textInside(file)
    const [first] = verdictOf(storedReport(3, file))?.evidence ?? []
    expect(first).toBeDefined()
    expect(locateEvidence((inside ?? '').split('\n'), first ?? { line: null, text: '' })?.line).toBe(0)
    expect(locateEvidence(file.split('\n'), first ?? { line: null, text: '' })).not.toBeNull()
    expect(textInside(USB)).toBeNull()
    expect(textInside('{"cut')).toBeNull()
  })

  it('takes no part of a longer word for evidence', () => {
    const lines = ['sidewalk + 3', 'the walk', '"symbol":"walk"']
    expect(locateEvidence(lines, { line: null, text: 'walk + 12 in Orchard (Tree.m:20)' })).toEqual({
      line: 1,
      from: 4,
      to: 8,
    })
    expect(locateEvidence(lines, { line: null, text: 'walker' })).toBeNull()
    expect(
      locateEvidence(['"rax": {"value": 6148914691236517205}'], {
        line: null,
        text: 'rax 0x5555555555555555',
      })?.line,
    ).toBe(0)
  })

  it('names what went into its group and what was left out', () => {
    expect(
      groupParts(usb)
        .filter(({ isUsed }) => isUsed)
        .map(({ name }) => name),
    ).toEqual(['class', 'message', 'frame', 'frame', 'frame', 'frame'])
    expect(
      groupParts(crash)
        .slice(0, 3)
        .map(({ name }) => name),
    ).toEqual(['process', 'class', 'exception'])
  })
})

describe('a crash on its page', () => {
  it("shows the thread that crashed first, with the program's own code apart from the system's", () => {
    const stacks = stacksOf(crash)
    expect(stacks[0]).toMatchObject({ isFaulting: true })
    expect(stacks.filter(({ isFaulting }) => isFaulting)).toHaveLength(1)
    expect(
      stacks[0]?.frames
        .slice(0, 3)
        .map(({ symbol, isThirdParty, isSuspect }) => [symbol, isThirdParty, isSuspect]),
    ).toEqual([
      ['objc_msgSend', false, false],
      ['-[Tree prune]', true, true],
      ['walk', true, true],
    ])
    expect(imagesOf(crash)[0]?.isThirdParty).toBe(true)
    expect(verdictOf(crash)?.cannotTell).toBeNull()
    expect(faultFacts(crash).map(({ label }) => label)).toContain('Exception')
  })
})

describe('what was not understood', () => {
  it('is listed with its lines and counted', () => {
    const coverage = coverageOf(
      storedReport(
        4,
        USB.replace('Boot args: keepsyms=1', 'Plum jam boils over: 7\nBoot args: keepsyms=1'),
      ),
    )
    expect(coverage).toMatchObject({ understood: 53, total: 54 })
    expect(coverage?.unread).toEqual([
      {
        line: 30,
        text: 'Plum jam boils over: 7',
        why: expect.stringContaining('not understood') as string,
      },
    ])
  })
})

describe('two reports side by side', () => {
  const other = storedReport(
    5,
    USB.replaceAll('1.2.3', '1.2.4')
      .replaceAll('keepsyms=1', 'keepsyms=1 debug=0x100')
      .replace('RAX: 0x0000000000000000', 'RAX: 0x0000000000000007')
      .replace(/.*IOUSBCommandPool8completeEv.*\n/u, ''),
  )

  it('differ where they differ, and nowhere else', () => {
    const found = compareReports(usb, other)
    const changed = (
      rows: readonly { readonly label: string; readonly state: string }[],
    ): readonly string[] =>
      rows.filter(({ state }) => state !== 'same').map(({ label, state }) => `${label} ${state}`)
    expect(changed(found.images)).toEqual(['org.example.driver.PearUSB changed'])
    expect(changed(found.facts)).toEqual(['Boot arguments changed'])
    expect(changed(found.registers)).toEqual(['rax changed'])
    expect(found.frames.filter(({ state }) => state !== 'same')).toEqual([
      {
        label: '1',
        left: 'com.apple.iokit.IOUSBFamily · IOUSBCommandPool::complete',
        right: null,
        state: 'removed',
      },
    ])
    const same = compareReports(usb, usb)
    expect(Object.values(same).map((rows) => differences(rows))).toEqual([0, 0, 0, 0])
  })

  it('may be of different kinds', () => {
    const found = compareReports(usb, crash)
    expect(found.frames.every(({ state }) => state !== 'changed')).toBe(true)
    expect(found.facts.find(({ label }) => label === 'Exception')).toMatchObject({
      left: null,
      state: 'added',
    })
  })
})

describe('raw text in rows of one height', () => {
  it('neither loses nor changes a character', () => {
    const lines = ['', 'short', 'x'.repeat(95)]
    const rows = rawRows(lines, 40)
    expect(rows.map(({ line, from, to }) => [line, from, to])).toEqual([
      [0, 0, 0],
      [1, 0, 5],
      [2, 0, 40],
      [2, 40, 80],
      [2, 80, 95],
    ])
    const places = [
      { line: 2, from: 35, to: 45 },
      { line: 2, from: 38, to: 42 },
    ]
    const text = rows.map((row) =>
      rawPieces(lines[row.line] ?? '', row, places)
        .map((piece) => (piece.isMarked ? `[${piece.text.length}]` : piece.text.length))
        .join('+'),
    )
    expect(text).toEqual(['0', '5', '35+[5]', '[5]+35', '15'])
  })
})

describe('lists', () => {
  it('count reports per day, and older ones over their own time', () => {
    const now = Date.parse('2026-03-15T12:00:00Z')
    const at = (happenedAt: string | null, storedAt = '2026-03-15T00:00:00Z') => ({ happenedAt, storedAt })
    expect(timeOf(at('2026-03-05 10:20:30.1200 +0100'))).toBe(Date.parse('2026-03-05T09:20:30Z'))
    const recent = sparkCounts(
      [
        at('2026-03-15 11:00:00 +0000'),
        at('no date'),
        at('2026-03-01 13:00:00 +0000'),
        at('2013-03-05 10:00:00 +0000'),
      ],
      now,
    )
    expect(recent.counts).toEqual([1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2])
    expect(recent.words).toBe('3 reports in the last 14 days')
    const old = sparkCounts([at('2013-03-05 10:00:00 +0000'), at('2015-03-05 10:00:00 +0000')], now)
    expect([old.counts[0], old.counts[13], old.words]).toEqual([
      1,
      1,
      '2 reports from 2013-03-05 to 2015-03-05',
    ])
  })

  it('tell classes apart by a word', () => {
    const word = (className: string, kind: 'panic' | 'crash' = 'panic'): string =>
      reportClass({ className, kind }).word
    expect([
      word('page-fault'),
      word('sleep-wake-timeout'),
      word('userspace-watchdog'),
      word('iommu-violation'),
      word('coprocessor-panic'),
      word('x', 'crash'),
    ]).toEqual(['Kernel', 'Power', 'Watchdog', 'DMA', 'Hardware', 'Process'])
  })
})
