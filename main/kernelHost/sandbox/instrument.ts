import { parse, type AnyNode, type Node } from 'acorn'

/** A function of a driver, as backtraces name it: `Class::method`, and the source line it begins on. */
export interface DriverFunction {
  readonly symbol: string
  readonly line: number
}

interface Insertion {
  readonly at: number
  readonly text: string
  /** Order among insertions at one place. */
  readonly rank: number
}

interface Walk {
  readonly insertions: Insertion[]
  readonly functions: DriverFunction[]
  readonly code: string
}

const LEAVE = '}catch($error){throw $fault($error)}finally{$leave($depth)}'

/**
 * Adds to a driver's JavaScript what makes it observable and bounded: each function enters and leaves a simulated
 * stack frame and turns JavaScript faults into kernel faults; each loop turn and call spends one step of the budget.
 * Throws acorn's SyntaxError for code that is none.
 */
export function instrumentDriver(code: string): { code: string; functions: DriverFunction[] } {
  const program = parse(code, { ecmaVersion: 'latest', sourceType: 'script', locations: true })
  const walk: Walk = { insertions: [], functions: [], code }
  visit(program, '', walk)
  return { code: applyInsertions(code, walk.insertions), functions: walk.functions }
}

function applyInsertions(code: string, insertions: Insertion[]): string {
  insertions.sort((a, b) => a.at - b.at || a.rank - b.rank)
  let result = ''
  let from = 0
  for (const { at, text } of insertions) {
    result += code.slice(from, at) + text
    from = at
  }
  return result + code.slice(from)
}

function isNode(value: unknown): value is AnyNode {
  return typeof value === 'object' && value !== null && typeof (value as Node).type === 'string'
}

function visitChildren(node: AnyNode, owner: string, walk: Walk): void {
  for (const value of Object.values(node) as unknown[]) {
    if (Array.isArray(value)) {
      for (const item of value) if (isNode(item)) visit(item, owner, walk)
    } else if (isNode(value)) visit(value, owner, walk)
  }
}

function keyName(key: AnyNode): string {
  if (key.type === 'Identifier') return key.name
  if (key.type === 'PrivateIdentifier') return `#${key.name}`
  return key.type === 'Literal' ? String(key.value) : '(computed)'
}

function visit(node: AnyNode, owner: string, walk: Walk): void {
  switch (node.type) {
    case 'ClassDeclaration': case 'ClassExpression': {
      const name = node.id?.name ?? '(class)'
      visitChildren(node, name, walk)
      return
    }
    case 'MethodDefinition': case 'PropertyDefinition':
      if (node.value !== null && node.value !== undefined && isFunction(node.value)) {
        instrumentFunction(node.value, `${owner}::${keyName(node.key)}`, owner, walk)
      } else visitChildren(node, owner, walk)
      return
    case 'VariableDeclarator':
      if (node.init !== null && node.init !== undefined && isFunction(node.init) && node.id.type === 'Identifier') {
        instrumentFunction(node.init, node.id.name, owner, walk)
      } else visitChildren(node, owner, walk)
      return
    case 'FunctionDeclaration':
      instrumentFunction(node, node.id?.name ?? '(function)', owner, walk)
      return
    case 'FunctionExpression': case 'ArrowFunctionExpression':
      instrumentFunction(node, owner === '' ? '(function)' : `${owner}::(block)`, owner, walk)
      return
    case 'ForStatement': case 'ForInStatement': case 'ForOfStatement': case 'WhileStatement': case 'DoWhileStatement':
      instrumentLoop(node.body, walk)
      visitChildren(node, owner, walk)
      return
    default:
      visitChildren(node, owner, walk)
  }
}

type FunctionNode = Extract<AnyNode, { type: 'FunctionDeclaration' | 'FunctionExpression' | 'ArrowFunctionExpression' }>

function isFunction(node: AnyNode): node is FunctionNode {
  return node.type === 'FunctionDeclaration' || node.type === 'FunctionExpression' || node.type === 'ArrowFunctionExpression'
}

function instrumentFunction(node: FunctionNode, symbol: string, owner: string, walk: Walk): void {
  const index = walk.functions.length
  walk.functions.push({ symbol, line: node.loc?.start.line ?? 0 })
  const { body } = node
  const enter = `const $depth=$enter(${index});try{`
  if (body.type === 'BlockStatement') {
    walk.insertions.push({ at: body.start + 1, text: enter, rank: 0 }, { at: body.end - 1, text: LEAVE, rank: 9 })
  } else {
    // An arrow's expression may be wrapped in parentheses that belong to no node: replace from the arrow on.
    const arrow = walk.code.lastIndexOf('=>', body.start)
    walk.insertions.push({ at: arrow + 2, text: `{${enter}return (`, rank: 0 }, { at: node.end, text: `)${LEAVE}}`, rank: 1 })
  }
  visitChildren(node, owner, walk)
}

function instrumentLoop(body: AnyNode, walk: Walk): void {
  if (body.type === 'BlockStatement') walk.insertions.push({ at: body.start + 1, text: '$step();', rank: 1 })
  else walk.insertions.push({ at: body.start, text: '{$step();', rank: 1 }, { at: body.end, text: '}', rank: 2 })
}
