/** Lines of a pasted text without what forums, mail and logs put around them. */
export interface UnwrappedLines {
  readonly lines: readonly string[]
  readonly notes: readonly string[]
}

/** The text that the lines were cut from, so that one look tells whether a sign stands in any of them. */
export interface UnwrappedText extends UnwrappedLines {
  readonly text: string
}

const ENTITY = /&(?:amp|lt|gt|quot|apos|nbsp|#\d{1,6}|#x[0-9a-f]{1,5});/giu
const NAMED: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: '\'',
  nbsp: ' ',
}
const TAG =
  /<\/?(?:pre|code|p|div|span|html|body|blockquote|td|tr|table|tt|b|i|em|strong)(?: [^<>]{0,200})?>/giu
const BREAK = /<br ?\/?>/giu

/** What logs print before each line. */
const LOG_PREFIXES: readonly RegExp[] = [
  /^[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d \S{1,64} \S{1,64}: ?/u,
  new RegExp(
    '^\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d(?:\\.\\d{1,9})?(?:[+-]\\d{4})?\\s{1,8}'
    + '(?:0x[0-9a-f]{1,16}\\s{1,16}\\w{1,16}\\s{1,16}0x[0-9a-f]{1,16}\\s{1,16}'
    + '\\d{1,9}\\s{1,16}\\d{1,9}\\s{1,16})?'
    + '(?:\\S{1,64}: ?)?(?:\\(\\S{1,64}\\) ?)?', 'u'),
  /^\[ {0,12}\d{1,12}\.\d{1,9}\]:? ?/u,
  /^kernel(?:\[0\])?: ?/u,
]

const STRUCTURE = /panic\(cpu \d|Backtrace \(CPU|Panicked t(?:ask|hread)|Kernel version:/u

function entity(found: string): string {
  const name = found.slice(1, -1).toLowerCase()
  if (!name.startsWith('#')) return NAMED[name] ?? found
  const code = name.startsWith('#x') ? Number.parseInt(name.slice(2), 16) : Number(name.slice(1))
  return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : found
}

/** HTML that a web page left behind. */
function withoutHtml(text: string, notes: string[]): string {
  let result = text
  if (result.includes('<') && (BREAK.test(result) || TAG.test(result))) {
    notes.push('HTML tags')
    result = result.replace(BREAK, '\n').replace(TAG, '')
  }
  for (
    let round = 0;
    round < 2 && result.includes('&') && /&(?:gt|lt|quot|amp|nbsp|#\d{1,6}|#x[0-9a-f]{1,5});/iu.test(result);
    round++
  ) {
    if (round === 0) notes.push('HTML entities')
    result = result.replace(ENTITY, entity)
  }
  BREAK.lastIndex = 0
  TAG.lastIndex = 0
  return result
}

const QUOTED =
  /^\s?> ?(?:panic\(cpu \d|\*\*\* Panic Report|Backtrace \(CPU|Panicked t|Debugger message:|Kernel ver)/u

/**
 * `> ` before every line, or at least before the panic's. A list of shortened kext names begins with `>` too, without
 * a blank: so without one all lines must have it.
 */
function withoutQuotes(lines: readonly string[], text: string, notes: string[]): readonly string[] {
  if (!text.includes('>')) return lines
  let result = lines
  for (let level = 0; level < 4; level++) {
    const isWhole =
      result.every((line) => line === '' || /^\s?>/u.test(line) || line.trim() === '')
      && result.some((line) => line.trim() !== '')
    const isPartly =
      !isWhole && text.includes('> ') && result.some((line) => line.includes('> ') && QUOTED.test(line))
    if (!isWhole && !isPartly) break
    if (level === 0) notes.push('quote marks')
    const mark = isWhole ? /^\s?> ?/u : /^\s?>(?: |$)/u
    result = result.map((line) => line.replace(mark, ''))
  }
  return result
}

function withoutLogPrefixes(lines: readonly string[], notes: string[]): readonly string[] {
  const first = lines.findIndex((line) => STRUCTURE.test(line))
  if (first < 0) return lines
  const prefix = LOG_PREFIXES.find((pattern) => pattern.test(lines[first]!))
  if (prefix === undefined) return lines
  notes.push('prefixes of a log')
  return lines.map((line) => line.replace(prefix, ''))
}

function mayBeIndented(line: string): boolean {
  if (line === '') return false
  const code = line.charCodeAt(0)
  return code <= 0x20 || code >= 0x80
}

/** White space that stands before every line from the panic on, as in a list or a code block. */
function withoutIndent(lines: readonly string[], notes: string[]): readonly string[] {
  const first = lines.findIndex((line) => mayBeIndented(line) && /^\s{1,32}(?:panic\(cpu \d|\*\*\* Panic Report)/u.test(line))
  if (first < 0) return lines
  const indent = /^\s*/u.exec(lines[first]!)![0]
  notes.push('indentation')
  return lines.map((line) => (line.startsWith(indent) ? line.slice(indent.length) : line))
}

/** A text whose line breaks are written as `\n`, as out of a JSON string. */
function withoutEscapes(lines: readonly string[], notes: string[]): readonly string[] {
  const isEscaped = lines.some((line) => line.includes('panic(cpu ') && line.split('\\n', 5).length > 4)
  if (!isEscaped) return lines
  notes.push('escaped line breaks')
  return lines.flatMap((line) =>
    line.replaceAll('\\n', '\n').replaceAll('\\t', '\t').replaceAll('\\/', '/').split('\n'),
  )
}

/** Splits a text into lines, at any kind of line break. */
export function splitLines(text: string, notes: string[]): string[] {
  if (text.includes('\r\n')) notes.push('CR LF line ends')
  else if (text.includes('\r') && !text.includes('\n')) notes.push('CR line ends')
  const plain = text.includes('\r') ? text.replaceAll('\r\n', '\n').replaceAll('\r', '\n') : text
  const lines = plain.split('\n')
  if (lines.at(-1) === '') lines.pop()
  return lines
}

/** Takes off HTML and quote marks: what stands around JSON and text alike. */
export function unwrapText(text: string): UnwrappedText {
  const notes: string[] = []
  const plain = withoutHtml(text, notes)
  return { lines: withoutQuotes(splitLines(plain, notes), plain, notes), notes, text: plain }
}

/** Takes off what stands around the lines of a panic's text. */
export function unwrapPanicLines({ lines, text }: UnwrappedText): UnwrappedLines {
  const notes: string[] = []
  const unescaped = text.includes('\\n') ? withoutEscapes(lines, notes) : lines
  const unlogged = withoutLogPrefixes(unescaped, notes)
  const plain = withoutIndent(unlogged, notes)
  if (!text.includes('```')) return { lines: plain, notes }
  return { lines: plain.map((line) => (/^`{3,}\w*$/u.test(line) ? '' : line)), notes }
}
