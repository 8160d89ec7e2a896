import { describe, expect, it, test } from 'vitest'
import { makeUserland, runLine, TestTerminal } from '../../../test/support/TestTerminal.ts'
import { commands } from './index.ts'

/** Command line, and what it prints. */
const STORIES: readonly (readonly [line: string, stdout: string])[] = [
  ['basename /usr/bin/sed; basename a.tar.gz .gz; basename -a -s .x a.x b/c.x', 'sed\na.tar\na\nc\n'],
  ['dirname /usr/bin/sed file /', '/usr/bin\n.\n/\n'],
  ['/bin/echo -n a b; /bin/echo c', 'a bc\n'],
  ['/usr/bin/printf "%03d|%s\\n" 7 x 8 y', '007|x\n008|y\n'],
  ['/usr/bin/true && echo yes; /usr/bin/false || echo no', 'yes\nno\n'],
  ['/bin/test 3 -gt 2 && echo more; /bin/[ a = b ] || echo other', 'more\nother\n'],
  ['cd /tmp; /bin/pwd; /bin/pwd -L', '/private/tmp\n/tmp\n'],
  ['whoami; id -un; id -Gn; id; id root', 'me\nme\nstaff everyone admin\n'
    + 'uid=501(me) gid=20(staff) groups=20(staff),12(everyone),80(admin)\n'
    + 'uid=0(root) gid=0(wheel) groups=0(wheel),1(daemon),80(admin)\n'],
  ['hostname; sudo hostname other.local; hostname -s', 'Mac\nother\n'],
  ['date +%Y-%m-%dT%H:%M:%S; date -r 0 -u', '2024-01-15T10:00:00\nThu Jan  1 00:00:00 UTC 1970\n'],
  ['seq 3; seq -s , 2 2 6; seq -w 8 10; seq 3 -1 1; seq -f %.1f 1', '1\n2\n3\n2,4,6,\n08\n09\n10\n3\n2\n1\n1.0\n'],
  ['which sed ls nothing', '/usr/bin/sed\n/bin/ls\nnothing not found\n'],
  ['yes | head -2; yes a b | head -1', 'y\ny\na b\n'],
  ['clear | wc -c', '      11\n'],
  ['uptime', '10:00  up 0 secs, 0 users, no load average information available\n'],
  ['/bin/kill -l | cut -d" " -f1-3', 'hup int quit\n'],
]

describe('basic commands', () => {
  it.each(STORIES)('%s', (line, stdout) => {
    expect(runLine(line).stdout).toBe(stdout)
  })

  it('ps shows processes, and kill ends them', () => {
    const { stdout } = runLine('sleep 100 & ps -Ao pid,ppid,stat,command; /bin/kill $!; wait $!; echo $?')
    expect(stdout).toMatch(/^ *PID +PPID STAT COMMAND\n(?: *\d+ +\d+ \S+ +.*\n)* *\d+ +\d+ S +sleep 100\n/)
    expect(stdout).toMatch(/\n143\n$/)
    expect(runLine('ps -o nothing').stderr).toBe(
      'ps: nothing: keyword not found\nusage: ps [-Aaefux] [-o fmt] [-p pid]\n')
  })

  it('complain as their originals do', () => {
    expect(runLine('hostname x; /bin/kill 99999; seq x; id nobody; date now').stderr).toBe([
      'hostname: sethostname: Operation not permitted', 'kill: 99999: No such process',
      'seq: invalid floating point argument: x', 'id: nobody: no such user', 'date: illegal time format',
      'usage: date [-u] [-r seconds] [+output_fmt]', '',
    ].join('\n'))
  })

  it.each(['yes > /dev/null', 'sleep 1d'])('%s stops at ^C', (line) => {
    const terminal = new TestTerminal()
    terminal.type(`${line}\r`, 0.1)
    terminal.type('\x03', 0.1).type('echo $?\r', 0.1)
    expect(terminal.text).toContain('130')
  })
})

test('every command has a manual page that man lays out, and a place on PATH or in sbin', () => {
  const simulation = makeUserland()
  for (const { name, summary, path } of commands) {
    const page = runLine(`man ${name}`, { simulation })
    expect(page.status, name).toBe(0)
    expect(page.stdout).toContain(`${name} – ${summary}`)
    expect(page.stdout.split('\n').filter((line) => line.length > 100), name).toEqual([])
    expect(path).toMatch(/^\/(?:usr\/)?s?bin\//)
  }
})
