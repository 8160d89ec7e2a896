import {
  getMatchRecorder, gIOCatalogue, setMatchRecorder, type MatchRecorder,
} from '../../kernel/iokit/index.ts'
import { explainMatch } from '../../kernel/iokit/matching/matchPassive.ts'
import { Simulation } from '../../kernel/sim/index.ts'
import { jsonFile } from '../data/files.ts'
import { addPersonalities, makeNub, matchAll, registerBenchClasses } from '../rigs/matchingWorld.ts'
import { repeat, type Measurement, type Row, type Side } from '../Row.ts'

const NUBS = 2_000
const PERSONALITIES = 1_000
const EXPLAINED = 100

/** Matches `nubs` against the catalogue; what was found is told on stderr, as no peer counts it. */
export function matching(nubCount: number, personalities: number, ownCount = personalities): Measurement {
  return new Simulation(1).enter(() => {
    registerBenchClasses()
    addPersonalities(personalities, ownCount)
    const nubs = Array.from({ length: nubCount }, (_, index) => makeNub(index))
    let found = 0
    const measured = repeat(9, () => {
      found = matchAll(nubs)
      return null
    })
    if (found === 0) throw new Error('nothing matched')
    return measured
  })
}

/** The floor of this suite: how long this machine takes to parse a registry of 1,560 entries as JSON. */
export const jsonParse: Side = {
  name: 'JSON.parse(mb10)',
  measure: () => {
    const text = jsonFile('mb10').toString('utf8')
    return repeat(9, () => {
      JSON.parse(text)
      return null
    })
  },
}

export const r1: Row = {
  id: 'R1', maxRatio: 1,
  title: `catalogue match, ${NUBS} nubs x ${PERSONALITIES} personalities, ordered candidates`,
  ours: { name: 'IOCatalogue.findCandidates', measure: () => matching(NUBS, PERSONALITIES) },
  peer: jsonParse,
}

export const r2: Row = {
  id: 'R2', maxRatio: 3,
  title: `the same with ${9 * PERSONALITIES} personalities more for devices that are not there`,
  ours: {
    name: 'ten times the personalities',
    measure: () => matching(NUBS, 10 * PERSONALITIES, PERSONALITIES),
  },
  peer: { name: 'R1', measure: () => matching(NUBS, PERSONALITIES) },
}

/** Every personality that a nub refused: the key it failed on, and both values. */
class Refusals implements MatchRecorder {
  readonly lines: string[] = []
  private last = ''
  passBegan(): void {}
  considered(): void {}
  asked({ key, wanted, found }: Parameters<MatchRecorder['asked']>[0]): void {
    const value = found !== null && typeof found === 'object' ? found.getMetaClass().className : String(found)
    this.last = `${key} ${wanted?.getMetaClass().className ?? ''} ${value}`
  }
  scored(): void {}
  matched(): void {}
  rejected(...[, , reason, detail]: Parameters<MatchRecorder['rejected']>): void {
    this.lines.push(`${reason} ${detail}`)
  }
  probed(): void {}
  started(): void {}
  passEnded(): void {}
  refused(reason: string): void {
    this.lines.push(`${reason} ${this.last}`)
  }
}

/** Explains nubs against every personality: class, then key by key. */
function explaining(): Measurement {
  return new Simulation(1).enter(() => {
    registerBenchClasses()
    addPersonalities(PERSONALITIES)
    const nubs = Array.from({ length: EXPLAINED }, (_, index) => makeNub(index))
    return repeat(9, () => {
      for (const nub of nubs) {
        const refusals = new Refusals()
        setMatchRecorder(refusals)
        let matches = 0
        for (const { compiled, score } of gIOCatalogue().driversToTry(nub)) {
          const outcome = { value: score, nameMatched: null, familyAsked: false }
          const reason = explainMatch(nub, compiled, 0, outcome)
          if (reason === null) matches++
          else refusals.refused(reason)
        }
        setMatchRecorder(null)
        const explained = refusals.lines.length + matches
        if (explained !== PERSONALITIES) throw new Error(`${explained} were explained`)
      }
      return getMatchRecorder() === null ? null : 'recorder left on'
    })
  })
}

export const r4: Row = {
  id: 'R4', title: `explain ${EXPLAINED} nubs against ${PERSONALITIES} personalities`,
  maxRatio: (60 * EXPLAINED) / NUBS,
  ours: { name: 'recorded match', measure: explaining },
  peer: { ...jsonParse, name: 'JSON.parse(mb10), which is R1 at its goal' },
}
