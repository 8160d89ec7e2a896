// Coverage in words: what a report sums up to, which devices a filter keeps, and the text for a forum.
import { describe, expect, it } from 'vitest'
import type { CoverageDriver, CoverageReport, CoveredDevice } from '../../../kernel/api/index.ts'
import { coverageText } from './coverageText.ts'
import { deviceRows, summaryText } from './verdicts.ts'

const driver: CoverageDriver = {
  personality: 'Gull 2.5G',
  bundle: 'com.gull.net',
  ioClass: 'Gull',
  category: 'IODefaultMatchCategory',
  score: 1000,
  from: 'kext',
  providerClass: 'IOPCIDevice',
}

function device(change: Partial<CoveredDevice>): CoveredDevice {
  return {
    kind: 'pci',
    address: '02:00.0',
    ids: '10ec:8125',
    name: 'Ethernet',
    deviceClass: '020000',
    verdict: 'kext',
    driver,
    also: [],
    reason: 'IOPCIPrimaryMatch fits.',
    confidence: 'open source',
    interfaces: [],
    ...change,
  }
}

const report: CoverageReport = {
  devices: [
    device({}),
    device({
      address: '00:02.0',
      ids: '8086:3e98',
      name: 'Graphics',
      verdict: 'none',
      driver: null,
      reason: 'None fits.',
    }),
    device({
      address: '00:00.0',
      ids: '8086:3e30',
      name: 'Host bridge',
      verdict: 'notNeeded',
      driver: null,
    }),
  ],
  conflicts: [
    {
      address: '02:00.0',
      ids: '10ec:8125',
      name: 'Ethernet',
      category: 'IODefaultMatchCategory',
      winner: driver,
      losers: [{ ...driver, bundle: 'com.tern.net' }],
      byArrivalOrder: true,
      text: 'com.gull.net comes before com.tern.net.',
    },
  ],
  usbPorts: [{ controller: 'XHC1', ports: 26, limit: 15, isOver: true }],
  counts: { kext: 1, native: 0, attached: 0, maybe: 0, none: 1, notNeeded: 1, unknown: 0 },
  formats: ['lspci'],
  kexts: { bundles: 2, personalities: 2 },
  notes: ['Only classes are known.'],
  problems: [],
}

describe('a coverage report', () => {
  it('sums up to a sentence that says what needs eyes', () => {
    expect(summaryText(report)).toBe(
      '1 of 2 devices that need a driver have one. ' +
        '1 device without a driver, 1 device claimed twice, XHC1 has too many USB ports.',
    )
    const counts = { ...report.counts, none: 0, native: 1 }
    expect(summaryText({ ...report, counts, conflicts: [], usbPorts: [] })).toBe(
      '2 of 2 devices that need a driver have one.',
    )
  })

  it('is filtered by words of device and driver and by verdict, and knows which device is claimed twice', () => {
    const names = (text: string, verdict: 'none' | null): unknown =>
      deviceRows(report, text, verdict).map(({ index, hasConflict }) => [index, hasConflict])
    expect(names('', null)).toEqual([
      [0, true],
      [1, false],
      [2, false],
    ])
    expect(names('GULL 10ec', null)).toEqual([[0, true]])
    expect(names('', 'none')).toEqual([[1, false]])
    expect(names('gull', 'none')).toEqual([])
  })

  it('is told to a forum with conflicts, ports and what to know', () => {
    const text = coverageText(report)
    expect(text).toContain(
      '[Kext] 02:00.0 10ec:8125 Ethernet Gull (com.gull.net)\n    IOPCIPrimaryMatch fits.',
    )
    expect(text).toContain('[No Driver] 00:02.0 8086:3e98 Graphics\n    None fits.')
    expect(text).toMatch(
      /Claimed by more than one kext\n10ec:8125[^]*XHC1: 26 of 15 USB ports[^]*To know\nOnly classes/u,
    )
  })
})
