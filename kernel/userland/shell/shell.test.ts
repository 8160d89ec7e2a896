import { describe, expect, it } from 'vitest'
import { runLine } from '../../../test/support/TestTerminal.ts'

/** Script and what it prints. */
const CASES: readonly (readonly [script: string, stdout: string])[] = [
  ['echo hello world', 'hello world\n'],
  ["echo 'a  b' \"c  d\" e\\ \\ f", 'a  b c  d e  f\n'],
  ['x=5; echo $x "${x}y" \'$x\'', '5 5y $x\n'],
  ['x="a b"; printf "[%s]" $x; printf "[%s]" "$x"', '[a][b][a b]'],
  ['echo ${x:-default} ${x:=set} $x ${x:+alt} ${y:+none}', 'default set set alt\n'],
  ['x=hello.tar.gz; echo ${x%.*} ${x%%.*} ${x#*.} ${x##*.} ${#x}', 'hello.tar hello tar.gz gz 12\n'],
  ['x=banana; echo ${x/a/o} ${x//a/o} ${x:1:3} ${x: -2}', 'bonana bonono ana na\n'],
  ['echo $((1 + 2 * 3)) $((7 / 2)) $((7 % 3)) $((2 ** 10)) $((1 << 4 | 1))', '7 3 1 1024 17\n'],
  ['x=3; echo $((x++ + ++x)) $x $((x > 4 ? 10 : 20))', '8 5 10\n'],
  ['echo $((0xff)) $((010)) $((-7 / 2)) $((~0))', '255 8 -3 -1\n'],
  ['echo "$(echo inner "$(echo deep)")" `echo back`', 'inner deep back\n'],
  ['if [ 1 -lt 2 ]; then echo yes; else echo no; fi', 'yes\n'],
  ['if false; then echo a; elif true; then echo b; else echo c; fi', 'b\n'],
  ['for i in 1 2 3; do printf "%s," $i; done; echo', '1,2,3,\n'],
  ['for ((i = 0; i < 3; i++)); do printf "%d " $i; done', '0 1 2 '],
  ['i=0; while [ $i -lt 3 ]; do i=$((i + 1)); [ $i = 2 ] && continue; echo $i; done', '1\n3\n'],
  ['until false; do echo once; break; done', 'once\n'],
  ['case abc in a*) echo star;; *) echo other;; esac', 'star\n'],
  ['case "$1" in (""|x) echo empty;; esac', 'empty\n'],
  ['f() { echo "f:$1:$#"; return 3; }; f a b; echo $?', 'f:a:2\n3\n'],
  ['f() { local v=in; echo $v; }; v=out; f; echo $v', 'in\nout\n'],
  ['(x=1; echo $x); echo "[$x]"', '1\n[]\n'],
  ['{ echo a; echo b; } | cat', 'a\nb\n'],
  ['true && echo and; false || echo or; ! false; echo $?', 'and\nor\n0\n'],
  ['cat <<EOF\nx=$((1+1))\n"quoted" \\$y\nEOF', 'x=2\n"quoted" $y\n'],
  ["cat <<'EOF'\n$x `y`\nEOF\necho after", '$x `y`\nafter\n'],
  ['cat <<-EOF\n\t\tindented\n\tEOF', 'indented\n'],
  ['cat <<< "here string"', 'here string\n'],
  ['cd /tmp; echo one > f; echo two >> f; cat f; cat < f | cat', 'one\ntwo\none\ntwo\n'],
  ['cd /tmp; { echo out; echo err >&2; } > both 2>&1; cat both', 'out\nerr\n'],
  ['cd /tmp; ls /none &> log; cat log', 'ls: /none: No such file or directory\n'],
  ['cd /tmp; touch b.x a.x c.y .h.x; echo *.x; echo "*.x" [ab].*; echo *.none', 'a.x b.x\n*.x a.x b.x\n*.none\n'],
  ['echo {a,b}{1,2} {1..3}', 'a1 a2 b1 b2 1 2 3\n'],
  ['set -- a "b c" d; for x; do echo "[$x]"; done; shift; echo $# "$*"', '[a]\n[b c]\n[d]\n2 b c d\n'],
  ['set -- "a b" c; printf "<%s>" "$@"; printf "<%s>" $@; printf "<%s>" "$*"', '<a b><c><a><b><c><a b c>'],
  ['x=1 env | grep "^x="; echo "[$x]"', 'x=1\n[]\n'],
  ['export A=1; sh -c \'echo $A\'', '1\n'],
  ['IFS=:; x=a:b::c; printf "[%s]" $x', '[a][b][][c]'],
  ['echo a b c | { read x y; echo "$y/$x"; }', 'b c/a\n'],
  ['printf "1 x\\n2 y\\n" | while read n l; do echo "$l$n"; done', 'x1\ny2\n'],
  ['alias ll="echo aliased"; eval "ll now"', 'aliased now\n'],
  ['eval "echo \\$((1+1))"', '2\n'],
  ['[[ abc == a* && -n x ]] && echo match; [[ abc =~ ^a.c$ ]] && echo regex', 'match\nregex\n'],
  ['((3 > 2)) && echo bigger', 'bigger\n'],
  ['trap "echo bye" EXIT; echo hi', 'hi\nbye\n'],
  ['sleep 1 & wait; echo done', 'done\n'],
  ['echo ~ ~root', '/Users/me /var/root\n'],
  ['type cd ls; command -v ls', 'cd is a shell builtin\nls is /bin/ls\n/bin/ls\n'],
  ["echo $'a\\tb\\x41'", 'a\tbA\n'],
  ['echo a#b # comment\necho c', 'a#b\nc\n'],
  ['echo one \\\n two', 'one two\n'],
  ['x=$(printf "a\\n\\n\\n"); echo "[$x]"', '[a]\n'],
  ['false; echo $?; (exit 7); echo $?', '1\n7\n'],
  ['f() { f2; echo no; }; f2() { exit 4; }; (f); echo $?', '4\n'],
  ['set -e; false || true; echo on; false; echo off', 'on\n'],
  ['echo $(for i in a b; do echo $i; done)', 'a b\n'],
  ['echo "a $(echo ")") b"', 'a ) b\n'],
  ['case x in x) echo $(case y in y) echo nested;; esac);; esac', 'nested\n'],
  ['echo héllo | while read x; do echo ${#x} ${x%o}; done', '5 héll\n'],
]

