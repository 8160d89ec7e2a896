import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import ts from 'typescript'
import { coversMembers, fileOf, nameOf, readTags, type TagResult, type XnuTag } from './XnuTag.ts'

/** One public member, or one thing of the original that is not there. */
export interface Member {
  readonly name: string
  /** Null when there is no readable tag. */
  readonly tag: XnuTag | null
  /** The tag is the class's: its place ends with `Class::*`. */
  readonly inherited: boolean
  /** A tag that does not have the form. */
  readonly malformed: string | null
}

/** A class of the kernel with its public methods, or the functions of one area under the name `Functions`. */
export interface Subject {
  readonly name: string
  readonly file: string
  readonly tag: XnuTag | null
  readonly members: readonly Member[]
}

/** Name of the subject that holds a file's functions. */
export const FUNCTIONS = 'Functions'

/** Names that are the original's own: its classes and C functions. */
const APPLE_CLASS = /^_?(?:IO|OS|KX)[A-Z]/u
const APPLE_FUNCTION = /^(?:(?:IO|OS)[A-Z]|(?:mach|mig|ipc|host|task|thread|vm|ml|i[so])_[a-z]|(?:panic|kprintf)$)/u

/** All classes and functions of the original's below some folders of the project. */
export function readSubjects(root: string, folders: readonly string[]): Subject[] {
  const files = folders.flatMap((folder) => [...sourcesBelow(join(root, folder))]).toSorted()
  return joined(files.flatMap((path) => readFile(path, relative(root, path).replaceAll('\\', '/'))))
}

/** A method that leaves its work to a tagged function of its own name has that function's tag. */
function joined(subjects: readonly Subject[]): Subject[] {
  const functions = subjects.filter(({ name }) => name === FUNCTIONS).flatMap((subject) => subject.members)
  const taken = new Set<Member>()
  const filled = subjects.map((subject) => subject.tag === null ? subject : {
    ...subject,
    members: subject.members.map((member) => {
      if (member.tag !== null && !member.inherited) return member
      const worker = functions.find(({ name, tag }) =>
        name === member.name && tag !== null && fileOf(tag) === fileOf(subject.tag!))
      if (worker === undefined) return member
      taken.add(worker)
      return { ...worker, name: member.name }
    }),
  })
  const left = filled.map((subject) => ({
    ...subject, members: subject.members.filter((member) => !taken.has(member)),
  }))
  return left.filter((subject) => subject.members.length > 0 || subject.tag !== null)
}

function* sourcesBelow(folder: string): Generator<string> {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) yield* sourcesBelow(path)
    else if (entry.name.endsWith('.ts') && !entry.name.endsWith('.test.ts')) yield path
  }
}

function readFile(path: string, name: string): Subject[] {
  const source = ts.createSourceFile(path, readFileSync(path, 'utf8'), {
    languageVersion: ts.ScriptTarget.ES2024, jsDocParsingMode: ts.JSDocParsingMode.ParseNone,
  })
  const subjects: Subject[] = []
  const functions: Member[] = []
  for (const statement of source.statements) {
    if (ts.isClassDeclaration(statement)) {
      const subject = readClass(statement, source, name)
      if (subject !== null) subjects.push(subject)
    } else if (ts.isFunctionDeclaration(statement) && isExported(statement)) {
      functions.push(...readFunction(statement, source))
    }
  }
  const members = once(functions)
  return members.length === 0 ? subjects : [...subjects, { name: FUNCTIONS, file: name, tag: null, members }]
}

function readFunction(statement: ts.FunctionDeclaration, source: ts.SourceFile): Member[] {
  const name = statement.name?.text ?? ''
  const tags = tagsOf(statement, source)
  return tags.length > 0 || APPLE_FUNCTION.test(name) ? rowsOf(name, tags, null) : []
}

function readClass(statement: ts.ClassDeclaration, source: ts.SourceFile, file: string): Subject | null {
  const name = statement.name?.text ?? ''
  const tags = tagsOf(statement, source)
  const isApples = isExported(statement) && APPLE_CLASS.test(name)
  const readable = tags.flatMap((each) => ('tag' in each ? [each.tag] : []))
  const own = readable.find((tag) => isOfClass(tag, name)) ?? null
  const covering = own !== null && coversMembers(own) ? own : null
  const found = statement.members.flatMap((member) => isPublicMethod(member)
    ? rowsOf((member.name as ts.Identifier).text, tagsOf(member, source), covering) : [])
  const counted = isApples ? found : found.filter(({ tag }) => tag !== null)
  const others = tags.filter((each) => !('tag' in each) || each.tag !== own)
    .flatMap((each) => rowsOf(labelOf(each), [each], null))
  const all = once([...counted, ...others])
  return isApples || own !== null || all.length > 0 ? { name, file, tag: own, members: all } : null
}

function labelOf(each: TagResult): string {
  return 'tag' in each ? nameOf(each.tag) : '?'
}

/** The tag is about the class and not about something of it that is not here. */
function isOfClass(tag: XnuTag, className: string): boolean {
  return tag.fidelity !== 'absent' || nameOf(tag) === className
}

/** Rows of one declaration: several tags say that it stands for several functions of the original. */
function rowsOf(name: string, tags: readonly TagResult[], covering: XnuTag | null): Member[] {
  if (tags.length === 0) return [{ name, tag: covering, inherited: covering !== null, malformed: null }]
  return tags.map((each, index) => 'tag' in each
    ? { name: index === 0 ? name : nameOf(each.tag), tag: each.tag, inherited: false, malformed: null }
    : { name, tag: null, inherited: false, malformed: each.malformed })
}

/** Overloads and accessor pairs are one member; the tagged declaration counts. */
function once(all: readonly Member[]): Member[] {
  const byName = new Map<string, Member>()
  for (const member of all) {
    const former = byName.get(member.name)
    if (former === undefined || (former.tag === null && member.tag !== null)) byName.set(member.name, member)
  }
  return [...byName.values()]
}

function isExported(node: ts.ClassDeclaration | ts.FunctionDeclaration): boolean {
  return node.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword) === true
}

function isPublicMethod(member: ts.ClassElement): boolean {
  if (!ts.isMethodDeclaration(member) && !ts.isAccessor(member)) return false
  const hidden = [ts.SyntaxKind.PrivateKeyword, ts.SyntaxKind.ProtectedKeyword]
  return ts.isIdentifier(member.name) && member.modifiers?.some(({ kind }) => hidden.includes(kind)) !== true
}

/** Tags of the doc comment in front of a declaration. */
function tagsOf(node: ts.Node, source: ts.SourceFile): TagResult[] {
  const comments = ts.getLeadingCommentRanges(source.text, node.getFullStart()) ?? []
  const texts = comments.map(({ pos, end }) => source.text.slice(pos, end))
  return readTags(texts.findLast((text) => text.startsWith('/**')) ?? '')
}
