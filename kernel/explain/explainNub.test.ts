// One provider is explained: who drives it, why the others do not, and what would change that.
import { describe, expect, it } from 'vitest'
import { kIOServiceMatchedState, kIOServiceRegisteredState } from '../abi/index.ts'
import {
  EMPTY_DICTIONARY, ImportedArray, ImportedData, ImportedDictionary, type ImportedValue,
} from '../importers/index.ts'
import { Random } from '../sim/index.ts'
import { ClassTable } from './classes/ClassTable.ts'
import { decide } from './decide.ts'
import { applyEdit } from './edits.ts'
import { explainNub } from './explainNub.ts'
import { withUniqueNames, type ExplainSubject } from './ExplainSubject.ts'
import type { NubFacts, PersonalityFacts } from './world/MatchWorld.ts'

type Plain = Readonly<Record<string, ImportedValue>>

const table = (plain: Plain): ImportedDictionary =>
  new ImportedDictionary(Object.keys(plain), Object.values(plain))
const bytes = (hex: string): ImportedData => new ImportedData(hex, 'hex')

function personality(name: string, plain: Plain): PersonalityFacts {
  return { name, bundle: `org.pear.${name}`, from: 'kext', table: table({ IOClass: name, ...plain }) }
}

function nub(className: string, properties: Plain, name = 'NUB0'): NubFacts {
  const state = kIOServiceRegisteredState | kIOServiceMatchedState
  return { name, location: null, className, id: 0, state, properties: table(properties), parents: [1] }
}

function subject(provider: NubFacts, personalities: readonly PersonalityFacts[]): ExplainSubject {
  const above = { location: null, id: 0, state: 0, properties: EMPTY_DICTIONARY }
  const root = { ...above, name: 'Root', className: 'IORegistryEntry', parents: [] }
  const bus = { ...above, name: 'Bus', className: 'IOPlatformExpertDevice', parents: [0] }
  return {
    id: 7, path: `Root/Bus/${provider.name}`, lineage: [root, bus, provider], classes: new ClassTable(22),
    planes: ['IOService', 'IOACPIPlane'], personalities: withUniqueNames(personalities), isPublished: true,
    shown: [], turnedAway: new Set(), loaded: new Set(['org.pear.Quick']),
  }
}

const ethernet = nub('IOPCIDevice', {
  'vendor-id': bytes('aa110000'), 'device-id': bytes('01000000'), 'class-code': bytes('00000200'),
}, 'ETH0')
const ofPCI = (name: string, plain: Plain): PersonalityFacts =>
  personality(name, { IOProviderClass: 'IOPCIDevice', ...plain })

