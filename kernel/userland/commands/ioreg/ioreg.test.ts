import { describe, expect, test } from 'vitest'
import { Simulation, type KernelThread } from '../../../sim/index.ts'
import { CFData, CFDictionary, CFNumber, CFSet } from '../../CoreFoundation/index.ts'
import { archiveOf } from './archive.ts'
import { EntryPrinter } from './EntryPrinter.ts'
import { EntryTest } from './EntryTest.ts'
import { LineWriter } from './LineWriter.ts'
import { readOptions, USAGE } from './options.ts'
import { LIVE_STYLE } from './Presentation.ts'
import { list, TableReader, type TableEntry } from './testing/TableReader.ts'
import { TreeWalk } from './TreeWalk.ts'
import { writeArchive } from './writeArchive.ts'

const text = (...parts: string[]): CFData =>
  new CFData(Uint8Array.from(`${parts.join('\0')}\0`, (c) => c.charCodeAt(0)))
const cells = (...values: number[]): CFData => new CFData(new Uint8Array(Uint32Array.from(values).buffer))
const number = (value: number): CFNumber => new CFNumber('SInt32', BigInt(value))

const SERVICE = ['IORegistryEntry', 'IOService']

const REGISTRY: TableEntry = {
  name: 'Root',
  classes: ['IORegistryEntry'],
  children: [
    {
      name: 'J293AP',
      classes: [...SERVICE, 'IOPlatformExpertDevice'],
      busyTimeNs: 158_612_999_999,
      properties: { manufacturer: text('Apple Inc.'), IOPolledInterface: 'FruitTimer is not serializable' },
      children: [
        {
          name: 'cpus',
          location: '0',
          classes: [...SERVICE, 'IOPlatformDevice'],
          properties: { reg: cells(1, 2), IOUserClasses: list('FruitDext') },
          children: [
            {
              name: 'cpu0',
              location: '0',
              classes: [...SERVICE, 'FruitCore'],
              state: 0,
              properties: { id: number(-1) },
            },
          ],
        },
        { name: 'clock', classes: [...SERVICE, 'FruitClock'], state: 7, properties: {} },
      ],
    },
  ],
}

/** What the program prints for these arguments. */
function printed(registry: TableEntry, ...args: string[]): string {
  const line = readOptions(['ioreg', ...args])
  if ('complaint' in line) return USAGE
  const { options } = line
  const reader = new TableReader(registry)
  const width = options.width ?? 0
  const writer = new LineWriter(width)
  const bold = options.bold ? (['<b>', '</b>'] as const) : (['', ''] as const)
  const printer = new EntryPrinter({
    reader,
    writer,
    options,
    style: LIVE_STYLE,
    width,
    boldOn: bold[0],
    boldOff: bold[1],
  })
  const walk = new TreeWalk({
    reader,
    printer,
    options,
    test: new EntryTest(reader, options),
    flush: function* () {},
    endSubtree: () => writer.endLine(),
  })
  new Simulation(1).enter(() => runToEnd(walk.run()))
  return String.fromCharCode(...writer.take())
}

function runToEnd<T>(thread: KernelThread<T>): T {
  for (;;) {
    const step = thread.next(0)
    if (step.done === true) return step.value
  }
}

/** The body of the property list that -a prints. */
function archived(registry: TableEntry, ...args: string[]): string | null {
  const line = readOptions(['ioreg', '-a', ...args])
  const options = 'options' in line ? line.options : null
  const archive = options === null ? null : runToEnd(archiveOf(new TableReader(registry), options))
  return archive === null ? null : writeArchive(archive).split('\n').slice(3, -2).join('\n')
}

