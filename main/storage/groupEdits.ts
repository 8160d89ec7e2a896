import type { GroupEdit, GroupRule, ReportSummary } from '../../kernel/api/index.ts'
import type { Sqlite } from './Database.ts'
import type { Statements } from './Statements.ts'

/** What a report is grouped by before the user's own edits. */
export interface GroupFacts {
  readonly id: number
  readonly name: string
  readonly title: string
  readonly subtitle: string
  readonly class: string
  readonly kexts: string
  readonly groupKey: string | null
}

type Grouped = Pick<ReportSummary, 'group' | 'groupedBy' | 'mergedFrom'>
type Grouping = (facts: GroupFacts) => Grouped
type Own = Omit<Grouped, 'mergedFrom'>

const MAX_HOPS = 64

/** The user's edits of the groups: rules first, then splits, then the fingerprint, and merges over all of them. */
export class GroupEdits {
  private known: { readonly state: string; readonly grouping: Grouping } | null = null

  constructor(
    private readonly database: Sqlite,
    private readonly statements: Statements,
  ) {}

  rules(): GroupRule[] {
    return this.statements.prepare<[], GroupRule>('SELECT id, name, field, contains FROM groupRules ORDER BY id')
      .all()
  }

  /** Makes an edit and returns the one that undoes it. */
  apply(edit: GroupEdit): GroupEdit {
    return this.database.transaction(() => this.make(edit)).immediate()
  }

  /** A function that tells the group of each report. It is kept until anybody changes the database. */
  grouping(): Grouping {
    if (this.database.inTransaction) return this.load()
    const state = this.state()
    if (this.known?.state !== state) this.known = { state, grouping: this.load() }
    return this.known.grouping
  }

  /** Changes with every change of this connection, and with those of all others. */
  private state(): string {
    const own = this.statements.prepare<[], { changes: number }>('SELECT total_changes() AS changes').get()
    const others = this.statements.prepare<[], { data_version: number }>('PRAGMA data_version').get()
    return `${own?.changes} ${others?.data_version}`
  }

  private load(): Grouping {
    const rules = this.rules().map((rule) => ({ ...rule, contains: rule.contains.toLowerCase() }))
    const splits = new Set(
      this.statements.prepare<[], { report: number }>('SELECT report FROM groupSplits')
        .all()
        .map(({ report }) => report),
    )
    const merges = new Map(
      this.statements.prepare<[], { groupKey: string; target: string }>('SELECT groupKey, target FROM groupMerges')
        .all()
        .map(({ groupKey, target }) => [groupKey, target]),
    )
    return (facts) => followMerges(ownGroup(facts, rules, splits), merges)
  }

  private make(edit: GroupEdit): GroupEdit {
    const run = (sql: string, ...values: (string | number)[]): number =>
      Number(this.statements.prepare(sql).run(...values).lastInsertRowid)
    switch (edit.kind) {
      case 'merge':
        if (edit.group === edit.into) throw new Error('A group cannot be merged into itself.')
        run('INSERT OR REPLACE INTO groupMerges VALUES (?, ?)', edit.group, edit.into)
        run('DELETE FROM groupMerges WHERE groupKey = ?', edit.into)
        return { kind: 'unmerge', group: edit.group }
      case 'unmerge': {
        const found = this.statements.prepare<[string], { target: string }>('SELECT target FROM groupMerges WHERE groupKey = ?')
          .get(edit.group)
        if (found === undefined) throw new Error('This group was not merged into another.')
        run('DELETE FROM groupMerges WHERE groupKey = ?', edit.group)
        return { kind: 'merge', group: edit.group, into: found.target }
      }
      case 'split':
        run('INSERT OR IGNORE INTO groupSplits VALUES (?)', edit.report)
        return { kind: 'unsplit', report: edit.report }
      case 'unsplit':
        run('DELETE FROM groupSplits WHERE report = ?', edit.report)
        return { kind: 'split', report: edit.report }
      case 'addRule':
        return {
          kind: 'removeRule',
          id: run(
            'INSERT INTO groupRules (name, field, contains) VALUES (?, ?, ?)',
            edit.name,
            edit.field,
            edit.contains,
          ),
        }
      case 'removeRule': {
        const rule = this.rules().find(({ id }) => id === edit.id)
        if (rule === undefined) throw new Error(`There is no group rule ${edit.id}.`)
        run('DELETE FROM groupRules WHERE id = ?', edit.id)
        return { kind: 'addRule', name: rule.name, field: rule.field, contains: rule.contains }
      }
    }
  }
}

function ownGroup(facts: GroupFacts, rules: readonly GroupRule[], splits: ReadonlySet<number>): Own {
  if (splits.has(facts.id)) return { group: `split:${facts.id}`, groupedBy: 'split' }
  const rule = rules.find(({ field, contains }) => valueOf(facts, field).toLowerCase().includes(contains))
  if (rule !== undefined) return { group: `rule:${rule.name}`, groupedBy: 'rule' }
  if (facts.groupKey !== null) return { group: facts.groupKey, groupedBy: 'fingerprint' }
  if (facts.class === '' && facts.kexts === '[]') return { group: `one:${facts.id}`, groupedBy: 'nothing' }
  return { group: `title:${facts.title}`, groupedBy: 'title' }
}

function valueOf(facts: GroupFacts, field: GroupRule['field']): string {
  return field === 'kext' ? facts.kexts : facts[field]
}

function followMerges(own: Own, merges: ReadonlyMap<string, string>): Grouped {
  let { group } = own
  for (let hop = 0; hop < MAX_HOPS; hop++) {
    const target = merges.get(group)
    if (target === undefined)
      return hop === 0 ? { ...own, mergedFrom: null } : { group, groupedBy: 'merge', mergedFrom: own.group }
    group = target
  }
  return { ...own, mergedFrom: null }
}
