import { describe, expect, it } from 'vitest'
import { Story } from '../../../../test/support/iokitStory.ts'
import { IOService, setMatchRecorder, type FamilyMatcher, type MatchRecorder, type Score } from '../../../iokit/index.ts'
import { CompiledTable, newOutcome } from '../../../iokit/matching/CompiledTable.ts'
import { explainMatch } from '../../../iokit/matching/matchPassive.ts'
import {
  defineMetaClass, toOSDictionary, type OSMetaClass,
} from '../../../libkern/index.ts'
import { msgbufText } from '../../../mach/index.ts'
import { Simulation } from '../../../sim/index.ts'
import { makePCIMatcher, parseMatchTerms, pciMatcher, type PCIMatchable } from './pciMatching.ts'

const REGISTERS: Record<number, number> = { 0x00: 0x20018086, 0x08: 0x01080201, 0x2c: 0x2003106b }

/** A nub that answers with three saved registers. */
class FakeNub extends IOService implements PCIMatchable {
  static override readonly metaClass: OSMetaClass = defineMetaClass('FakePCINub', FakeNub, IOService)
  addsMatchScore = false
  override getFamilyMatcher(): FamilyMatcher {
    return pciMatcher
  }

  savedConfigRead32(offset: number): number {
    return REGISTERS[offset]!
  }
}

function ask(
  keys: Record<string, string | boolean>, prepare: (nub: FakeNub) => void = () => undefined,
): { matches: boolean; score: number } {
  return new Simulation(1).enter(() => {
    const nub = new FakeNub()
    nub.init()
    prepare(nub)
    const score: Score = { value: 100 }
    return {
      matches: pciMatcher.compile(toOSDictionary(keys))(nub, score), score: score.value,
    }
  })
}