describe('the tree', () => {
  test('shows depth, bars, properties and the separator as ioreg draws them', () => {
    expect(printed(REGISTRY, '-l')).toBe(`+-o Root  <class IORegistryEntry, id 0x100000100, retain 5>
  | {
  | }
  | 
  +-o J293AP  <class IOPlatformExpertDevice, id 0x100000101, registered, matched, active, busy 0 (158612 ms), retain 5>
    | {
    |   "manufacturer" = <"Apple Inc.">
    |   "IOPolledInterface" = "FruitTimer is not serializable"
    | }
    | 
    +-o cpus@0  <class IOPlatformDevice, id 0x100000102, registered, matched, active, busy 0, retain 5>
    | | {
    | |   "reg" = <0100000002000000>
    | |   "IOUserClasses" = ("FruitDext")
    | | }
    | | 
    | +-o cpu0@0  <class FruitCore, id 0x100000103, !registered, !matched, active, busy 0, retain 5>
    |     {
    |       "id" = 18446744073709551615
    |     }
    |     
    +-o clock  <class FruitClock, id 0x100000104, registered, matched, inactive, busy 0, retain 5>
        {
        }
        
`)
  })

  test('is cut by -d, and an entry whose children are cut draws no bar for them', () => {
    expect(printed(REGISTRY, '-d2', '-n', 'J293AP'))
      .toBe(`+-o Root  <class IORegistryEntry, id 0x100000100, retain 5>
  +-o J293AP  <class IOPlatformExpertDevice, id 0x100000101, registered, matched, active, busy 0 (158612 ms), retain 5>
      {
        "manufacturer" = <"Apple Inc.">
        "IOPolledInterface" = "FruitTimer is not serializable"
      }
      
`)
  })

  test('is clipped at the width; -b marks the name and takes no room', () => {
    expect(printed(REGISTRY, '-d1', '-b', '-w', '13')).toBe('+-o <b>Root</b>  <c$\n')
  })

  test('names the superclasses with -i', () => {
    expect(printed(REGISTRY, '-i', '-r', '-c', 'FruitClock')).toBe(
      '+-o clock  <class IORegistryEntry:IOService:FruitClock, id 0x100000104, registered, matched, inactive, busy 0, retain 5>\n' +
        '    {\n    }\n    \n\n',
    )
  })
})

describe('-r', () => {
  test('starts each match at column 0, ends it with an empty line and does not look below it', () => {
    const names = printed(REGISTRY, '-r', '-c', 'IOService')
      .split('\n')
      .filter((line) => line.startsWith('+-o'))
    expect(names).toHaveLength(1)
    expect(printed(REGISTRY, '-r', '-c', 'IOService').endsWith('}\n      \n\n')).toBe(true)
  })

  test('with -d looks again that many levels further down', () => {
    const lines = printed(REGISTRY, '-rd1', '-c', 'IOService')
      .split('\n')
      .filter((line) => line.startsWith('+-o'))
    expect(lines.map((line) => line.split('  ')[0])).toEqual(['+-o J293AP', '+-o cpu0@0', '+-o clock'])
  })

  test('with -t shows where the match lies, and counts -d from it', () => {
    expect(printed(REGISTRY, '-rt', '-d1', '-n', 'cpus@0'))
      .toBe(`+-o Root  <class IORegistryEntry, id 0x100000100, retain 5>
  +-o J293AP  <class IOPlatformExpertDevice, id 0x100000101, registered, matched, active, busy 0 (158612 ms), retain 5>
    +-o cpus@0  <class IOPlatformDevice, id 0x100000102, registered, matched, active, busy 0, retain 5>
        {
          "reg" = <0100000002000000>
          "IOUserClasses" = ("FruitDext")
        }
        

`)
  })

  test('prints nothing without a test or without a match', () => {
    expect(printed(REGISTRY, '-r')).toBe('')
    expect(printed(REGISTRY, '-r', '-n', 'nobody')).toBe('')
  })
})

