import type {
  ExplainedCandidate, ExplainReply, KernelFunctions, MatchVerdictCode,
} from '../../../kernel/api/index.ts'

type ExplainCalls = Pick<KernelFunctions, 'explain' | 'explainWhatIf' | 'explainedPersonality' | 'rematch'
  | 'coverage' | 'listDeviceSources' | 'addDeviceFile' | 'addHostDevices' | 'removeDeviceSource'
  | 'restoreDeviceSource' | 'openCoverageSample' | 'listKextSets'
  | 'addKextSet' | 'removeKextSet' | 'restoreKextSet' | 'openExplainerSample'>

function candidate(personality: string, reason: MatchVerdictCode, score: number | null): ExplainedCandidate {
  const terms = score === null ? [] : [{ name: 'IOProbeScore', value: score, source: 'the personality' }]
  return {
    personality, bundle: `com.example.${personality}`, ioClass: personality, category: 'IODefaultMatchCategory',
    verdict: reason === 'WON' ? 'won' : 'lost', reason, text: 'Made up.', key: null, wanted: null, found: null,
    asked: [{ key: 'IOProviderClass', wanted: '"IOPCIDevice"', found: 'IOPCIDevice', agrees: reason !== 'CLASS' }],
    score, terms, rank: score === null ? null : 1, confidence: 'open source', rule: null, from: 'machine',
  }
}

const reply: ExplainReply = {
  explanation: {
    provider: {
      id: 0x100000200, path: 'Root/Machine/ETH0@0', name: 'ETH0', className: 'IOPCIDevice',
      classChain: ['IOPCIDevice', 'IOService'], classSource: 'made up',
    },
    verdict: 'Plum (2000) drives ETH0.', rule: null,
    candidates: [candidate('Plum', 'WON', 2000), candidate('Pear', 'SCORE', 1000), candidate('Fig', 'CLASS', null)],
    counterfactuals: [],
  },
  properties: [],
}

const refuse = (): never => { throw new Error('The made-up kernel has no dumps.') }

/** Made-up answers about matching. */
export const explainCalls: ExplainCalls = {
  explain: () => reply, explainWhatIf: () => reply, explainedPersonality: () => [], rematch: refuse,
  listKextSets: () => [], addKextSet: refuse, removeKextSet: () => undefined, restoreKextSet: () => undefined,
  openExplainerSample: refuse, coverage: () => null, listDeviceSources: () => [], addDeviceFile: refuse,
  addHostDevices: refuse, removeDeviceSource: () => undefined, restoreDeviceSource: () => undefined,
  openCoverageSample: refuse,
}
