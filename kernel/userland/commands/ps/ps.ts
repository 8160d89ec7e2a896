import { scheduler, type KernelThread } from '../../../sim/index.ts'
import { defineCommand } from '../../libsystem/defineCommand.ts'
import type { Process } from '../../libsystem/Process.ts'
import { allProcesses } from '../../libsystem/processTable.ts'
import { formatTime, wallClockSeconds } from '../../libsystem/time.ts'
import { accountByUid } from '../../libsystem/userlandState.ts'

interface Column {
  readonly title: string
  readonly left?: boolean
  readonly text: (process: Process) => string
}

const STATES = { running: 'S', stopped: 'T', zombie: 'Z' } as const

function stateOf(process: Process): string {
  const onCpu = process.thread?.state === 'running' || process.thread?.state === 'ready'
  const letter = process.state === 'running' && onCpu ? 'R' : STATES[process.state]
  const leader = process.sid === process.pid ? 's' : ''
  return letter + leader + (process.tty !== null && process.tty.foregroundPgid === process.pgid ? '+' : '')
}

function cpuTime(process: Process): string {
  const hundredths = Math.floor((process.thread?.cpuNs ?? 0) / 1e7)
  const minutes = Math.floor(hundredths / 6000)
  const seconds = Math.floor(hundredths / 100) % 60
  return `${minutes}:${String(seconds).padStart(2, '0')}.${String(hundredths % 100).padStart(2, '0')}`
}

function cpuShare(process: Process): string {
  const livedNs = Math.max(1, scheduler().nowNs - process.startTimeNs)
  return (Math.min(1, (process.thread?.cpuNs ?? 0) / livedNs) * 100).toFixed(1)
}

const commandLine = ({ state, argv }: Process): string => (state === 'zombie' ? '<defunct>' : argv.join(' '))
const userName = (process: Process): string => accountByUid(process.uid)?.name ?? String(process.uid)

const COLUMNS = new Map<string, Column>([
  ['pid', { title: 'PID', text: ({ pid }) => String(pid) }],
  ['ppid', { title: 'PPID', text: ({ parent }) => String(parent?.pid ?? 1) }],
  ['pgid', { title: 'PGID', text: ({ pgid }) => String(pgid) }],
  ['uid', { title: 'UID', text: ({ uid }) => String(uid) }],
  ['user', { title: 'USER', left: true, text: userName }],
  ['tty', { title: 'TTY', left: true, text: ({ tty }) => tty?.name ?? '??' }],
  ['tt', { title: 'TT', left: true, text: ({ tty }) => tty?.name.replace(/^tty/, '') ?? '??' }],
  ['time', { title: 'TIME', text: cpuTime }],
  ['%cpu', { title: '%CPU', text: cpuShare }],
  ['stat', { title: 'STAT', left: true, text: stateOf }],
  ['state', { title: 'STAT', left: true, text: stateOf }],
  ['start', {
    title: 'STARTED', left: true,
    text: ({ startTimeNs }) => formatTime('%l:%M%p', wallClockSeconds(startTimeNs)).trim(),
  }],
  ['stime', {
    title: 'STIME', text: ({ startTimeNs }) => formatTime('%l:%M%p', wallClockSeconds(startTimeNs)).trim(),
  }],
  ['comm', { title: 'COMM', left: true, text: ({ name }) => name }],
  ['ucomm', { title: 'UCOMM', left: true, text: ({ name }) => name.replace(/^.*\//, '') }],
  ['command', { title: 'COMMAND', left: true, text: commandLine }],
  ['cmd', { title: 'CMD', left: true, text: commandLine }],
  ['args', { title: 'ARGS', left: true, text: commandLine }],
])

const PLAIN = ['pid', 'tty', 'time', 'cmd']
const FULL = ['uid', 'pid', 'ppid', 'stime', 'tty', 'time', 'cmd']
const USER = ['user', 'pid', '%cpu', 'tt', 'stat', 'start', 'time', 'command']

interface Plan {
  columns: string[]
  readonly filters: ((process: Process) => boolean)[]
  all: boolean
}

function plan(self: Process): Plan | string {
  const result: Plan = { columns: PLAIN, filters: [], all: false }
  const operands = self.argv.slice(1)
  for (let at = 0; at < operands.length; at++) {
    const letters = operands[at]!.replace(/^-/, '')
    if (/^[0-9,]+$/.test(letters)) result.filters.push(byPid(letters))
    for (const [index, letter] of [...letters].entries()) {
      if (/[0-9,]/.test(letter)) break
      if (letter === 'o' || letter === 'p') {
        const value = letters.slice(index + 1) || (operands[++at] ?? '')
        if (letter === 'p') result.filters.push(byPid(value))
        else result.columns = value.split(',').map((name) => name.replace(/=.*$/, '').toLowerCase())
        break
      }
      if (letter === 'f') result.columns = FULL
      else if (letter === 'u') result.columns = USER
      else if ('aAex'.includes(letter)) result.all = true
      else if (!'wmrcE'.includes(letter)) return `ps: illegal option -- ${letter}`
    }
  }
  const unknown = result.columns.find((name) => !COLUMNS.has(name))
  return unknown === undefined ? result : `ps: ${unknown}: keyword not found`
}

function byPid(list: string): (process: Process) => boolean {
  const pids = list.split(',').map(Number)
  return ({ pid }) => pids.includes(pid)
}

function* main(self: Process): KernelThread<number> {
  const wanted = plan(self)
  if (typeof wanted === 'string') {
    yield* self.stderr.write(`${wanted}\nusage: ps [-Aaefux] [-o fmt] [-p pid]\n`)
    return 1
  }
  const shown = allProcesses().filter((process) => {
    if (wanted.filters.length > 0) return wanted.filters.some((filter) => filter(process))
    return wanted.all || (process.uid === self.uid && process.tty !== null)
  })
  const columns = wanted.columns.map((name) => COLUMNS.get(name)!)
  const table = [
    columns.map(({ title }) => title), ...shown.map((process) => columns.map(({ text }) => text(process))),
  ]
  const widths = columns.map((_, column) => Math.max(...table.map((row) => row[column]!.length)))
  for (const row of table) {
    const cells = row.map((cell, column) => {
      const width = widths[column]!
      return columns[column]!.left === true ? cell.padEnd(width) : cell.padStart(width)
    })
    yield* self.stdout.write(cells.join(' ').trimEnd() + '\n')
  }
  return shown.length > 0 ? 0 : 1
}

/** `ps`: the processes. */
export const ps = defineCommand({
  name: 'ps',
  path: '/bin/ps',
  summary: 'process status',
  main,
  man: {
    section: 1,
    synopsis: ['ps [-Aaefux] [-o fmt] [-p pid[,pid ...]]'],
    description: [
      'Lists processes: those of the user that have a terminal, all with -A, -a, -e or -x, or those named.',
      'Keywords for -o: pid ppid pgid uid user tty tt time %cpu stat start comm ucomm command.',
    ],
    options: [
      ['-A', 'all processes'], ['-f', 'more columns'],
      ['-u', 'user, share of the processor, state and start'],
      ['-o fmt', 'these columns'], ['-p pid', 'these processes'],
    ],
    exitStatus: '0 when a process was listed, 1 otherwise.',
    seeAlso: ['kill(1)'],
  },
})