describe('the tests of -c, -k and -n', () => {
  const matches = (...args: string[]): string[] =>
    printed(REGISTRY, '-rd1', ...args)
      .split('\n')
      .filter((line) => line.startsWith('+-o'))
      .map((line) => line.slice(4).split('  ')[0]!)

  test('must all hold', () => {
    expect(matches('-c', 'IOService', '-k', 'reg')).toEqual([])
    expect(matches('-c', 'FruitDext', '-k', 'reg')).toEqual(['cpus@0'])
  })

  test('ask DriverKit classes alone where there are any, unless -y is given', () => {
    expect(matches('-c', 'IOPlatformDevice')).toEqual([])
    expect(matches('-y', '-c', 'IOPlatformDevice')).toEqual(['cpus@0'])
  })

  test('compare the location only when the name asks for one', () => {
    expect(matches('-n', 'cpus')).toEqual(['cpus@0'])
    expect(matches('-n', 'cpus@1')).toEqual([])
    expect(matches('-n', 'clock@')).toEqual(['clock'])
  })
})

describe('values', () => {
  const value = (property: Parameters<typeof list>[0], ...args: string[]): string => {
    const out = printed({ name: 'n', classes: ['c'], properties: { k: property } }, '-l', ...args)
    return out.slice(out.indexOf('"k" = ') + 6, out.indexOf('\n    }'))
  }

  test('nest on one line without blanks', () => {
    const set = new CFSet(['a', 'b'], 'given')
    const inner = new CFDictionary(['x', 'y'], [list(), set], 'given')
    expect(value(new CFDictionary(['q', 'r'], [true, inner], 'given'))).toBe(
      '{"q"=Yes,"r"={"x"=(),"y"=["a","b"]}}',
    )
  })

  test('of text that is not ASCII print nothing', () => {
    expect(value('café')).toBe('')
    expect(value(list('é', 'e'))).toBe('(,"e")')
  })

  test('are hexadecimal with -x, data that holds strings too', () => {
    expect(value(number(-1), '-x')).toBe('0xffffffffffffffff')
    expect(value(text('ab'), '-x')).toBe('<616200>')
  })

  test('of data are strings where they look like strings', () => {
    expect(value(text('ab', 'c'))).toBe('<"ab","c">')
    expect(value(new CFData(Uint8Array.of(0x61)))).toBe('<61>')
    expect(value(new CFData(new Uint8Array()))).toBe('<>')
  })

  test('with -f show padded strings, short data, and longer data as rows', () => {
    expect(value(text('ab', '', ''), '-f')).toBe('<"ab">')
    expect(value(cells(1, 2), '-f')).toBe('<0100000002000000>')
    expect(value(cells(0xff, 2, 0x41414141), '-f', '-w', '60')).toBe(
      '\n        00000000: FF 00 00 00 02 00 00 00 41 41 ..........$\n        0000000A: 41 41                         AA'.replace(
        '..........$',
        '........AA',
      ),
    )
  })
})

describe('smart formatting', () => {
  const node = (
    name: string,
    properties: TableEntry['properties'],
    children: TableEntry[] = [],
  ): TableEntry => ({ name, classes: SERVICE, properties: properties ?? {}, children })

  test('takes PCI addresses apart', () => {
    const out = printed(
      node('pci0', {}, [node('dev', { reg: cells(0xc2000810, 0, 0xf0000000, 0, 0x1000) })]),
      '-lf',
    )
    expect(out).toContain(
      [
        '        "reg" = ',
        '          00: phys.hi: c2000810 phys.mid: 00000000 phys.lo: f0000000',
        '              size.hi: 00000000 size.lo: 00001000',
        '              bus: 0 dev: 1 func: 0 reg: 16',
        '              type: Mem flags: abs, prefetch',
        '      }',
      ].join('\n'),
    )
  })

  test('tabulates ranges with the cell counts of the device tree', () => {
    const bridge = node('soc', {
      '#address-cells': cells(1),
      '#size-cells': cells(1),
      ranges: cells(0, 2, 0x10000000, 0x1000),
    })
    expect(printed(node('/', { '#address-cells': cells(2) }, [bridge]), '-lf')).toContain(
      '      "ranges" = \n          -child-- -parent---------- -size--- \n          00000000 00000002 10000000 00001000 \n',
    )
  })

  test('explains interrupts and where they go', () => {
    const controller = node('aic', { 'phandle-for-test': '7', '#interrupt-cells': cells(2) })
    const device = node('dev', { interrupts: cells(0x105, 1, 9, 2), 'interrupt-parent': cells(7) })
    const out = printed(node('/', {}, [controller, device]), '-lf')
    expect(out).toContain(`"interrupts" = 
          00: specifier: 00000105 (vector: 05) sense: 00000001 (level)
          01: specifier: 00000009 (vector: 09) sense: 00000002 (HyperTransport vector: 0000, edge)
`)
    expect(out).toContain('"interrupt-parent" = <00000007> (/aic)\n')
  })

  test('names slots by the bits of their mask', () => {
    const names = new Uint8Array([5, 0, 0, 0, 0x41, 0, 0x42, 0])
    expect(printed(node('n', { 'slot-names': new CFData(names) }), '-lf')).toContain(
      '= \n        00: A\n        02: B\n',
    )
  })
})

