import { expect, test } from 'vitest'
import appleSilicon from '../../../../resources/machines/apple-silicon-laptop.json' with { type: 'json' }
import intel from '../../../../resources/machines/intel-desktop.json' with { type: 'json' }
import { runOn, startMachine } from '../../../../test/support/machineStory.ts'
import { Machine } from '../../../machine/index.ts'
import { readPatchFile } from './variables.ts'

const TEMPLATES: readonly (readonly [name: string, template: object])[] = [
  ['Apple silicon', { ...appleSilicon, nvram: { 'boot-volume': 'a%00b', SystemAudioVolume: '%7f' } }],
  ['Intel', { ...intel, nvram: { 'boot-volume': 'a%00b', SystemAudioVolume: '%7f' } }],
]

test.each(TEMPLATES)('variables are set, changed and deleted by the super user: %s', (_, template) => {
  const machine = startMachine(template)
  expect(runOn(machine, [
    'nvram SystemAudioVolume boot-volume',
    'sudo nvram boot-args="debug=0x144" test=%41%00b',
    'sudo nvram boot-args+=" -v"; nvram boot-args test',
    'nvram -X test; sudo nvram test-=%00; nvram test',
    'sudo nvram -d test; sudo nvram -d test; nvram -p | sort',
    'nvram -xp | grep -A1 boot-args',
  ].join('; '))).toEqual({
    stdout: [
      'SystemAudioVolume\t%7f', 'boot-volume\ta%00b', 'boot-args\tdebug=0x144 -v', 'test\tA%00b', 'test\t0x410062',
      'test\tAb', 'SystemAudioVolume\t%7f', 'boot-args\tdebug=0x144 -v', 'boot-volume\ta%00b',
      '\t<key>boot-args</key>', '\t<string>debug=0x144 -v</string>', '',
    ].join('\n'),
    stderr: '', status: 0,
  })
})

test('what is not there, not allowed or too long is told in the words of the tool', () => {
  const machine = startMachine(appleSilicon)
  const complaint = (line: string): string => runOn(machine, line).stderr
  expect([
    complaint('nvram nothing'), complaint('nvram x=1'), complaint('nvram -d x; nvram -r x'),
    complaint('sudo nvram -r nothing'), complaint(`sudo nvram boot-args=${'x'.repeat(1024)}`),
    complaint('nvram -f /none'), complaint('nvram'), complaint('nvram -d'), complaint('nvram -q'),
  ]).toEqual([
    "nvram: Error getting variable - 'nothing': (iokit/common) data was not found\n",
    "nvram: Error setting variable - 'x': (iokit/common) privilege violation\n",
    "nvram: Error deleting variable - 'x': (iokit/common) privilege violation (0xe00002c1)\n",
    "nvram: Error deleting variable - 'nothing': (iokit/common) data was not found (0xe00002f0)\n",
    "nvram: Error setting variable - 'boot-args': (iokit/common) no space for data\n",
    "nvram: Couldn't open patch file - '/none': No such file or directory\n",
    'nvram: (usage: no arguments specified)\n', 'nvram: (usage: missing name)\n',
    'nvram: (usage: no such option as -q)\n',
  ])
})

test('files set variables, as text and as a property list, and -c deletes all', () => {
  const machine = startMachine(appleSilicon)
  expect(runOn(machine, [
    "cd /tmp; printf '# comment\\nfirst  one two\\n  second %%41\\n' > v; sudo nvram -f v; nvram first second",
    'nvram -xp > p; sudo nvram -c; nvram -p; sudo nvram -x -f p; nvram first',
    'printf "\\001a" > b; sudo nvram -b bytes b; nvram bytes',
  ].join('; '))).toEqual({
    stdout: 'first\tone two\nsecond\tA\nfirst\tone two\nbytes\t%01a\n', stderr: '', status: 0,
  })
})

test('variables outlive a restart, and the run that set them replays to the same ones', () => {
  const machine = startMachine(appleSilicon)
  runOn(machine, 'sudo nvram boot-args="-v keepsyms=1" colour=%00red; sudo reboot')
  const description = machine.descriptionAtRestart()
  expect(description).toMatchObject({
    bootArgs: '-v keepsyms=1', nvram: { 'boot-args': '-v keepsyms=1', colour: '%00red' },
  })
  const again = startMachine(appleSilicon)
  runOn(again, 'sudo nvram boot-args="-v keepsyms=1" colour=%00red; sudo reboot')
  expect(again.digest()).toBe(machine.digest())
  expect(again.descriptionAtRestart()).toEqual(description)
  const next = startMachine(description)
  expect(next).toBeInstanceOf(Machine)
  expect(runOn(next, 'nvram colour boot-args; sysctl -n kern.bootargs').stdout)
    .toBe('colour\t%00red\nboot-args\t-v keepsyms=1\n-v keepsyms=1\n')
})

test('any patch file is read to its end', () => {
  expect(readPatchFile('a b\\\n c\nlonely\n#x\n d')).toEqual({
    entries: [['a', 'b\rc']],
    problems: ["Name must be followed by white space - 'lonely'", 'Last line ended abruptly'],
  })
})
