import { encodeText } from '../../libsystem/text.ts'
import { codePointColumns } from '../../libsystem/tty/width.ts'

const NAMED = new Map([
  ['\\', '\\\\'], ['\x07', '\\a'], ['\b', '\\b'], ['\f', '\\f'], ['\r', '\\r'], ['\t', '\\t'], ['\v', '\\v'],
])

function shown(character: string): string {
  const named = NAMED.get(character)
  if (named !== undefined) return named
  if (!/\p{Cc}/u.test(character)) return character
  return Array.from(encodeText(character), (byte) => '\\' + byte.toString(8).padStart(3, '0')).join('')
}

/**
 * What command `l` prints: control characters visibly, lines folded before `width`, `$` where a line ends.
 */
export function visible(text: string, width: number): string {
  let out = ''
  let column = 0
  const room = (needed: number): void => {
    if (column + needed < width) return
    out += '\\\n'
    column = 0
  }
  for (const character of text) {
    if (character === '\n') {
      room(1)
      out += '$\n'
      column = 0
      continue
    }
    const form = shown(character)
    const columns = form === character ? codePointColumns(character.codePointAt(0)!) : form.length
    room(columns)
    out += form
    column += columns
  }
  room(1)
  return out + '$\n'
}
