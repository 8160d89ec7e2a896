/** `system_profiler`: reporters over the registry, as text. */
import type { KernelThread } from '../../../sim/index.ts'
import { defineCommand, type Process } from '../../libsystem/index.ts'
import { jsonText, xmlText } from './dataOutput.ts'
import { findReporter, reporters, runReporter, type Reporter, type Section } from './reporters/index.ts'
import { sectionText } from './textOutput.ts'

const USAGE = 'Usage: system_profiler [-listDataTypes]\n'
  + '       system_profiler [-xml] [-json] [-timeout n] [-detailLevel n] [dataType1 ... dataTypeN]\n'
const DETAIL_LEVELS = ['mini', 'basic', 'full']
/** Facts that `-detailLevel mini` leaves out: what names one machine or person. */
const PERSONAL_KEYS =
  new Set(['serial_number', 'platform_UUID', 'device_serial', 'volume_uuid', 'local_host_name'])

interface Options {
  form: 'text' | 'xml' | 'json'
  lists: boolean
  usage: boolean
  detail: string
  types: string[]
}

/** `system_profiler`: what System Information shows, as text, JSON or a property list. */
export const systemProfiler = defineCommand({
  name: 'system_profiler',
  path: '/usr/sbin/system_profiler',
  summary: 'reports system hardware and software configuration',
  man: {
    section: 8,
    synopsis: [
      'system_profiler [-usage]', 'system_profiler [-listDataTypes]',
      'system_profiler [-xml|-json] [-detailLevel level] [-timeout seconds] [dataType ...]',
    ],
    description: [
      'Reports on the hardware and software of this machine. Without a data type, all of them are reported.',
      'What it tells is read from the I/O Registry and the kernel, and the System Information window shows the same.',
    ],
    options: [
      ['-listDataTypes', 'the names of the data types'], ['-xml', 'a property list'], ['-json', 'JSON'],
      ['-detailLevel level', 'mini leaves out what names one machine or person; basic and full show all'],
      ['-timeout seconds', 'longest time for a report; nothing here takes that long'],
      ['-usage', 'how the program is called'],
    ],
    exitStatus: '0, also for a data type that does not exist; 1 for an option that does not.',
    examples: [['system_profiler SPNVMeDataType', 'the internal disk and its partitions']],
    seeAlso: ['ioreg(8)', 'kextstat(8)'],
  },
  main,
})

function* main(process: Process): KernelThread<number> {
  const options = readOptions(process.argv.slice(1))
  if (typeof options === 'string') {
    yield* process.stderr.write(`system_profiler: ${options}\n${USAGE}`)
    return 1
  }
  if (options.usage) {
    yield* process.stdout.write(USAGE)
    return 0
  }
  if (options.lists) {
    yield* process.stdout.write(`Available Datatypes:\n${reporters.map(({ dataType }) => `${dataType}\n`).join('')}`)
    return 0
  }
  const sections: [Reporter, Section][] = []
  for (const reporter of chosen(options.types)) {
    const section = yield* runReporter(reporter, process.task)
    const shown = options.detail === 'mini' ? withoutPersonal(section) : section
    if (options.form === 'text') yield* process.stdout.write(sectionText(reporter, shown))
    else sections.push([reporter, shown])
  }
  if (options.form === 'json') yield* process.stdout.write(jsonText(sections))
  if (options.form === 'xml') yield* process.stdout.write(xmlText(sections))
  return 0
}

function chosen(types: readonly string[]): readonly Reporter[] {
  if (types.length === 0) return reporters
  return types.map(findReporter).filter((reporter) => reporter !== null)
}

/** The options, or what is wrong with them. */
function readOptions(words: readonly string[]): Options | string {
  const options: Options = { form: 'text', lists: false, usage: false, detail: 'full', types: [] }
  for (let at = 0; at < words.length; at++) {
    const word = words[at]!
    if (word === '-xml' || word === '-json') options.form = word === '-xml' ? 'xml' : 'json'
    else if (word === '-listDataTypes') options.lists = true
    else if (word === '-usage' || word === '-h') options.usage = true
    else if (word === '-nospawn') continue
    else if (word === '-timeout' || word === '-detailLevel') {
      const value = words[++at]
      if (value === undefined) return `${word} needs a value`
      if (word === '-detailLevel' && !DETAIL_LEVELS.includes(value)) return `unknown detail level ${value}`
      if (word === '-detailLevel') options.detail = value
    } else if (word.startsWith('-')) return `unknown option ${word}`
    else options.types.push(word)
  }
  return options
}

function withoutPersonal(section: Section): Section {
  const items = section.items.map((item): Section['items'][number] => ({
    ...item,
    facts: item.facts.filter(({ key }) => !PERSONAL_KEYS.has(key)),
    ...(item.items === undefined ? {} : { items: withoutPersonal({ items: item.items }).items }),
  }))
  return { ...section, items }
}
