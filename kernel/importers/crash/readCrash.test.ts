// Reports in every form are read into the same record: what they state, where it stands, and what nobody knows.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { CrashRecord } from '../../api/index.ts'
import { looksLikeCrash, readCrash } from '../index.ts'

const folder = join(import.meta.dirname, '../../../test/samples/crashes')
const sample = (name: string): CrashRecord => readCrash(readFileSync(join(folder, name)))
const read = (text: string): CrashRecord => readCrash(new TextEncoder().encode(text))

describe('a report', () => {
  it.each([
    ['null-dereference.crash', 'text', 'Tide Table', 4711, '2.4 (318)', 1, 2, 5],
    ['watchdog.crash', 'text', 'Harbour', 512, '57 (1.3)', 0, 2, 4],
    ['snow-leopard.crash', 'text', 'Ledger', 302, '1.0.2 (102)', 0, 2, 4],
    ['reporter.crash', 'text', 'Kite', 88, '3.1 (40)', 0, 1, 5],
    ['missing-library.ips', 'ips', 'lanternd', 640, null, 0, 1, 2],
    ['use-after-free.ips', 'ips', 'Orchard', 99, '5.0 (501)', 1, 2, 4],
    ['guard-body.json', 'ips', 'mailbox', 31, null, 0, 1, 1],
    ['jetsam.ips', 'ips', 'Atlas', 900, null, null, 0, 0],
    ['quoted-fragment.txt', 'text', 'Beacon', 77, '0.9 (9)', 0, 1, 0],
  ] as const)('%s says who crashed and how much there is', (name, ...wanted) => {
    const { container, process, pid, version, faultingThread, threads, images } = sample(name)
    expect([container, process, pid, version, faultingThread, threads.length, images.length]).toEqual(wanted)
  })

  it('keeps the lines that nobody knows, with their numbers', () => {
    expect(sample('quoted-fragment.txt').unread).toEqual([{ line: 11, text: 'Weather was fine that day.' }])
    expect(sample('missing-library.ips').unread).toEqual([{ line: 140, text: 'weatherReport' }])
    expect(sample('null-dereference.crash').unread).toEqual([])
  })

  it('has the facts of text and JSON in the same places', () => {
    expect(sample('watchdog.crash')).toMatchObject({
      bugType: 109, osVersion: 'iPhone OS 13.3 (17C54)', model: 'iPhone12,1', kind: 'user-crash',
      exception: { type: 'EXC_CRASH', signal: 'SIGKILL', namespace: 'SPRINGBOARD' },
      termination: { namespace: 'SPRINGBOARD', code: 0x8badf00d, codeText: '0x8badf00d' },
      derived: { termination: 'the watchdog ended it: it did not launch, answer or end in time' },
    })
    expect(sample('missing-library.ips')).toMatchObject({
      bugType: 309, osVersion: 'macOS 14.5 (23F79)', model: 'Mac14,2', date: '2024-06-02 12:00:00.1000 +0200',
      termination: { namespace: 'DYLD', code: 1, indicator: 'Library missing' }, other: { codeSigningTeamID: 'EXAMPLE123' },
    })
  })

  it('gives each frame its image, address and place', () => {
    const [, crashed] = sample('null-dereference.crash').threads
    expect(crashed).toMatchObject({ queue: 'org.example.tidetable.moon', isTriggered: true })
    expect(crashed!.frames.map((frame) => [frame.address, frame.imageIndex, frame.imageOffset, frame.symbol, frame.source]))
      .toEqual([
        ['0x1000a4428', 0, 17448, null, null],
        ['0x1000a4010', 0, 16400, 'moonPhase', 'Moon.m:52'],
        ['0x1a01a2420', 2, 9248, '_dispatch_call_block_and_release', null],
      ])
    const frames = sample('use-after-free.ips').threads[1]!.frames
    expect(frames[2]).toMatchObject({ isInline: true, source: 'Tree.m:20', address: '0x102301200' })
    expect(frames[3]).toMatchObject({ image: null, address: '0x1e61', imageOffset: null })
  })

  it('keeps registers of 64 bits exact and works out what was tried where', () => {
    const { threads, derived } = sample('missing-library.ips')
    expect(threads[0]!.registers!.values['far']).toBe('0xffffffffffffffff')
    expect(derived.faultAddress).toBeNull()
    expect(sample('null-dereference.crash').derived).toEqual({
      faultAddress: '0x18', access: 'read', exception: 'nothing is mapped at the address', termination: null,
    })
  })

  it('says what a list of images of an older system has', () => {
    expect(sample('snow-leopard.crash').images.map(({ name, identifier, version }) => [name, identifier, version])).toEqual([
      ['Ledger', 'org.example.ledger', '1.0.2 (102)'], ['AppKit', 'com.apple.AppKit', '6.6.5 (1038.29)'],
      ['libSystem.B.dylib', null, '??? (???)'], ['Foundation', 'com.apple.Foundation', '6.6.2 (751.21)'],
    ])
  })
})