describe('shell scripts', () => {
  it.each(CASES)('%s', (script, stdout) => {
    const result = runLine(script)
    expect({ ...result, status: 0 }).toEqual({ stdout, stderr: '', status: 0 })
  })
})

/** Script, what it complains about, and its status. */
const ERRORS: readonly (readonly [script: string, stderr: string, status: number])[] = [
  ['foo', 'zsh: command not found: foo\n', 127],
  ['./none', 'zsh: no such file or directory: ./none\n', 127],
  ['/tmp', 'zsh: permission denied: /tmp\n', 126],
  ['echo x > /none/file', 'zsh: no such file or directory: /none/file\n', 1],
  ['echo x > /file', 'zsh: read-only file system: /file\n', 1],
  ['cd /none', 'cd: no such file or directory: /none\n', 1],
  ['if true; then', 'zsh: unexpected end of file\n', 1],
  ['echo )', "zsh: parse error near `)'\n", 1],
  ['echo "open', 'zsh: unmatched "\n', 1],
  ['echo $((1/0)); echo not reached', 'zsh: division by zero\n', 1],
  ['set -u; echo $nothing', 'zsh: nothing: parameter not set\n', 1],
  ['echo ${x:?wanted}', 'zsh: x: wanted\n', 1],
  ['readonly r=1; r=2', 'zsh: read-only variable: r\n', 1],
  ['f() { f; }; f', 'f: maximum nested function level reached; increase FUNCNEST?\n', 1],
]

describe('shell errors', () => {
  it.each(ERRORS)('%s', (script, stderr, status) => {
    expect(runLine(script)).toEqual({ stdout: '', stderr, status })
  })
})
