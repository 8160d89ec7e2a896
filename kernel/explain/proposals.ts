import type { CounterfactualEdit, EditValue } from '../api/index.ts'
import {
  EMPTY_DICTIONARY, ImportedArray, ImportedDictionary, type ImportedValue,
} from '../importers/index.ts'
import type { Decision, Judgement } from './decide.ts'
import { editValueOf } from './edits.ts'
import { providerOf, type ExplainSubject } from './ExplainSubject.ts'
import { pciProposals } from './pciProposals.ts'
import { ruleOf } from './world/MatchWorld.ts'

/** What may let one personality win; whether it does is for matching to say. */
export interface ProposedEdits {
  /** Simple ones first. */
  readonly single: readonly CounterfactualEdit[]
  /** Lets it attach beside the winner, once it matches. */
  readonly aside: CounterfactualEdit
}

export function proposalsFor(
  subject: ExplainSubject, judgement: Judgement, decision: Decision,
): ProposedEdits {
  const asking = new Proposals(subject, judgement, decision)
  const { personality } = judgement.judged
  return {
    single: asking.single(), aside: asking.keys([['IOMatchCategory', personality.className ?? 'Own']]),
  }
}

class Proposals {
  private readonly name: string
  private readonly table: ImportedDictionary
  private readonly properties: ImportedDictionary

  constructor(
    private readonly subject: ExplainSubject, private readonly judgement: Judgement,
    private readonly decision: Decision,
  ) {
    const { facts } = judgement.judged
    this.name = facts.name
    this.table = facts.table
    this.properties = providerOf(subject).properties ?? EMPTY_DICTIONARY
  }

  keys(pairs: readonly (readonly [string, EditValue])[]): CounterfactualEdit {
    return {
      kind: 'personalityKeys', personality: this.name, keys: pairs.map(([key, value]) => ({ key, value })),
    }
  }

  single(): CounterfactualEdit[] {
    switch (this.judgement.code) {
      case 'SCORE': return this.forScore()
      case 'CLASS': return [this.keys([['IOProviderClass', providerOf(this.subject).className]])]
      case 'NAME': return this.forName()
      case 'PROP': return this.forProperties()
      case 'RES': return [...this.forResources(), this.without('IOResourceMatch')]
      case 'PARENT': return [this.without('IOParentMatch')]
      case 'FAMILY': return this.forFamily()
      case 'TUNNEL': return [this.keys([['IOPCITunnelCompatible', true]])]
      default: return []
    }
  }

  private without(key: string): CounterfactualEdit {
    return { kind: 'removeKey', personality: this.name, key }
  }

  private forScore(): CounterfactualEdit[] {
    const { judged, category } = this.judgement
    const winner = this.decision.winners.get(category)
    if (winner === undefined) return []
    const gap = winner.judged.outcome.score - judged.outcome.score
    return [
      this.keys([['IOProbeScore', judged.personality.score + gap + 1]]),
      this.keys([['IOMatchCategory', judged.personality.className ?? 'Own']]),
      { kind: 'removePersonality', personality: winner.judged.facts.name },
    ]
  }

  private forName(): CounterfactualEdit[] {
    const wanted = textsOf(this.table.get('IONameMatch')).find((name) => !name.endsWith('*'))
    const rename: CounterfactualEdit[] = wanted === undefined ? [] : [{ kind: 'providerName', value: wanted }]
    const own = this.keys([['IONameMatch', providerOf(this.subject).name]])
    return [own, ...rename, this.without('IONameMatch')]
  }

  /** The alternatives that only one property is missing for. */
  private forProperties(): CounterfactualEdit[] {
    const edits: CounterfactualEdit[] = []
    for (const wanted of dictionariesOf(this.table.get('IOPropertyMatch'))) {
      const missing = wanted.keys.filter((key) => !isSame(wanted.get(key), this.properties.get(key)))
      const value = missing.length === 1 ? editValueOf(wanted.get(missing[0]!)) : null
      if (value !== null) edits.push({ kind: 'providerProperty', key: missing[0]!, value })
    }
    const [name] = textsOf(this.table.get('IOPropertyExistsMatch'))
    if (name !== undefined) edits.push({ kind: 'providerProperty', key: name, value: true })
    for (const key of ['IOPropertyMatch', 'IOPropertyExistsMatch']) {
      if (this.table.get(key) !== undefined) edits.push(this.without(key))
    }
    return edits
  }

  private forResources(): CounterfactualEdit[] {
    const wanted = textsOf(this.table.get('IOResourceMatch'))
    const missing = wanted.filter((name) => this.properties.get(name) === undefined)
    return missing.length === 1 ? [{ kind: 'providerProperty', key: missing[0]!, value: true }] : []
  }

  private forFamily(): CounterfactualEdit[] {
    const key = this.judgement.judged.outcome.decisive?.key
    if (key?.startsWith('IOPCI') === true) {
      return pciProposals({ personality: this.name, table: this.table, properties: this.properties, key })
    }
    return key === undefined ? this.forPattern() : this.forKey(key)
  }

  /** A key that is compared with the property of its name. */
  private forKey(key: string): CounterfactualEdit[] {
    const wanted = editValueOf(this.table.get(key))
    const found = editValueOf(this.properties.get(key))
    const edits: CounterfactualEdit[] = []
    if (found !== null) edits.push(this.keys([[key, found]]))
    if (wanted !== null) edits.push({ kind: 'providerProperty', key, value: wanted })
    return [...edits, this.without(key), ...this.forPattern()]
  }

  /** Keys that a pattern lacks, or has too many: one more, two more, one less. */
  private forPattern(): CounterfactualEdit[] {
    const rule = ruleOf(this.subject.classes, providerOf(this.subject).className)
    const missing = (rule?.keys ?? []).flatMap((key) => {
      const value = this.table.get(key) === undefined ? editValueOf(this.properties.get(key)) : null
      return value === null ? [] : [[key, value] as const]
    })
    const pairs = missing.flatMap((one, i) => missing.slice(i + 1).map((other) => [one, other]))
    const less = (rule?.keys ?? []).filter((key) => this.table.get(key) !== undefined)
    return [...missing.map((one) => this.keys([one])), ...less.map((key) => this.without(key)),
      ...pairs.map((pair) => this.keys(pair))]
  }
}

function textsOf(value: ImportedValue | undefined): string[] {
  if (typeof value === 'string') return [value]
  return value instanceof ImportedArray ? value.values.filter((one) => typeof one === 'string') : []
}

function dictionariesOf(value: ImportedValue | undefined): ImportedDictionary[] {
  if (value instanceof ImportedDictionary) return [value]
  return value instanceof ImportedArray ? value.values.filter((one) => one instanceof ImportedDictionary) : []
}

/** Whether simple values are alike; others count as different, which costs an edit and no more. */
function isSame(a: ImportedValue | undefined, b: ImportedValue | undefined): boolean {
  const [left, right] = [editValueOf(a), editValueOf(b)]
  if (left === null || right === null) return false
  if (typeof left === 'object' && typeof right === 'object') return left.data === right.data
  return left === right
}