describe('PCI matching keys', () => {
  it.each([
    [{ IOPCIPrimaryMatch: '0x20018086' }, true],
    [{ IOPCIPrimaryMatch: '0x11111111 20018086' }, true],
    [{ IOPCIPrimaryMatch: '0x00018086 &0x0000ffff' }, true],
    [{ IOPCIPrimaryMatch: '0x2003106b' }, false],
    [{ IOPCIMatch: '0x2003106b' }, true],
    [{ IOPCISecondaryMatch: '0x2003106b' }, true],
    [{ IOPCISecondaryMatch: '0x20018086' }, false],
    [{ IOPCIClassMatch: '0x01080200' }, true],
    [{ IOPCIClassMatch: '0x01080200&0xffffff00' }, true],
    [{ IOPCIClassMatch: '0x01080200&0xffffffff' }, false],
    [{ IOPCIClassMatch: '0x01000000&0xff000000', IOPCIPrimaryMatch: '0x1' }, false],
    [{ IOPCIPrimaryMatch: 'zebra 0x20018086' }, false],
    [{ IOPCIPrimaryMatch: '' }, false],
    [{}, true],
  ] as const)('%j -> %s', (keys, matches) => {
    expect(ask(keys).matches).toBe(matches)
  })

  it('adds 1000 for an IOPCIMatch on the primary identifier, on platforms without ACPI only', () => {
    const arm = (nub: FakeNub): void => void (nub.addsMatchScore = true)
    expect(ask({ IOPCIMatch: '0x20018086' }, arm).score).toBe(1100)
    expect(ask({ IOPCIMatch: '0x2003106b' }, arm).score).toBe(100)
    expect(ask({ IOPCIMatch: '0x20018086' }).score).toBe(100)
  })

  it('warns about drivers that say nothing of tunnels, and refuses them by the default flags', () => {
    const tunnelled = (nub: FakeNub): void => void nub.setProperty('IOPCITunnelled', true)
    expect(ask({ IOClass: 'AcmeCard', IOPCIPrimaryMatch: '0x20018086' }, tunnelled).matches).toBe(false)
    expect(ask({ IOClass: 'AcmeCard', IOPCITunnelCompatible: true }, tunnelled).matches).toBe(true)
    expect(ask({ IOPCIPrimaryMatch: '0x20018086' }, tunnelled).matches).toBe(true)
    const lenient = makePCIMatcher(
      (service) => service as FakeNub, () => ({ isStrict: false, refusesAll: false }),
    )
    new Simulation(1).enter(() => {
      const nub = new FakeNub()
      nub.init()
      tunnelled(nub)
      const allows = (table: Record<string, string | boolean>): boolean =>
        lenient.compile(toOSDictionary(table))(nub, { value: 0 })
      expect(allows({ IOClass: 'AcmeCard' })).toBe(true)
      expect(allows({ IOClass: 'AcmeCard', IOPCITunnelCompatible: false })).toBe(false)
    })
    expect(ask({ IOClass: 'AcmeCard', IOPCITunnelCompatible: false }, tunnelled).matches).toBe(false)
    expect(ask({ IOClass: 'IOPCI2PCIBridge', IOPCITunnelCompatible: false }, tunnelled).matches).toBe(true)
    new Simulation(1).enter(() => {
      const nub = new FakeNub()
      nub.init()
      tunnelled(nub)
      pciMatcher.compile(toOSDictionary({ IOClass: 'AcmeCard' }))(nub, { value: 0 })
      expect(msgbufText()).toContain('Driver "AcmeCard" needs "IOPCITunnelCompatible" key in plist')
    })
  })

  it.each([
    ['', 'AcmeCard TUNNEL'],
    ['npci=0x80000', null],
    ['pci=0x100000', 'AcmeCard TUNNEL, IOPCITunnelCompatible TUNNEL'],
    ['pci=0x100000 npci=0x180000', null],
  ])('boot-args "%s" say who may drive what is behind a tunnel: refused %s', (bootArgs, refused) => {
    const story = new Story(bootArgs)
    const reasons = story.do(() => {
      const told: string[] = []
      const nub = new FakeNub()
      nub.init()
      nub.setProperty('IOPCITunnelled', true)
      setMatchRecorder({ considered: () => undefined, asked: () => undefined } as unknown as MatchRecorder)
      for (const [name, table] of [
        ['AcmeCard', { IOClass: 'AcmeCard' }], ['IOPCITunnelCompatible', { IOClass: 'B', IOPCITunnelCompatible: true }],
      ] as const) {
        const reason = explainMatch(nub, new CompiledTable(toOSDictionary(table)), 0, newOutcome())
        if (reason !== null) told.push(`${name} ${reason}`)
      }
      return told.length === 0 ? null : told.join(', ')
    })
    expect(reasons).toBe(refused)
  })

  it('a refusal by another key is the family\'s', () => {
    new Story().do(() => {
      setMatchRecorder({ asked: () => undefined } as unknown as MatchRecorder)
      const nub = new FakeNub()
      nub.init()
      const table = new CompiledTable(toOSDictionary({ IOPCIPrimaryMatch: '0x1' }))
      expect(explainMatch(nub, table, 0, newOutcome())).toBe('FAMILY')
    })
  })

  it('reads terms as strtoul does', () => {
    expect(parseMatchTerms('0x10 20&0xF0 0xZZ', 0xffn)).toEqual([
      { value: 0x10n, mask: 0xffn }, { value: 0x20n, mask: 0xf0n }, { value: 0n, mask: 0xffn },
    ])
  })

  it('indexes a table only by terms that name one identifier', () => {
    new Simulation(1).enter(() => {
      const nub = new FakeNub()
      const service = pciMatcher.serviceKeys!(nub)
      const keys = (text: string): readonly (string | number)[] | null => pciMatcher.tableKeys!(
        toOSDictionary({ IOPCIMatch: text }),
      )
      expect(keys('0x20018086')!.some((key) => service.includes(key))).toBe(true)
      expect(keys('0x2003106b')!.some((key) => service.includes(key))).toBe(true)
      expect(keys('0x20018087')!.some((key) => service.includes(key))).toBe(false)
      expect(keys('0x20018087 0x106b&0xffff')!.some((key) => service.includes(key))).toBe(true)
      expect(keys('0x20018086 0x0080&0x00f0')).toBeNull()
    })
  })
})
