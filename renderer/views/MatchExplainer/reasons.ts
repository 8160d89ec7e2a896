import type { ExplainedCandidate, MatchVerdictCode, RuleTrust } from '../../../kernel/api/index.ts'

/** Steps on the way of a personality to its provider, in the kernel's order. */
export const STEPS = ['Class', 'Keys', 'Family', 'Probe', 'Start'] as const

/** The colour of a reason: of what won, of what may yet, of what cannot, of what never was near. */
export type Tone = 'green' | 'amber' | 'red' | 'plain'

const KEYS = 1
const FAMILY = 2
const PROBE = 3
const START = 4

interface ReasonFacts {
  /** Index of the step that failed. */
  readonly step: number
  readonly meaning: string
}

const REASONS: Readonly<Record<MatchVerdictCode, ReasonFacts>> = {
  WON: { step: STEPS.length, meaning: 'It drives the provider.' },
  GATE: { step: 0, meaning: 'It never entered the catalogue.' },
  CLASS: { step: 0, meaning: 'It asks for a provider of another class.' },
  NAME: { step: KEYS, meaning: 'IONameMatch names other devices.' },
  PROP: { step: KEYS, meaning: 'A property that it asks for is missing or different.' },
  RES: { step: KEYS, meaning: 'A resource that it waits for is not published.' },
  PARENT: { step: KEYS, meaning: 'No provider above is what IOParentMatch asks for.' },
  LOCATION: { step: KEYS, meaning: 'It asks for another place.' },
  PATH: { step: KEYS, meaning: 'It asks for another path.' },
  ID: { step: KEYS, meaning: 'It asks for another registry entry id.' },
  COUNT: { step: KEYS, meaning: 'It asks for another count of properties.' },
  BSD: { step: KEYS, meaning: 'It asks for another BSD name.' },
  HIDDEN: { step: KEYS, meaning: 'The provider is hidden.' },
  EXCLAVE: { step: KEYS, meaning: 'The provider belongs to an exclave, or it asks for one that does.' },
  FAMILY: { step: FAMILY, meaning: 'The family of the provider said no.' },
  TUNNEL: {
    step: FAMILY,
    meaning: 'The device is behind a tunnel and the driver does not say that it may be.',
  },
  CATEGORY: { step: PROBE, meaning: 'Another driver holds its match category.' },
  'DEXT-OFF': { step: PROBE, meaning: 'Driver extensions are off.' },
  'DEXT-DAEMON': { step: PROBE, meaning: 'The daemon of driver extensions is not ready.' },
  'DEXT-LIMIT': { step: PROBE, meaning: 'The driver extension ended too often.' },
  INACTIVE: { step: PROBE, meaning: 'The provider looks for no driver.' },
  STALL: { step: PROBE, meaning: 'A kext has to be loaded first.' },
  NOCLASS: { step: PROBE, meaning: 'There is no class of that name.' },
  INIT: { step: PROBE, meaning: 'init answered no.' },
  ATTACH: { step: PROBE, meaning: 'attach answered no.' },
  PROBE: { step: PROBE, meaning: 'Its own code turned the provider away.' },
  DEFER: { step: PROBE, meaning: 'Another driver has matching wait.' },
  SCORE: { step: START, meaning: 'It could drive the provider; a higher score came first.' },
  START: { step: START, meaning: 'start answered no.' },
}

const OPEN_QUESTION: ReadonlySet<MatchVerdictCode> = new Set([
  'SCORE',
  'CATEGORY',
  'STALL',
  'DEFER',
  'INACTIVE',
  'PROBE',
  'DEXT-DAEMON',
])

export function meaningOfReason(code: MatchVerdictCode): string {
  return REASONS[code].meaning
}

export function toneOf(code: MatchVerdictCode): Tone {
  if (code === 'WON') return 'green'
  if (code === 'CLASS') return 'plain'
  return OPEN_QUESTION.has(code) ? 'amber' : 'red'
}

/** How each step went: passed, failed, or never reached. */
export function stepsOf(code: MatchVerdictCode): readonly ('ok' | 'failed' | 'open')[] {
  const { step } = REASONS[code]
  return STEPS.map((_, index) => (index < step ? 'ok' : index === step ? 'failed' : 'open'))
}

/** The same as words. */
export function reachText(code: MatchVerdictCode): string {
  const { step } = REASONS[code]
  return code === 'WON'
    ? 'came through every step'
    : `stopped at step ${step + 1} of ${STEPS.length}, ${STEPS[step]}`
}

export const TRUST: Readonly<
  Record<RuleTrust, { readonly title: string; readonly tone: Tone; readonly text: string }>
> = {
  'open source': {
    title: 'Source-verified',
    tone: 'green',
    text: 'The rule was read in published source.',
  },
  inferred: {
    title: 'Inferred',
    tone: 'amber',
    text: 'The code is closed; the rule was concluded from headers and kin.',
  },
  closed: {
    title: 'From dumps',
    tone: 'amber',
    text: 'The code is closed; the rule is what real dumps show.',
  },
}

/** A personality of another class cannot drive the provider, whatever else it says. */
export function isStranger({ reason }: ExplainedCandidate): boolean {
  return reason === 'CLASS'
}
