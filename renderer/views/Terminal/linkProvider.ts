import type { IBufferRange, ILink, ILinkProvider, Terminal } from '@xterm/xterm'
import { findLinks } from './findLinks.ts'
import type { TerminalLink } from './findLinks.ts'

/** What the terminal's links lead to. */
export interface LinkTargets {
  readonly isClass: (name: string) => boolean
  readonly follow: (link: TerminalLink) => void
}

/** A wrapped line is searched as one; more rows than this are not looked at together. */
const MOST_ROWS = 20

/** Underlines what leads somewhere while the pointer is over it. `tip` is told what to say about it, or null. */
export function createLinkProvider(
  terminal: Terminal, targets: LinkTargets, tip: (text: string | null, event: MouseEvent) => void,
): ILinkProvider {
  return {
    provideLinks(lineNumber, answer) {
      const { first, text } = wholeLine(terminal, lineNumber - 1)
      answer(findLinks(text, targets.isClass).map((link) => toLink(link, first)))
    },
  }

  function toLink(link: TerminalLink, first: number): ILink {
    return {
      text: link.text, range: rangeOf(link, first, terminal.cols),
      activate: () => targets.follow(link),
      hover: (event) => tip(link.meaning ?? 'Show in Registry', event),
      leave: (event) => tip(null, event),
    }
  }
}

/** The rows that one line of output was wrapped into, with the number of the first. */
function wholeLine(terminal: Terminal, row: number): { first: number; text: string } {
  const { active } = terminal.buffer
  let first = row
  while (first > 0 && row - first < MOST_ROWS && active.getLine(first)?.isWrapped === true) first -= 1
  let text = ''
  for (let at = first; at < first + MOST_ROWS; at += 1) {
    const line = active.getLine(at)
    if (line === undefined || (at > first && !line.isWrapped)) break
    text += line.translateToString(false)
  }
  return { first, text }
}

function rangeOf({ at, text }: TerminalLink, first: number, columns: number): IBufferRange {
  const place = (offset: number): { x: number; y: number } => ({ x: offset % columns + 1, y: first + Math.floor(offset / columns) + 1 })
  return { start: place(at), end: place(at + text.length - 1) }
}