describe('damaged reports', () => {
  const ips = readFileSync(join(folder, 'use-after-free.ips'), 'utf8')

  it('cut off in the JSON keep what stands before the cut and say where it is', () => {
    const cut = ips.slice(0, ips.indexOf('"usedImages"'))
    const record = read(cut)
    expect(record).toMatchObject({ process: 'Orchard', faultingThread: 1, exception: { type: 'EXC_BAD_ACCESS' } })
    expect(record.threads).toHaveLength(2)
    expect(record.problems[0]).toMatchObject({ line: cut.split('\n').length, message: 'The text ends before }.' })
  })

  it('with Windows line ends read the same', () => {
    const text = readFileSync(join(folder, 'reporter.crash'), 'utf8')
    expect(read(text.replaceAll('\n', '\r\n'))).toEqual(read(text))
  })

  it('that were posted in words with their JSON cut off keep the stack of the words', () => {
    const record = read([
      'Process:               Pears [1234]', 'Identifier:            org.example.Pears',
      'Crashed Thread:        3', '', 'Exception Type:        EXC_BREAKPOINT (SIGTRAP)', '', '```',
      'Thread 0:', '0   libsystem_kernel.dylib  0x1a0b1c2d4 mach_msg2_trap + 8', '',
      'Thread 3 Crashed:', '0   Pears  0x1004d2c10 peel + 16', '1   Pears  0x1004d2d20 main + 8', '',
      'Full Report', '-----------', '',
      '{"app_name":"Pears","bug_type":"309","os_version":"macOS 14.3.1 (23D60)"}',
      '{"pid" : 1234, "threads" : [{"id":1,"frames":[{"imageOffset":43,"symbol":"mach_msg2_tr',
    ].join('\n'))
    expect(record).toMatchObject({ container: 'text-and-ips', faultingThread: 3, osVersion: 'macOS 14.3.1 (23D60)' })
    expect(record.threads.map(({ frames }) => frames.map(({ symbol }) => symbol))).toEqual([['mach_msg2_trap'], ['peel', 'main']])
    expect(record.problems.map(({ message }) => message)).toContain('The text ends inside a string.')
  })

  it('with nothing but a head say that they are incomplete', () => {
    const record = read('Process: Finch [3]\nIdentifier: org.example.finch\nOS Version: macOS 12.1 (21C52)\n')
    expect(record).toMatchObject({ kind: 'diagnostic', process: 'Finch', pid: 3, exception: null, termination: null })
    expect(record.problems).toHaveLength(1)
  })
})

describe('looksLikeCrash', () => {
  it('takes reports of processes and leaves panics and other texts alone', () => {
    const looks = (text: string): boolean => looksLikeCrash(new TextEncoder().encode(text))
    expect(looks('Process: A [1]\nException Type: EXC_CRASH (SIGABRT)\n')).toBe(true)
    expect(looks('Thread 2 Crashed:: Worker\n0   Pears  0x00000001004d2c10 peel + 16\n')).toBe(true)
    expect(looks('Thread 2 crashed while I was away\n0 days ago\n')).toBe(false)
    expect(looks('{"bug_type":"298"}\n{"largestProcess":"A"}')).toBe(true)
    expect(looks('{"bug_type":"210"}\n{"panicString":"panic(cpu 0 caller 0x0): x"}')).toBe(false)
    expect(looks('panic(cpu 0 caller 0xffffff80002c1d0a): "x"\nOS Version: 1\nProcess: 2\n')).toBe(false)
    expect(looks('hello')).toBe(false)
  })
})