describe('-a', () => {
  test('gives each entry with its own keys, sorted, and its children as a list', () => {
    expect(archived(REGISTRY, '-i', '-d2', '-n', 'J293AP')).toBe(`<dict>
	<key>IOObjectClass</key>
	<string>IORegistryEntry</string>
	<key>IOObjectInheritance</key>
	<array>
		<string>IORegistryEntry</string>
	</array>
	<key>IOObjectRetainCount</key>
	<integer>5</integer>
	<key>IORegistryEntryChildren</key>
	<array>
		<dict>
			<key>IOObjectClass</key>
			<string>IOPlatformExpertDevice</string>
			<key>IOObjectInheritance</key>
			<array>
				<string>IORegistryEntry</string>
				<string>IOService</string>
				<string>IOPlatformExpertDevice</string>
			</array>
			<key>IOObjectRetainCount</key>
			<integer>5</integer>
			<key>IOPolledInterface</key>
			<string>FruitTimer is not serializable</string>
			<key>IORegistryEntryID</key>
			<integer>4294967553</integer>
			<key>IORegistryEntryName</key>
			<string>J293AP</string>
			<key>IOServiceBusyState</key>
			<integer>0</integer>
			<key>IOServiceBusyTime</key>
			<integer>158612999999</integer>
			<key>IOServiceState</key>
			<integer>6</integer>
			<key>manufacturer</key>
			<data>
			QXBwbGUgSW5jLgA=
			</data>
		</dict>
	</array>
	<key>IORegistryEntryID</key>
	<integer>4294967552</integer>
	<key>IORegistryEntryName</key>
	<string>Root</string>
</dict>`)
  })

  test('with -r lists the matches, or prints nothing at all', () => {
    expect(archived(REGISTRY, '-r', '-n', 'nobody')).toBeNull()
    expect(archived(REGISTRY, '-rd1', '-n', 'cpu0')).toMatch(
      /^<array>\n\t<dict>[^]*<key>id<\/key>\n\t\t<integer>-1<\/integer>\n\t<\/dict>\n<\/array>$/,
    )
  })

  test('with -r -t wraps a match in its ancestors, each holding the next as a dictionary', () => {
    const out = archived(REGISTRY, '-rt', '-n', 'clock') ?? ''
    expect(out.match(/<key>IORegistryEntryChildren<\/key>\n\t+<dict>/g)).toHaveLength(2)
  })
})

test('the usage text names every option', () => {
  expect(USAGE.split('\n').slice(0, 3)).toEqual([
    'usage: ioreg [-abfilrtxy] [-c class] [-d depth] [-k key] [-n name] [-p plane] [-w width]',
    'where options are:',
    '\t-a archive output',
  ])
  expect(USAGE.split('\n')).toHaveLength(18)
})

test('options end at the first operand, and unknown letters ask for the usage text', () => {
  expect(readOptions(['ioreg', '-r', 'X', '-w', '0'])).toMatchObject({
    options: { subtrees: true, width: null },
  })
  expect(readOptions(['ioreg', '-lw0', '-dx'])).toMatchObject({
    options: { listAll: true, width: 0, maxDepth: 0 },
  })
  expect(readOptions(['ioreg', '-h'])).toHaveProperty('complaint')
  expect(readOptions(['ioreg', '-c'])).toHaveProperty('complaint')
})
