import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import ts from 'typescript'

/** `folder name` of each export of kernel/FOLDER/index.ts whose declaration has no doc comment. */
export function exportsWithoutComment(root: string): string[] {
  const kernel = join(root, 'kernel')
  return readdirSync(kernel).filter((name) => existsSync(join(kernel, name, 'index.ts'))).toSorted()
    .flatMap((name) => [...commentsOf(join(kernel, name, 'index.ts'), new Map())]
      .filter(([, hasComment]) => !hasComment).map(([exported]) => `${name} ${exported}`))
}

const CONSTANT = /^(?:k[A-Z]|[A-Z][A-Z0-9_]+$|(?:sys|sub|io)_)/u

type Cache = Map<string, ReadonlyMap<string, boolean>>

/** Whether each export of a file is commented, followed through re-exports to its declaration. */
function commentsOf(path: string, cache: Cache): ReadonlyMap<string, boolean> {
  const former = cache.get(path)
  if (former !== undefined) return former
  const found = new Map<string, boolean>()
  cache.set(path, found)
  const source = ts.createSourceFile(path, readFileSync(path, 'utf8'), {
    languageVersion: ts.ScriptTarget.ES2024, jsDocParsingMode: ts.JSDocParsingMode.ParseNone,
  })
  const locals = new Map<string, { readonly path: string; readonly name: string }>()
  for (const statement of source.statements) {
    if (ts.isImportDeclaration(statement)) noteImports(statement, path, locals)
    else if (ts.isExportDeclaration(statement)) addExports({ statement, path, cache, found, locals })
    else for (const name of declaredNames(statement)) {
      // One commented declaration of several overloads is enough.
      found.set(name, found.get(name) === true || isCommented(statement, source))
    }
  }
  return found
}

interface ExportStep {
  readonly statement: ts.ExportDeclaration
  readonly path: string
  readonly cache: Cache
  readonly found: Map<string, boolean>
  readonly locals: ReadonlyMap<string, { readonly path: string; readonly name: string }>
}

function addExports({ statement, path, cache, found, locals }: ExportStep): void {
  const target = targetOf(statement.moduleSpecifier, path)
  if (statement.exportClause === undefined && target !== null) {
    for (const [name, hasComment] of commentsOf(target, cache)) found.set(name, hasComment)
  }
  if (statement.exportClause === undefined || !ts.isNamedExports(statement.exportClause)) return
  for (const { name, propertyName } of statement.exportClause.elements) {
    const own = (propertyName ?? name).text
    const origin = target === null ? locals.get(own) : { path: target, name: own }
    if (origin !== undefined) found.set(name.text, commentsOf(origin.path, cache).get(origin.name) ?? true)
  }
}

function noteImports(
  statement: ts.ImportDeclaration, path: string, locals: Map<string, { path: string; name: string }>,
): void {
  const target = targetOf(statement.moduleSpecifier, path)
  const bindings = statement.importClause?.namedBindings
  if (target === null || bindings === undefined || !ts.isNamedImports(bindings)) return
  for (const { name, propertyName } of bindings.elements) {
    locals.set(name.text, { path: target, name: (propertyName ?? name).text })
  }
}

function targetOf(specifier: ts.Expression | undefined, path: string): string | null {
  if (specifier === undefined || !ts.isStringLiteral(specifier)) return null
  return specifier.text.startsWith('.') ? join(dirname(path), specifier.text) : null
}

/** Exported names of a declaration, constants of the original's spelling aside: they explain themselves. */
function declaredNames(statement: ts.Statement): string[] {
  const isExported = ts.canHaveModifiers(statement)
    && statement.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword) === true
  if (!isExported) return []
  if (ts.isVariableStatement(statement)) {
    const { declarations } = statement.declarationList
    const names = declarations.map(({ name }) => (ts.isIdentifier(name) ? name.text : ''))
    return names.filter((name) => name !== '' && !CONSTANT.test(name))
  }
  const named = ts.isFunctionDeclaration(statement) || ts.isClassDeclaration(statement)
    || ts.isInterfaceDeclaration(statement) || ts.isTypeAliasDeclaration(statement)
  return named && statement.name !== undefined ? [statement.name.text] : []
}

function isCommented(statement: ts.Statement, source: ts.SourceFile): boolean {
  const comments = ts.getLeadingCommentRanges(source.text, statement.getFullStart()) ?? []
  return comments.some(({ pos }) => source.text.startsWith('/**', pos))
}
