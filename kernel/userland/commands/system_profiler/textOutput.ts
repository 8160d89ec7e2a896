import type { Fact, Reporter, Section, SectionItem } from './reporters/index.ts'

/** Lays a section out as the tool does: items at 4, their facts 2 deeper, one blank line after each. */
export function sectionText(reporter: Reporter, section: Section): string {
  const lines = [`${reporter.title}:`, '']
  if (section.items.length === 0
    && section.noInformation !== undefined) lines.push(`    ${section.noInformation}`, '')
  for (const item of section.items) addItem(lines, item, 4)
  return `${lines.join('\n')}\n`
}

function addItem(lines: string[], item: SectionItem, indent: number): void {
  lines.push(`${' '.repeat(indent)}${item.name}:`, '')
  for (const fact of item.facts) addFact(lines, fact, indent + 2)
  if (item.facts.length > 0) lines.push('')
  for (const child of item.items ?? []) addItem(lines, child, indent + 4)
}

/** A dictionary's facts stand 4 deeper than its label, a list's entries 2, and the facts of an entry 2 more. */
function addFact(lines: string[], { label, value }: Fact, indent: number, isEntry = false): void {
  if (label === null) return
  const margin = ' '.repeat(indent)
  if (typeof value === 'string') {
    lines.push(`${margin}${label}: ${value}`)
    return
  }
  lines.push(`${margin}${label}:`)
  const isList = value.every((entry) => typeof entry.value !== 'string')
  for (const entry of value) addFact(lines, entry, indent + (isList || isEntry ? 2 : 4), isList)
}
