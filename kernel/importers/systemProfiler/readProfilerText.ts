import {
  MAX_PROFILER_DEPTH, plainKey, sectionKind, type ProfilerNode, type ProfilerReport,
} from './ProfilerNode.ts'

interface OpenNode {
  readonly indent: number
  readonly title: string
  readonly fields: Map<string, string>
  readonly children: ProfilerNode[]
}

/**
 * Whether a text is a report of system_profiler: a section title at the margin, items below it by
 * indentation.
 */
export function looksLikeProfilerText(text: string): boolean {
  return /^(?:PCI|PCI Cards|Ethernet Cards|USB|Hardware|Software):\r?\n\s*\r?\n {4}\S/mu.test(text)
}

/** Reads the text form of system_profiler by its indentation. Total. */
export function readProfilerText(text: string): ProfilerReport {
  const sections: { kind: 'pci' | 'usb'; items: readonly ProfilerNode[] }[] = []
  let open: OpenNode[] = []
  let understood = 0
  const lines = text.split(/\r?\n/u)
  for (const line of lines) {
    const match = /^( *)([^:]+(?::[^: ][^:]*)*):(?: (.*))?$/u.exec(line)
    if (match === null) {
      understood += line.trim() === '' ? 1 : 0
      continue
    }
    understood++
    const indent = match[1]!.length
    while (open.length > 0 && open.at(-1)!.indent >= indent) open.pop()
    const value = match[3]?.trim() ?? ''
    if (value !== '') {
      open.at(-1)?.fields.set(plainKey(match[2]!), value)
      continue
    }
    const node: OpenNode = { indent, title: match[2]!.trim(), fields: new Map(), children: [] }
    if (indent === 0) {
      const kind = sectionKind(node.title)
      if (kind !== null) sections.push({ kind, items: node.children })
      open = [node]
    } else if (open.length > 0 && open.length < MAX_PROFILER_DEPTH) {
      open.at(-1)!.children.push(node)
      open.push(node)
    }
  }
  const linesTotal = lines.at(-1) === '' ? lines.length - 1 : lines.length
  return { sections, linesTotal, linesUnderstood: Math.min(understood, linesTotal) }
}
