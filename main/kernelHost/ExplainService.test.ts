// Calls about matching: our sample is opened, one of its nubs explained, an edit turns the outcome, kext sets come and go.
import { describe, expect, it } from 'vitest'
import type { CounterfactualEdit } from '../../kernel/index.ts'
import { argumentSchemas } from './argumentSchemas.ts'
import { ExplainService } from './ExplainService.ts'
import { KextSets } from './KextSets.ts'
import { ImportService } from './ImportService.ts'

function service(): ReturnType<ExplainService['functions']> {
  const imports = new ImportService(() => { throw new Error('a sample is not kept') })
  return new ExplainService(imports, () => { throw new Error('No machine is on.') }, new KextSets()).functions()
}

describe('the explainer of the kernel process', () => {
  it('opens the sample once, explains its provider, and shows what an edit would do', () => {
    const calls = service()
    const { provider } = calls.openExplainerSample()
    expect(calls.openExplainerSample().provider).toEqual(provider)
    const { explanation, properties } = calls.explain(provider, null)
    expect(explanation.verdict).toBe(
      'LumenScopeSerial (109000) and LumenTracePort (91000) in LumenTracePort drive Lumen Scope.')
    expect(properties.map(({ key }) => key)).toContain('idVendor')
    const edits: CounterfactualEdit[] = [{ kind: 'removePersonality', personality: 'LumenScopeSerial' }]
    const after = calls.explainWhatIf(provider, edits, null)
    expect(after.explanation.verdict).toMatch(/ScopeLink \(95000\) drive/u)
    expect(calls.explain(provider, null).explanation.verdict).toBe(explanation.verdict)
  })

  it('answers the dictionary of a personality with its edits', () => {
    const calls = service()
    const { provider } = calls.openExplainerSample()
    const keys = [{ key: 'bInterfaceNumber', value: 0 }]
    const table = calls.explainedPersonality(provider, [
      { kind: 'personalityKeys', personality: 'ScopeLegacy', keys },
    ], 'ScopeLegacy')
    expect(table.at(-1)).toEqual({ key: 'bInterfaceNumber', value: { type: 'number', value: 0n, bits: 32 } })
    expect(() => calls.explainedPersonality(provider, [], 'Nobody')).toThrow('There is no personality Nobody.')
  })

  it('matches the sample anew: everything agrees with its dump', () => {
    const calls = service()
    const { provider } = calls.openExplainerSample()
    calls.removeKextSet(calls.listKextSets()[0]!.id)
    const report = calls.rematch(provider.source)
    expect([report.agree, report.onlyDump, report.onlyOurs]).toEqual([18, 0, 0])
    expect(() => calls.rematch('machine')).toThrow('open one first')
  })

  it('keeps sets of kexts, takes one away and puts it back', () => {
    const calls = service()
    const { provider } = calls.openExplainerSample()
    const [set] = calls.listKextSets()
    expect(set?.kexts.find(({ bundle }) => bundle === 'com.northwind.driver.ScopeLink')?.version).toBe('0.9')
    const count = (): number => calls.explain(provider, null).explanation.candidates.length
    const before = count()
    calls.removeKextSet(set!.id)
    expect(count()).toBeLessThan(before)
    calls.restoreKextSet(set!.id)
    expect([count(), calls.listKextSets().length]).toEqual([before, 1])
    const bytes = new TextEncoder().encode('<plist><dict/></plist>')
    expect(() => calls.addKextSet('Papers', [{ path: 'Papers/a.plist', bytes }])).toThrow('Papers holds no kext')
  })

  it('lets only whole questions through its door', () => {
    const provider = { source: 'import:1', id: -3 }
    const edit = { kind: 'providerProperty', key: 'reg', value: { data: '00ff' } }
    const passes = (edits: unknown): boolean =>
      argumentSchemas.explainWhatIf.safeParse([provider, edits, null]).success
    expect([passes([edit]), passes([]), passes([{ ...edit, value: { data: '0' } }]), passes([{ kind: 'other' }]),
      passes([{ kind: 'removeProviderProperty', key: 'reg' }]),
      passes([{ ...edit, key: '' }]), passes(Array(65).fill(edit))]).toEqual([true, true, false, false, true, false, false])
    const badId = argumentSchemas.explain.safeParse([{ ...provider, id: 0.5 }, null])
    const path = argumentSchemas.explain.safeParse([{ ...provider, source: 'import:../etc' }, null])
    expect([badId.success, path.success]).toEqual([false, false])
  })
})