describe('an explanation', () => {
  it('names the winner and, for each other one, the step and the key that decided', () => {
    const explanation = explainNub(subject(ethernet, [
      ofPCI('Low', { IOPCIMatch: '0x000111aa', IOProbeScore: 10 }),
      ofPCI('High', { IOPCIMatch: '0x000111aa', IOProbeScore: 20 }),
      ofPCI('Tie', { IOPCIPrimaryMatch: '0x000111aa', IOProbeScore: 20 }),
      ofPCI('Disk', { IOPCIClassMatch: '0x01060000' }),
      ofPCI('Named', { IONameMatch: 'pci11aa,2' }),
      ofPCI('Asking', { IOPropertyMatch: table({ kind: 'plum' }) }),
      personality('Stick', { IOProviderClass: 'IOUSBHostDevice' }),
      ofPCI('Beside', { IOMatchCategory: 'Beside' }),
    ]))
    expect(explanation.verdict).toBe('High (20) and Beside (0) in Beside drive ETH0.')
    const rows = explanation.candidates.map((one) => [one.personality, one.reason, one.rank, one.key])
    expect(rows).toEqual([
      ['High', 'WON', 1, 'IOPCIMatch'], ['Beside', 'WON', 1, null],
      ['Tie', 'SCORE', 2, 'IOPCIPrimaryMatch'], ['Low', 'SCORE', 3, 'IOPCIMatch'],
      ['Disk', 'FAMILY', null, 'IOPCIClassMatch'], ['Named', 'NAME', null, 'IONameMatch'],
      ['Asking', 'PROP', null, 'IOPropertyMatch'], ['Stick', 'CLASS', null, 'IOProviderClass'],
    ])
    const texts = explanation.candidates.map(({ text }) => text)
    expect(texts[2]).toBe('High has the same score and arrived earlier in the catalogue.')
    expect(texts[4]).toBe('IOPCIClassMatch wants "0x01060000"; the provider has 0x02000000 (register 0x8).')
    expect(explanation.candidates[0]?.confidence).toBe('open source')
  })

  it('sums the terms of a USB score with the cut, and says that the rule was inferred', () => {
    const stick = nub('IOUSBHostDevice', { idVendor: 0x11aa, idProduct: 2 })
    const { candidates } = explainNub(subject(stick, [personality('Loud', {
      IOProviderClass: 'IOUSBHostDevice', idVendor: 0x11aa, idProduct: 2, IOProbeScore: 300000,
    })]))
    const [loud] = candidates
    expect(loud?.terms.map(({ name, value }) => [name, value])).toEqual([
      ['idVendor + idProduct', 90000], ['IOProbeScore 300000, cut', 9000],
    ])
    expect([loud?.score, loud?.confidence]).toEqual([99000, 'inferred'])
  })

  it('takes what is shown for evidence: what comes before it was turned away', () => {
    const both = [ofPCI('Quick', { IOProbeScore: 9 }), ofPCI('Steady', { IOProbeScore: 1 })]
    const shown = [{ ioClass: 'Steady', category: 'IODefaultMatchCategory' }]
    const explanation = explainNub({ ...subject(ethernet, both), shown })
    expect(explanation.verdict).toBe('Steady (1) drives ETH0.')
    expect(explanation.candidates.map(({ reason }) => reason)).toEqual(['WON', 'PROBE'])
  })

  it('works out what is left when a property of the provider is taken away', () => {
    const given = subject(ethernet, [ofPCI('Only', { IOPCIClassMatch: '0x02000000' })])
    expect(explainNub(given).verdict).toBe('Only (0) drives ETH0.')
    const less = applyEdit(given, { kind: 'removeProviderProperty', key: 'class-code' })
    expect(explainNub(less).candidates.map(({ reason }) => reason)).toEqual(['FAMILY'])
    expect(given.lineage.at(-1)!.properties!.get('class-code')).toBeDefined()
  })

  it('lets a kext that was not there win over what is shown, and edits turn the outcome', () => {
    const both = [ofPCI('New', { IOProbeScore: 9 }), ofPCI('Steady', { IOProbeScore: 1 })]
    const shown = [{ ioClass: 'Steady', category: 'IODefaultMatchCategory' }]
    const given = { ...subject(ethernet, both), shown }
    expect(explainNub(given).verdict).toBe('New (9) drives ETH0.')
    const keys = [{ key: 'IOProbeScore', value: 10 }]
    const after = explainNub(given, null, [{ kind: 'personalityKeys', personality: 'Steady', keys }])
    expect(after.verdict).toBe('Steady (10) drives ETH0.')
  })

  it('keeps every key that was asked, up to the one that refused', () => {
    const keys = { IOProviderClass: 'IOUSBHostDevice', idVendor: 0x11aa, idProduct: 3 }
    const stick = nub('IOUSBHostDevice', { idVendor: 0x11aa, idProduct: 2 })
    const { candidates, rule } = explainNub(subject(stick, [personality('Other', keys)]))
    expect(candidates[0]?.asked.map(({ key, found, agrees }) => [key, found, agrees])).toEqual([
      ['IOProviderClass', 'IOUSBHostDevice : IOService : IORegistryEntry : OSObject', true],
      ['idVendor', '4522 (0x11aa)', true], ['idProduct', '2', false],
    ])
    expect([rule?.family, rule?.providerClass]).toEqual(['IOUSBHostFamily', 'IOUSBHostDevice'])
  })

  it('says what lets the USB interface match that is named by vendor and product alone', () => {
    const usb = nub('IOUSBHostInterface', {
      idVendor: 0x11aa, idProduct: 2, bInterfaceNumber: 0, bConfigurationValue: 1, bInterfaceClass: 3,
    })
    const { counterfactuals } = explainNub(subject(usb, [personality('Keys', {
      IOProviderClass: 'IOUSBHostInterface', idVendor: 0x11aa, idProduct: 2,
    })]))
    expect(counterfactuals.map(({ edit }) => edit))
      .toContain('Give Keys bConfigurationValue = 1 and bInterfaceNumber = 0.')
  })
})

/** A few personalities for a PCI nub, most of them wrong in one way. */
function randomPersonalities(random: Random): PersonalityFacts[] {
  const pick = <T>(values: readonly T[]): T => values[random.below(values.length)]!
  return Array.from({ length: 2 + random.below(6) }, (_, i) => ofPCI(`P${i}`, {
    IOProbeScore: random.below(4) * 1000,
    ...pick<Plain>([{}, { IOPCIMatch: pick(['0x000111aa', '0x000211aa', '0x000311bb&0xffff0000']) },
      { IOPCIClassMatch: pick(['0x02000000&0xff000000', '0x01060000']) },
      { IOPCISecondaryMatch: '0x00010002' }]),
    ...pick<Plain>([{}, {}, { IONameMatch: pick(['ETH0', 'pci11aa,1']) },
      { IOPropertyMatch: new ImportedArray([table({ kind: pick(['plum', 'pear']) })], 'array') }]),
    ...pick<Plain>([{}, {}, { IOMatchCategory: 'Other' }]),
  }))
}

describe('edits', () => {
  it('turn the outcome when they are made, for many providers and personalities', () => {
    const random = new Random(20)
    let made = 0
    for (let round = 0; round < 60; round++) {
      const given = subject(ethernet, randomPersonalities(random))
      const before = explainNub(given)
      for (const { changes, personality: name, outcome } of before.counterfactuals) {
        const won = before.candidates.some((one) => one.personality === name && one.verdict === 'won')
        const after = [...decide(changes.reduce(applyEdit, given)).winners.values()]
        expect(after.some(({ judged }) => judged.facts.name === name), outcome).toBe(!won)
        made++
      }
    }
    expect(made).toBeGreaterThan(150)
  })

  it('sum up: the terms of every score are the score', () => {
    const random = new Random(21)
    for (let round = 0; round < 40; round++) {
      for (const { score, terms } of explainNub(subject(ethernet, randomPersonalities(random))).candidates) {
        if (score !== null) expect(terms.reduce((sum, { value }) => sum + value, 0)).toBe(score)
      }
    }
  })
})
