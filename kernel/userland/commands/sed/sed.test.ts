import { describe, expect, it, test } from 'vitest'
import { makeUserland, runLine } from '../../../../test/support/TestTerminal.ts'
import { Random } from '../../../sim/Random.ts'

/** What is done, the command line, and what it prints. */
const STORIES: readonly (readonly [story: string, line: string, stdout: string])[] = [
  ['replaces the first match of each line', "printf 'aa\\nba\\n' | sed s/a/x/", 'xa\nbx\n'],
  ['replaces all, or the second and what & and groups stand for',
    "echo abcabc | sed -e 's/b/[&]/g' -e 's/\\(c\\)\\(a\\)/\\2\\1/' -e 's/c/C/2'", 'a[b]ac[b]C\n'],
  ['takes extended expressions', "echo 'k = 12' | sed -E 's/([a-z]+) = ([0-9]+)/\\2:\\1/'", '12:k\n'],
  ['prints only what is asked for', "printf 'a=1\\nb\\nc=2\\n' | sed -n 's/=/ /p'", 'a 1\nc 2\n'],
  ['ignores the case with flag I, in addresses too', "printf 'AB\\ncd\\n' | sed '/ab/I!d;s/b/x/i'", 'Ax\n'],
  ['uses any delimiter and escapes it', "echo /usr/bin | sed 's,/usr,,;s|\\(b\\)\\|x|&|'", '/bin\n'],
  ['reuses the last expression when none is given', "printf 'ab\\n' | sed '/b/s//x/'", 'ax\n'],
  ['hides the delimiter in brackets', "echo 'a/b' | sed 's/[/]/-/'", 'a-b\n'],
  ['breaks lines in a replacement', "echo a,b | sed 's/,/\\\n/'", 'a\nb\n'],
  ['knows \\n, \\t and \\x in patterns and replacements', "printf 'a\\tb\\n' | sed 's/\\t/\\x41\\n/'", 'aA\nb\n'],
  ['replaces empty matches between characters', "echo baac | sed 's/a*/x/g'", 'xbxcx\n'],
  ['takes lines by number, last and range', "seq 5 | sed -n '2p;$p;3,4!d;='", '2\n3\n4\n5\n'],
  ['ends a range that starts after its end at once', "seq 5 | sed -n '3,2p;/4/,/4/p'", '3\n4\n5\n'],
  ['counts a range with +N', "seq 6 | sed -n '2,+2p'", '2\n3\n4\n'],
  ['opens a range again', "seq 6 | sed -n '/[14]/,/[25]/p'", '1\n2\n4\n5\n'],
  ['translates characters', "echo 'a-b/c' | sed 'y/abc/xyz/;y,/-,\\n_,'", 'x_y\nz\n'],
  ['adds, inserts and changes lines', "seq 3 | sed '1i\\\nfirst\n2c\\\n  two\\\n\\\\2\n3a\\\nlast\n'",
    'first\n1\n  two\n\\2\n3\nlast\n'],
  ['changes a range once', "seq 4 | sed '2,3c\\\nx\n'", '1\nx\n4\n'],
  ['joins lines with N and keeps an odd last one off', "seq 3 | sed '$!N;s/\\n/-/'", '1-2\n3\n'],
  ['drops an unpaired last line with N alone, as BSD does', "seq 3 | sed 'N;s/\\n/-/'", '1-2\n'],
  ['prints and deletes up to the first newline', "printf 'a\\na\\nb\\n' | sed '$!N;/^\\(.*\\)\\n\\1$/!P;D'", 'a\nb\n'],
  ['reverses a file through the hold space', "seq 3 | sed -n '1!G;h;$p'", '3\n2\n1\n'],
  ['exchanges and collects', "seq 3 | sed -n 'H;${x;s/\\n/,/g;p;}'", ',1,2,3\n'],
  ['numbers lines and quits', "seq 9 | sed '=;2q'", '1\n1\n2\n2\n'],
  ['skips with n', "seq 4 | sed 'n;d'", '1\n3\n'],
  ['loops with labels', "echo 1234567 | sed -e ':a' -e 's/\\([0-9]\\)\\([0-9]\\{3\\}\\)\\($\\|,\\)/\\1,\\2\\3/' -e ta",
    '1,234,567\n'],
  ['skips with b', "seq 3 | sed -e '/2/b' -e s/^/x/", 'x1\n2\nx3\n'],
  ['nests blocks', "seq 5 | sed -n '2,4{/3/!{p;};}'", '2\n4\n'],
  ['shows control characters with l', "printf 'a\\tb\\001\\\\\\n' | sed -n l", 'a\\tb\\001\\\\$\n'],
  ['folds the lines of l', "printf '%070d\\n' 0 | sed -n l", `${'0'.repeat(59)}\\\n${'0'.repeat(11)}$\n`],
  ['lets #n on the first line stand for -n', "echo a | sed '#n\np'", 'a\n'],
  ['leaves the last line without its newline', "printf 'a\\nb' | sed p", 'a\na\nbb'],
  ['reads and writes files',
    "cd /tmp; echo in > r; seq 2 | sed -e '1r r' -e '/2/w w' -e 's/1/x/w w'; cat w", 'x\nin\n2\nx\n2\n'],
  ['writes to the standard error by its name', "echo a | sed -n 'w /dev/stderr' 2>&1", 'a\n'],
  ['reads a script file', "cd /tmp; printf 's/a/b/\\n# comment\\n/b/p\\n' > s; echo a | sed -nf s", 'b\n'],
  ['counts lines over all files', "cd /tmp; echo a > a; echo b > b; sed -n '$=' a b", '2\n'],
  ['edits in place, with and without a copy',
    "cd /tmp; echo a > a; echo b > b; sed -i '' s/^/x/ a; sed -i .old '$s/$/!/' a b; cat a b a.old; ls",
    'xa!\nb!\nxa\na\na.old\nb\nb.old\n'],
  ['numbers each file by itself with -i, all together with -I',
    "cd /tmp; echo a > a; echo b > b; sed -i '' 1s/^/1/ a b; sed -I '' '$s/$/2/' a b; cat a b", '1a\n1b2\n'],
  ['makes the userland one-liner forms work',
    `printf '  "IOPlatformUUID" = "5E11"\\n' | sed 's/.*"\\(.*\\)"/\\1/'; printf 'x\\n  "HIDIdleTime" = 77\\ny\\n' |`
      + " sed -e '/HIDIdleTime/ !{ d' -e 't' -e '}' -e 's/.* = //g' -e 'q'", '5E11\n77\n'],
]

