import type { Regex } from '../../libsystem/regex/index.ts'

export type Expression =
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'string'; readonly value: string }
  /** Alone it is matched against the record; as an operand of `~` and of functions it is the expression. */
  | { readonly kind: 'regex'; readonly regex: Regex }
  | { readonly kind: 'variable'; readonly name: string }
  | { readonly kind: 'field'; readonly index: Expression }
  | { readonly kind: 'element'; readonly array: string; readonly subscripts: readonly Expression[] }
  | {
      readonly kind: 'assign'
      readonly operator: string
      readonly target: Target
      readonly value: Expression
    }
  | { readonly kind: 'increment'; readonly by: 1 | -1; readonly prefix: boolean; readonly target: Target }
  | { readonly kind: 'unary'; readonly operator: '!' | '-' | '+'; readonly operand: Expression }
  | {
      readonly kind: 'binary'
      readonly operator: string
      readonly left: Expression
      readonly right: Expression
    }
  | { readonly kind: 'and' | 'or'; readonly left: Expression; readonly right: Expression }
  | {
      readonly kind: 'conditional'
      readonly test: Expression
      readonly yes: Expression
      readonly no: Expression
    }
  | {
      readonly kind: 'match'
      readonly negated: boolean
      readonly text: Expression
      readonly pattern: Expression
    }
  | { readonly kind: 'in'; readonly subscripts: readonly Expression[]; readonly array: string }
  | { readonly kind: 'call'; readonly name: string; readonly arguments: readonly Expression[] }
  | { readonly kind: 'builtin'; readonly name: string; readonly arguments: readonly Expression[] }
  | { readonly kind: 'getline'; readonly target: Target | null; readonly file: Expression | null }
  | { readonly kind: 'group'; readonly inner: Expression }

export type Target = Extract<Expression, { kind: 'variable' | 'field' | 'element' }>

export type Statement =
  | { readonly kind: 'expression'; readonly expression: Expression }
  | {
      readonly kind: 'print' | 'printf'
      readonly arguments: readonly Expression[]
      readonly output: { readonly append: boolean; readonly path: Expression } | null
    }
  | { readonly kind: 'block'; readonly body: readonly Statement[] }
  | { readonly kind: 'if'; readonly test: Expression; readonly yes: Statement; readonly no: Statement | null }
  | {
      readonly kind: 'while'
      readonly test: Expression
      readonly body: Statement
      readonly testLast: boolean
    }
  | {
      readonly kind: 'for'
      readonly start: Statement | null
      readonly test: Expression | null
      readonly step: Statement | null
      readonly body: Statement
    }
  | { readonly kind: 'forIn'; readonly name: string; readonly array: string; readonly body: Statement }
  | { readonly kind: 'delete'; readonly array: string; readonly subscripts: readonly Expression[] | null }
  | { readonly kind: 'next' | 'break' | 'continue' }
  | { readonly kind: 'exit' | 'return'; readonly value: Expression | null }

export interface Rule {
  readonly kind: 'begin' | 'end' | 'always' | 'pattern' | 'range'
  readonly first: Expression | null
  readonly second: Expression | null
  /** Null prints the record. */
  readonly body: Statement | null
}

export interface AwkFunction {
  readonly name: string
  readonly parameters: readonly string[]
  readonly body: Statement
}

export interface AwkProgram {
  readonly rules: readonly Rule[]
  readonly functions: ReadonlyMap<string, AwkFunction>
}
