/** A piece of a word. Quoted pieces are neither split nor matched against files. */
export type WordPart =
  | { readonly kind: 'literal'; readonly text: string; readonly quoted: boolean }
  | { readonly kind: 'parameter'; readonly name: string; readonly operation: ParameterOperation | null; readonly quoted: boolean }
  | { readonly kind: 'substitution'; readonly body: Script; readonly quoted: boolean }
  | { readonly kind: 'arithmetic'; readonly expression: Word; readonly quoted: boolean }
  | { readonly kind: 'tilde'; readonly user: string }

export type Word = readonly WordPart[]

/** What stands after the name in `${name…}`. */
export type ParameterOperation =
  | { readonly kind: 'length' }
  | { readonly kind: 'default' | 'assign' | 'error' | 'alternate'; readonly orEmpty: boolean; readonly word: Word }
  | { readonly kind: 'prefix' | 'suffix'; readonly longest: boolean; readonly pattern: Word }
  | {
      readonly kind: 'replace'
      readonly where: 'first' | 'all' | 'start' | 'end'
      readonly pattern: Word
      readonly replacement: Word
    }
  | { readonly kind: 'substring'; readonly offset: Word; readonly length: Word | null }

export interface Redirection {
  readonly kind: '<' | '>' | '>>' | '<>' | '>|' | '<&' | '>&' | '<<' | '<<<' | '&>' | '&>>'
  /** The descriptor; null takes the kind's own (0 or 1). */
  readonly fd: number | null
  /** File name, descriptor number, here-string or the lines of a here-document. */
  readonly target: Word
}

export interface Assignment {
  readonly name: string
  readonly append: boolean
  readonly value: Word
}

export interface Script {
  readonly items: readonly ListItem[]
}

export interface ListItem {
  readonly andOr: AndOr
  readonly background: boolean
  /** The source text, as job messages show it. */
  readonly text: string
}

export interface AndOr {
  readonly first: Pipeline
  readonly rest: readonly { readonly operator: '&&' | '||'; readonly pipeline: Pipeline }[]
}

export interface Pipeline {
  readonly negated: boolean
  readonly timed: boolean
  readonly commands: readonly ShellCommand[]
  readonly text: string
}

export type ShellCommand =
  | SimpleCommand
  | (CompoundCommand & { readonly redirections: readonly Redirection[] })
  | { readonly kind: 'function'; readonly name: string; readonly body: ShellCommand }

export interface SimpleCommand {
  readonly kind: 'simple'
  readonly assignments: readonly Assignment[]
  readonly words: readonly Word[]
  readonly redirections: readonly Redirection[]
}

export interface CaseClause {
  readonly patterns: readonly Word[]
  readonly body: Script
}

export type CompoundCommand =
  | { readonly kind: 'group'; readonly body: Script }
  | { readonly kind: 'subshell'; readonly body: Script }
  | {
      readonly kind: 'if'
      readonly branches: readonly { readonly condition: Script; readonly body: Script }[]
      readonly otherwise: Script | null
    }
  | { readonly kind: 'while'; readonly until: boolean; readonly condition: Script; readonly body: Script }
  | { readonly kind: 'for'; readonly name: string; readonly words: readonly Word[] | null; readonly body: Script }
  | {
      readonly kind: 'forArithmetic'
      readonly start: Word
      readonly condition: Word
      readonly step: Word
      readonly body: Script
    }
  | { readonly kind: 'case'; readonly subject: Word; readonly clauses: readonly CaseClause[] }
  | { readonly kind: 'arithmeticCommand'; readonly expression: Word }
  | { readonly kind: 'condition'; readonly expression: Condition }

/** The inside of `[[ … ]]`. */
export type Condition =
  | { readonly kind: 'not'; readonly operand: Condition }
  | { readonly kind: 'and' | 'or'; readonly left: Condition; readonly right: Condition }
  | { readonly kind: 'unary'; readonly operator: string; readonly operand: Word }
  | { readonly kind: 'binary'; readonly operator: string; readonly left: Word; readonly right: Word }