describe('sed', () => {
  it.each(STORIES)('%s', (_, line, stdout) => {
    expect(runLine(line)).toEqual({ stdout, stderr: '', status: 0 })
  })
})

const USAGE = 'usage: sed script [-EHalnru] [-i extension] [file ...]\n'
  + '\tsed [-EHalnu] [-i extension] [-e script] ... [-f script_file] ... [file ...]\n'

/** Arguments, and what sed complains about. */
const FAULTS: readonly (readonly [args: string, stderr: string])[] = [
  ['', USAGE],
  ['-Z p', `sed: illegal option -- Z\n${USAGE}`],
  ['k', 'sed: 1: "k": invalid command code k\n'],
  ['-e k', 'sed: 1: "k\n": invalid command code k\n'],
  ['-e p -e 3', 'sed: 1: "3\n": command expected\n'],
  ["'/x/{p}'", 'sed: 1: "/x/{p}": extra characters at the end of p command\n'],
  ["'/x/{p;'", `sed: 1: "/x/{p;": unexpected EOF (pending }'s)\n`],
  ["'p;}'", 'sed: 1: "p;}": unexpected }\n'],
  ["'1,2='", 'sed: 1: "1,2=": command = expects up to 1 address(es), found 2\n'],
  ["'1,p'", 'sed: 1: "1,p": expected context address\n'],
  ["'1itext'", 'sed: 1: "1itext": command i expects \\ followed by text\n'],
  ["'a\\text'", 'sed: 1: "a\\text": extra characters after \\ at the end of a command\n'],
  ['s/a', 'sed: 1: "s/a": unterminated substitute pattern\n'],
  ['s/a/b', 'sed: 1: "s/a/b": unterminated substitute in regular expression\n'],
  ["'s/a/b\nc/'", 'sed: 1: "s/a/b\nc/": unescaped newline inside substitute pattern\n'],
  ['s/a/b/x', "sed: 1: \"s/a/b/x\": bad flag in substitute command: 'x'\n"],
  ['s/a/b/2g', "sed: 1: \"s/a/b/2g\": more than one number or 'g' in substitute flags\n"],
  ["'s/a/\\1/'", 'sed: 1: "s/a/\\1/": \\1 not defined in the RE\n'],
  ["'s/\\(/x/'", 'sed: 1: "s/\\(/x/": RE error: parentheses not balanced\n'],
  ["'s/[/x/'", 'sed: 1: "s/[/x/": unbalanced brackets ([])\n'],
  ["'/x'", 'sed: 1: "/x": unterminated regular expression\n'],
  ['y/ab/c/', 'sed: 1: "y/ab/c/": transform strings are not the same length\n'],
  ['y/ab', 'sed: 1: "y/ab": unterminated transform source string\n'],
  ['bx', "sed: 1: \"bx\": undefined label 'x'\n"],
  ["':a\n:a'", "sed: 2: \":a\n:a\": duplicate label 'a'\n"],
  ['w', 'sed: 1: "w": filename expected\n'],
  ["'s/a/b/; s/c/d/; s/this is long/k/; k'", 'sed: 1: "s/a/b/; s/c/d/; s/this  ...": invalid command code k\n'],
  ['-f /none', 'sed: /none: No such file or directory\n'],
  ['p /none', 'sed: /none: No such file or directory\n'],
  ["-i '' p", 'sed: -I or -i may not be used with stdin\n'],
  ["-i '' p /tmp/none", 'sed: /tmp/none: No such file or directory\n'],
  ["-i '' p /private/tmp", 'sed: /private/tmp: in-place editing only works for regular files\n'],
]

