import { existsSync, readdirSync } from 'node:fs'
import { basename, join } from 'node:path'
import { FUNCTIONS, readSubjects, type Member, type Subject } from './readSources.ts'
import { isOfUnbuiltPart, UNBUILT } from './unbuiltMethods.ts'
import type { Fidelity } from './XnuTag.ts'

interface Area {
  readonly name: string
  readonly subjects: readonly Subject[]
}

/** Order of the page; folders of kernel/iokit that are not named follow by name. */
const FIRST = [
  'libkern', 'registry', 'matching', 'service', 'workloop',
  'interrupts', 'memory', 'dma', 'mach', 'userclient',
]

const INTRO = `# Fidelity
Which of the original's classes and functions are here, and how near they are. This page is made by
\`npm run docs\` from the \`@xnu\` tags in the sources; do not edit it.

- **faithful**: same behaviour, order, limits and errors. **simplified**: it says where not.
- **absent**: the original has it, we do not.
- **MISSING TAG**: nobody has compared it with the original, so nothing is promised.
- **ours**: no counterpart in the original; not counted.
- A method without a tag of its own has its class's tag only where that says so: \`@xnu path Class::* — …\`;
  the row then says \`(class)\`.
- A method that leaves its work to a function of its own name has that function's tag.
- Public methods of a class's header that have no counterpart here are rows too, with the reason.
- Classes with the original's names count with all public methods, others only where they carry a tag.
`

/** The text of docs/fidelity.md. */
export function fidelityPage(root: string): string {
  const areas = areasOf(root)
  const everything = areas.flatMap(({ subjects }) => membersOf(subjects))
  const built = everything.filter(({ tag }) => tag === null || !isOfUnbuiltPart(tag.why))
  const totals = areas.map(({ name, subjects }) => totalRow(`[${name}](#${name})`, membersOf(subjects)))
  return [
    INTRO, '## Totals',
    '| area | members | faithful | simplified | absent | missing tag |',
    '| --- | ---: | ---: | ---: | ---: | ---: |',
    ...totals, totalRow('**all**', everything), shareRow(everything),
    totalRow('all but power management', built), shareRow(built), '',
    ...areas.flatMap(areaLines),
  ].join('\n')
}

function areasOf(root: string): Area[] {
  const folders = ['kernel/libkern', 'kernel/mach', 'kernel/kext', 'kernel/security', 'kernel/driverkit',
    ...readdirSync(join(root, 'kernel/iokit'), { withFileTypes: true })
      .filter((entry) => entry.isDirectory()).map(({ name }) => `kernel/iokit/${name}`)]
  return folders.filter((folder) => existsSync(join(root, folder)))
    .map((folder) => ({ name: basename(folder), subjects: readSubjects(root, [folder]).map(withUnbuilt) }))
    .filter(({ subjects }) => subjects.length > 0)
    .toSorted((a, b) => placeOf(a.name) - placeOf(b.name) || (a.name < b.name ? -1 : 1))
}

/** A class with rows for the public methods of its header that are not here. */
function withUnbuilt(subject: Subject): Subject {
  const here = new Set(subject.members.map(({ name }) => name))
  const rows = UNBUILT.filter(({ className }) => className === subject.name).flatMap(({ header, why, methods }) =>
    methods.split(/\s+/u).filter((name) => !here.has(name)).map((name): Member => ({
      name, tag: { place: `${header} ${name}`, fidelity: 'absent', why }, inherited: false, malformed: null,
    })))
  return rows.length === 0 ? subject : { ...subject, members: [...subject.members, ...rows] }
}

function placeOf(name: string): number {
  return FIRST.includes(name) ? FIRST.indexOf(name) : FIRST.length
}

function membersOf(subjects: readonly Subject[]): Member[] {
  return subjects.flatMap(({ members, name, tag }) => members.length > 0 || tag === null ? members
    : [{ name, tag, inherited: false, malformed: null }])
}

interface Counts {
  readonly all: number
  readonly faithful: number
  readonly simplified: number
  readonly absent: number
  readonly missing: number
}

function count(members: readonly Member[]): Counts {
  const of = (fidelity: Fidelity): number => members.filter(({ tag }) => tag?.fidelity === fidelity).length
  return {
    all: members.length - of('ours'),
    faithful: of('faithful'),
    simplified: of('simplified'),
    absent: of('absent'),
    missing: members.filter(({ tag }) => tag === null).length,
  }
}

function totalRow(title: string, members: readonly Member[]): string {
  const { all, faithful, simplified, absent, missing } = count(members)
  return `| ${title} | ${all} | ${faithful} | ${simplified} | ${absent} | ${missing} |`
}

function shareRow(members: readonly Member[]): string {
  const { all, faithful, simplified, absent, missing } = count(members)
  const shares = [faithful, simplified, absent, missing].map((part) => `${(100 * part / all).toFixed(1)} %`)
  return `| | 100 % | ${shares.join(' | ')} |`
}

function areaLines({ name, subjects }: Area): string[] {
  return [`## ${name}`, ...subjects.flatMap(subjectLines)]
}

function subjectLines({ name, file, tag, members }: Subject): string[] {
  const whole = tag === null ? [] : [`${tag.place} — ${verdict(tag.fidelity, tag.why)}`, '']
  const rows = members.map((member) => `| \`${member.name}\` | ${memberVerdict(member)} |`)
  const table = rows.length === 0 ? [] : ['| | |', '| --- | --- |', ...rows, '']
  const title = name === FUNCTIONS ? `Functions of ${basename(file)}` : name
  return [`### ${title}`, `[${file}](../${file})`, '', ...whole, ...table]
}

function memberVerdict({ tag, inherited, malformed }: Member): string {
  if (malformed !== null) return `**MISSING TAG** (it has another form: ${cell(malformed)})`
  if (tag === null) return '**MISSING TAG**'
  return verdict(tag.fidelity, tag.why) + (inherited ? ' (class)' : '')
}

function verdict(fidelity: Fidelity, why: string): string {
  return why === '' ? fidelity : `${fidelity}: ${cell(why)}`
}

/** Text that cannot end a table's cell or open markup. */
function cell(text: string): string {
  return text.replaceAll(/[|<>]/gu, (character) => `\\${character}`)
}
