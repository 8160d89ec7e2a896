import type { KernelThread } from '../../../sim/index.ts'
import { defineCommand, type Command } from '../../libsystem/defineCommand.ts'
import type { Process } from '../../libsystem/Process.ts'
import { userland } from '../../libsystem/userlandState.ts'

const INDENT = 5

/** Words of a paragraph in lines of at most `width`. */
function wrap(text: string, width: number): string {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line)
      line = word
    } else line = line === '' ? word : `${line} ${word}`
  }
  return [...lines, line].map((one) => `${' '.repeat(INDENT)}${one}\n`).join('')
}

function page({ name, summary, man: content }: Command, width: number): string {
  const part = (title: string, text: string): string => `${title}\n${text}\n`
  const body = width - INDENT
  return part('NAME', `${' '.repeat(INDENT)}${name} – ${summary}\n`)
    + part('SYNOPSIS', content.synopsis.map((line) => `${' '.repeat(INDENT)}${line}\n`).join(''))
    + part('DESCRIPTION', content.description.map((text) => wrap(text, body)).join('\n'))
    + (content.options === undefined ? '' : part('OPTIONS', content.options.map(([option, text]) => `${' '.repeat(INDENT)}${option}\n${wrap(text, body)}`).join('')))
    + (content.exitStatus === undefined ? '' : part('EXIT STATUS', wrap(content.exitStatus, body)))
    + (content.examples === undefined ? '' : part('EXAMPLES', content.examples.map(([line, text]) => `${wrap(`${text}:`, body)}${' '.repeat(INDENT * 2)}${line}\n`).join('')))
    + (content.seeAlso === undefined ? '' : part('SEE ALSO', wrap(content.seeAlso.join(', '), body)))
}

function* main(process: Process): KernelThread<number> {
  const names = process.argv.slice(1).filter((word) => !/^\d$/u.test(word))
  if (names.length === 0) {
    yield* process.stderr.write('What manual page do you want?\n')
    return 1
  }
  let status = 0
  for (const name of names) {
    const found = userland().commands.find((command) => command.name === name)
    if (found === undefined) {
      yield* process.stderr.write(`No manual entry for ${name}\n`)
      status = 1
    } else yield* process.stdout.write(page(found, 78))
  }
  return status
}

/** `man`: manual pages. */
export const man = defineCommand({
  name: 'man', path: '/usr/bin/man', summary: 'display manual pages', main,
  man: { section: 1, synopsis: ['man [section] name ...'], description: ['Writes the manual page of each program named.'] },
})