describe('sed complains', () => {
  it.each(FAULTS)('%s', (args, stderr) => {
    expect(runLine(`echo a | sed ${args}`)).toEqual({ stdout: '', stderr, status: 1 })
  })

  it('about an expression that was never given, once a line asks for it', () => {
    expect(runLine('echo a | sed s//x/').stderr).toBe('sed: first RE may not be empty\n')
  })

  it('about a space that grows without end, and the machine lives on', () => {
    const simulation = makeUserland()
    const script = ':a\nG\nh\nba'
    expect(runLine(`echo aaaaaaaaaaaaaaaa | sed '${script}'`, { simulation, seconds: 1000 }).stderr)
      .toBe('sed: realloc: Cannot allocate memory\n')
    expect(runLine('echo on', { simulation }).stdout).toBe('on\n')
  })
})

test('any script whatever ends in output or one line of complaint', () => {
  const random = new Random(20_260)
  const pieces = [
    's/a*/x/', 's/\\(b\\)/[\\1&]/g', 'p', 'd', 'D', 'N', 'n', 'G', 'H', 'x', ';', '\n', '{', '}', '!', '$', '2,3', '/b/',
    '/', '\\', '[', ']', 'y/ab/ba/', 'a\\\nt\n', 'ta', ':a', '=', 'l', 'q', ',', '+1', 's', 'b', '1', '#', ' ',
  ]
  const simulation = makeUserland()
  for (let round = 0; round < 400; round++) {
    const script = Array.from({ length: 1 + random.below(8) }, () => pieces[random.below(pieces.length)]!).join('')
    const { stderr, status } = runLine(`printf 'abc\\nb\\n\\nba' | sed -- '${script}' | head -c 4000`, {
      simulation, seconds: 0.05,
    })
    if (status === null) continue
    expect(stderr, script).toMatch(/^(?:sed: [^]+\n)?$/)
  }
})
