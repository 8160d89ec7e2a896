/** `ioreg` with all its options, over the registry of the machine or a served dump. */
import { defineCommand } from '../../libsystem/index.ts'
import { IOKitRegistryReader } from './IOKitRegistryReader.ts'
import { OPTION_TEXTS } from './options.ts'
import { runIoreg } from './runIoreg.ts'

/** `ioreg`: prints the I/O Registry, live or of a served dump, through IOKitLib alone. */
export const ioreg = defineCommand({
  name: 'ioreg',
  path: '/usr/sbin/ioreg',
  summary: 'show I/O Kit registry',
  man: {
    section: 8,
    synopsis: ['ioreg [-abfilrtxy] [-c class] [-d depth] [-k key] [-n name] [-p plane] [-w width]'],
    description: [
      'Shows the I/O Kit registry as a tree, one line per entry: name, location, class, identifier, state, ' +
        'busy count and time, and retain count. Entries that pass the tests of -c, -k and -n, or all with ' +
        '-l, show their properties too.',
      'On a terminal, lines are clipped at its width and end in a dollar sign where something was cut; ' +
        '-w 0 turns that off. Output into a pipe or file is never clipped.',
      'Options end at the first operand; what follows it is ignored.',
    ],
    options: OPTION_TEXTS,
    exitStatus: '0, also when nothing matched; 1 when the options make no sense.',
    examples: [
      ['ioreg -l -w0', 'everything in the service plane'],
      ['ioreg -rd1 -c IOPlatformExpertDevice', 'the platform expert and its properties, nothing below'],
      ['ioreg -p IODeviceTree -n cpu0', 'the device tree, with the properties of cpu0'],
      [
        'ioreg -arc IOBlockStorageDevice',
        'every storage device with what lies below it, as a property list',
      ],
    ],
    seeAlso: ['ioclasscount(8)', 'kextstat(8)'],
  },
  main: (process) =>
    runIoreg(process, (options, complain) =>
      IOKitRegistryReader.open(process.task, options.plane, complain),
    ),
})
