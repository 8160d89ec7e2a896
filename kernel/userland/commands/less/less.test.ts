import { expect, test } from 'vitest'
import { runLine, TestTerminal } from '../../../../test/support/TestTerminal.ts'

/** A small terminal that runs a command line. */
function paging(commandLine: string): TestTerminal {
  const terminal = new TestTerminal({ columns: 20, rows: 6 })
  terminal.type('clear\r')
  return terminal.type(`${commandLine}\r`)
}

/** The screen in one line of text, rows joined by bars. */
function rows(terminal: TestTerminal): string {
  return terminal.text.split('\n').join('|')
}

test('a page is shown at a time, and keys go on, back and to places', () => {
  const terminal = paging('seq 30 | less')
  const seen = ['', ' ', 'j', 'k', 'd', 'b', 'G', 'k', 'g', '12g', '50%', '999g', '\x1b[B', '\x1b[5~', 'q']
    .map((keys) => `${keys} ${rows(keys === '' ? terminal : terminal.type(keys))}`)
  expect(seen.slice(0, -1)).toEqual([
    ' 1|2|3|4|5|:', '  6|7|8|9|10|:', 'j 7|8|9|10|11|:', 'k 6|7|8|9|10|:', 'd 8|9|10|11|12|:', 'b 3|4|5|6|7|:',
    'G 26|27|28|29|30|(END)', 'k 25|26|27|28|29|:', 'g 1|2|3|4|5|:', '12g 12|13|14|15|16|:', '50% 16|17|18|19|20|:',
    '999g 16|17|18|19|20|Cannot seek to line', '\x1b[B 17|18|19|20|21|:', '\x1b[5~ 12|13|14|15|16|:',
  ])
  expect(terminal.type('echo back\r').text).toContain('back')
})

test('searching goes forward and back, and says when there is nothing', () => {
  const terminal = paging('seq 30 | less')
  const seen = ['/2$\r', 'n', 'N', '?[13]0\r', '\r', '/none\r', '\r', '/[\r', '\r']
    .map((keys) => rows(terminal.type(keys)).split('|').filter((_, row) => row === 0 || row === 5).join(' '))
  expect(seen).toEqual([
    '2 :', '12 :', '2 :', '2 Pattern not found', '2 :', '2 Pattern not found', '2 :', '2 brackets ([ ]) not', '2 :',
  ])
  expect(terminal.output).toContain('\x1b[7m2\x1b[27m')
})

test('the prompt names files, then the end; = tells the place', () => {
  const terminal = paging('seq 9 > /tmp/n; less /tmp/n')
  expect(rows(terminal)).toBe('1|2|3|4|5|/tmp/n')
  expect(rows(terminal.type('='))).toBe('1|2|3|4|5|/tmp/n lines 1-5/9')
  expect(rows(terminal.type('G'))).toBe('5|6|7|8|9|(END)')
  terminal.type('q')
  expect(rows(paging('seq 9 > /tmp/n; less -m /tmp/n'))).toBe('1|2|3|4|5|55%')
})

test('long lines are folded, or cut and reached sideways; numbers stand before them', () => {
  const line = 'abcdefghijklmnopqrstuvwxyz'
  expect(rows(paging(`echo ${line} | less`))).toBe('abcdefghijklmnopqrst|uvwxyz||||(END)')
  const chopped = paging(`echo ${line} | less -S`)
  expect(rows(chopped)).toBe('abcdefghijklmnopqrst|||||(END)')
  expect(rows(chopped.type('\x1b[C'))).toBe('klmnopqrstuvwxyz|~|~|~|~|(END)')
  expect(rows(chopped.type('-N\r'))).toContain('      1 ')
  expect(rows(paging("printf 'a\\tb\\001\\033[1mc' | less"))).toBe('a       b^A^[[1mc|||||(END)')
  expect(paging("printf '\\033[1mc\\033[0m' | less -R").output).toContain('\x1b[1mc\x1b[0m')
})

test('what fits is only printed under -F, and a file that is not there is told', () => {
  const terminal = paging('seq 3 | less -F')
  expect(terminal.text).toContain('1\n2\n3')
  expect(terminal.output).not.toContain('\x1b[?1049h')
  expect(paging('less /none').text).toContain('/none: No such file')
  expect(paging('less').text).toContain('Missing filename')
})

test('without a terminal it copies, as cat', () => {
  expect(runLine('cd /tmp; seq 3 > a; less a - < a | cat; seq 2 | more')).toEqual({
    stdout: '1\n2\n3\n1\n2\n3\n1\n2\n', stderr: '', status: 0,
  })
  expect(runLine('less -Z a')).toEqual({
    stdout: '', stderr: 'There is no Z option ("less --help" for help)\n', status: 1,
  })
})

test('^C ends reading to the end of what has none, and q puts the terminal back', () => {
  const terminal = new TestTerminal({ columns: 20, rows: 6 })
  terminal.type('yes | less\r', 0.2).type('G', 0.01).type('\x03', 0.2)
  expect(terminal.text).toContain('Interrupted')
  terminal.type('q', 0.2)
  expect(terminal.type('echo "<$?>"\r', 0.2).text).toContain('<0>')
})
