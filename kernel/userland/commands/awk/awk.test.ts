import { describe, expect, it, test } from 'vitest'
import { makeUserland, runLine } from '../../../../test/support/TestTerminal.ts'
import { Random } from '../../../sim/Random.ts'

/** What is done, the command line, and what it prints. */
const STORIES: readonly (readonly [story: string, line: string, stdout: string])[] = [
  ['takes fields', "printf 'a b\\nc  d e\\n' | awk '{ print $2, NF, NR }'", 'b 2 1\nd 3 2\n'],
  ['splits at a character or an expression',
    "echo 'x = \"y\"' | awk -F'\"' '{ print $2 }'; echo a1b22c | awk -F'[0-9]+' '{ print $3 }'", 'y\nc\n'],
  ['finds lines by expression, range and test',
    "seq 6 | awk '/2/,/3/; $1 > 5 { print \"big\" } $1 ~ /^1$/ { print \"one\" }'", 'one\n2\n3\nbig\n'],
  ['works at the begin and the end', "seq 4 | awk 'BEGIN { s = 1 } { s *= $1 } END { print s, NR }'", '24 4\n'],
  ['counts in arrays', "printf 'a\\nb\\na\\n' | awk '{ n[$1]++ } END { print n[\"a\"], n[\"b\"], (\"c\" in n) }'", '2 1 0\n'],
  ['formats', "awk 'BEGIN { printf \"%5.1f|%-3s|%x\\n\", 3.14159, \"a\", 255; print 1e6, 0.1 + 0.2, 1/3 }'",
    '  3.1|a  |ff\n1000000 0.3 0.333333\n'],
  ['has the text functions', "awk 'BEGIN { t = \"hello\"; n = gsub(/l/, \"[&]\", t); print n, t, length(t),"
    + " substr(t, 2, 3), index(t, \"o\"), toupper(\"x\"); print match(\"xaab\", /a+/), RSTART, RLENGTH }'",
  '2 he[l][l]o 9 e[l 9 X\n2 2 2\n'],
  ['splits texts', "awk 'BEGIN { n = split(\"a:b:c\", p, \":\"); print n, p[1] p[3] }'", '3 ac\n'],
  ['has loops and functions',
    "awk 'function f(n) { return n < 2 ? 1 : n * f(n - 1) } BEGIN { for (i = 1; i < 4; i++) { if (i == 2) continue;"
    + " print f(i + 3) } do j++; while (j < 3); print j; exit 0 }'", '24\n720\n3\n'],
  ['compares what looks like a number as one', "printf '10 9\\n' | awk '{ print ($1 > $2), (\"10\" > \"9\") }'", '1 0\n'],
  ['rebuilds the record', "echo a b c | awk '{ $2 = \"x\"; print; NF = 2; print; OFS = \"-\"; $1 = $1; print }'",
    'a x c\na x\na-x\n'],
  ['takes variables', "echo 5 | awk -v n=3 '{ print $1 + n + m }' m=2", '10\n'],
  ['reads paragraphs and next lines',
    "printf 'a\\nb\\n\\nc\\n' | awk 'BEGIN { RS = \"\" } { print NF }'; seq 4 | awk '{ getline x; print $1 x }'",
    '2\n1\n12\n34\n'],
  ['prints into files', "cd /tmp; seq 3 | awk '{ print > (\"f\" $1 % 2) }'; cat f1; cat f0", '1\n3\n2\n'],
  ['runs the one-liners', "printf '\"HIDIdleTime\" = 3000000000\\n' | awk '/HIDIdleTime/ {print $NF/1000000000; exit}';"
    + " printf '    \"IOPlatformSerialNumber\" = \"C02\"\\n' | awk -F\\\" '/Serial/{print $(NF-1)}'", '3\nC02\n'],
]

describe('awk', () => {
  it.each(STORIES)('%s', (_, line, stdout) => {
    expect(runLine(line)).toEqual({ stdout, stderr: '', status: 0 })
  })

  it('complains', () => {
    expect(runLine('awk')).toEqual({
      stdout: '', stderr: 'usage: awk [-F fs][-v var=value][prog | -f progfile][file ...]\n', status: 2,
    })
    expect(runLine("awk 'BEGIN { print 1/0 }'").stderr).toBe('awk: division by zero\n')
    expect(runLine("awk '{ print ' /dev/null").stderr).toContain('syntax error at source line 1')
    expect(runLine("awk '{ print }' /none").stderr).toBe("awk: can't open file /none: No such file or directory\n")
    expect(runLine("awk 'BEGIN { x = \"a\"; while (1) x = x x }'").stderr).toBe('awk: out of memory\n')
    expect(runLine("awk 'function f(n) { return f(n) } BEGIN { f(1) }'").stderr)
      .toBe('awk: function f nested too deeply\n')
  })
})

test('any program whatever ends in output or one complaint', () => {
  const random = new Random(11)
  const pieces = [
    '{', '}', 'print ', '$1', '$', 'NF', ' = ', '+', '++', '(', ')', 'a[1]', '"x"', '/b/', ';', '\n', 'BEGIN', 'END',
    'if', ' in ', 'while', 'for(;;)', ',', 'x', '1', '!', '~', 'getline', 'sub(/a/,"b")', 'exit', '?', ':', '%', '\\', '>',
  ]
  const simulation = makeUserland()
  for (let round = 0; round < 400; round++) {
    const program = Array.from({ length: 1 + random.below(9) }, () => pieces[random.below(pieces.length)]!).join('')
    const { stderr, status } = runLine(`cd /tmp; printf 'a b\\nc\\n' | awk -- '${program}' | head -c 1000`, {
      simulation, seconds: 0.05,
    })
    if (status !== null) expect(stderr, program).toMatch(/^(?:awk: [^]+\n)?$/)
  }
})
