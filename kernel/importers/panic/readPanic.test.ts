// Goal: whatever form a panic comes in, its reader states what the report states, no more, and says what it did not understand.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { PanicFacts } from '../../api/index.ts'
import { looksLikePanic, readPanic } from './index.ts'

const folder = join(import.meta.dirname, '../../../test/samples/panics')
const sample = (name: string): Buffer => readFileSync(join(folder, name))
const read = (name: string): PanicFacts => readPanic(sample(name)).facts
const readText = (text: string): PanicFacts => readPanic(new TextEncoder().encode(text)).facts

describe('texts of Intel systems', () => {
  it('of 10.8 give every fact, down to the parts list behind EOF', () => {
    const facts = read('x86-10.panic')
    expect(facts).toMatchObject({
      layout: 'x86-10-text', container: 'text', cpu: 2, caller: '0xffffff80104dc94e', osVersion: '12Z999', panickedTask: null,
      trap: { type: 14, name: 'page fault', hint: null, line: 6 }, processName: 'kernel_task', bootArgs: 'keepsyms=1',
      model: 'Orchard5,1 (Mac-0000000000000001)', kernelSlide: '0x0000000010200000', uptimeNs: '90123456789',
      lastStartedKext: { id: 'org.example.driver.PearUSB', version: '1.2.3', at: '88001234567', size: '49152' },
    })
    expect(facts.backtrace).toHaveLength(7)
    expect(facts.backtrace[3]).toEqual({
      frame: '0xffffff80a1003c40', address: '0xffffff7f91a03456', image: 'org.example.driver.PearUSB',
      symbol: '__ZN7PearUSB12readCompleteEPvij', offset: '0x36', block: 0, line: 19,
    })
    expect(facts.backtraceKexts.map(({ id, end, dependencies }) => [id, end, dependencies.map((library) => library.id)])).toEqual([
      ['com.apple.iokit.IOUSBFamily', '0xffffff7f9185ffff', ['com.apple.iokit.IOPCIFamily']],
      ['org.example.driver.PearUSB', '0xffffff7f91a0bfff', ['com.apple.iokit.IOUSBFamily']],
    ])
    expect(facts.details).toContainEqual({ label: 'Graphics', value: 'Orchard HD, Orchard HD, Built-In, 384 MB', line: 51 })
    expect(facts.problems).toEqual([])
  })

  it('work the fault, the frames and the times out, apart from what is stated', () => {
    const { derived } = read('x86-10.panic')
    expect(derived).toMatchObject({
      arch: 'x86_64', darwin: '12.9.0', xnu: 'xnu-2050.99.1', uptimeSeconds: 90.123, secondsSinceLastKext: 2.122, firstFrame: 3,
      fault: { access: 'read', address: '0x0000000000000028', reason: 'read of unmapped memory', line: 13 },
      slides: [{ what: 'Kernel text', unslid: '0xffffff8000200000' }],
    })
    expect(derived.frames[3]).toMatchObject({
      bundle: 'org.example.driver.PearUSB', bundleOffset: '0x3456', function: 'PearUSB::readComplete', unslid: null, isMachinery: false,
    })
    expect(derived.frames[1]).toMatchObject({ bundle: null, unslid: '0xffffff80002dc94e', isMachinery: true })
  })

  it('write shortened kext names out and keep them as printed', () => {
    const facts = read('x86-11-sleep.txt')
    expect(facts.layout).toBe('x86-11-text')
    expect(facts.loadedKexts.map(({ id }) => id)).toEqual([
      'org.example.FruitBasket', 'com.apple.driver.usb.AppleUSBHub', 'com.apple.iokit.IOFruitFamily', 'com.apple.filesystems.autofs',
    ])
    expect(facts.lastStartedKext).toMatchObject({ id: 'com.apple.driver.usb.AppleUSBHub', printed: '>usb.!UHub' })
  })

  it('tell a failure code by phase and pending devices', () => {
    const facts = read('x86-11-sleep.txt')
    expect(facts.sleepFailure).toEqual({
      transition: 'sleep', seconds: 180, doing: 'calling power state change callbacks', suspectedBundle: 'com.apple.iokit.IOFruitFamily',
      thread: '0x1a2b', failureCode: { data: '0x00000004', phase: '0x00000014' }, codeLine: 2, line: 1,
    })
    expect(facts.derived.sleepPhase).toMatchObject({ name: 'kIOPMTracePointSleepPowerPlaneDrivers', pendingPciDevices: [2] })
  })

  it('know that OS X 10.6 numbered the phases of sleep differently', () => {
    const text = (darwin: string): string =>
      `panic(cpu 0 caller 0x1): Sleep/Wake hang detected\nFailure code:: 0x00000000 00000015\n\nKernel version:\nDarwin Kernel Version ${darwin}: x\n`
    expect(readText(text('10.8.0')).derived.sleepPhase?.name).toBe('kIOPMTracePointSystemSleepPlatformPhase')
    expect(readText(text('19.3.0')).derived.sleepPhase?.name).toBe('kIOPMTracePointSleepDidChangeInterests')
  })

  it('of 12 and later, of 10.4 with 32 bits, and of a symbolicating tool are told apart', () => {
    expect(read('x86-12-nx.txt')).toMatchObject({ layout: 'x86-12-text', panickedThread: '0xffffff90aabbccdd', trap: { hint: 'Kernel NX fault' } })
    expect(read('tiger-x86-32.txt')).toMatchObject({ layout: 'x86-32-text', registers: { eip: '0x00d2f456' }, backtrace: { length: 3 } })
    expect(read('kpdescribe.txt')).toMatchObject({ layout: 'kpdescribe', kernelSlide: '0x0000000005564000', backtrace: { length: 3 } })
  })

  it('undo what a tool did that wrote shortened names out inside addresses', () => {
    const facts = readText('      Kernel Extensions in backtrace:\n         a.b(1.0)[00000000-0000-3000-8000-000000000001]'
      + 'com.apple.0xffffff7f99abf000-com.apple.driver.0xffffff7f99d45fff\n')
    expect(facts.backtraceKexts).toMatchObject([{ id: 'a.b', start: '0xffffff7f99abf000', end: '0xffffff7f99d45fff' }])
    expect(facts.wrapping).toEqual(['shortened names written out inside addresses'])
  })
})

describe('reports of Apple chips', () => {
  it('as text: registers, decoded syndrome, slides that agree, times', () => {
    const facts = read('arm64.txt')
    expect(facts).toMatchObject({
      layout: 'arm64-text', panickedThreadId: 1401, panicLogVersion: '14', debuggerMessage: 'panic', panickedTask: { pages: 0, threads: 565, pid: 0 },
      derived: {
        soc: 'T8103', esr: 'Data abort from the kernel, write, translation fault, level 2', secondsSinceWake: 18.586, firstFrame: 3,
        fault: { access: 'write', address: '0x0000000000000068' },
      },
    })
    expect(new Set(facts.derived.slides.map(({ unslid }) => unslid))).toEqual(new Set(['0xfffffe0007004000']))
  })

  it('as JSON: header, flags of the platform, stackshot, firmware, monitors', () => {
    const facts = read('m4-dcp.ips')
    expect(facts).toMatchObject({
      layout: 'arm64-sptm-text', container: 'ips', model: 'Orchard16,6', osVersion: '24Z55',
      reporter: { bugType: { value: '210', meaning: 'Kernel panic' }, memory: { 'memoryPages.free': '2000' } },
      panicFlags: { value: '0x40802', meanings: { length: 3 } }, coprocessor: { name: 'DCP', firmware: expect.stringContaining('RTKit-9999') as string },
    })
    expect(facts.stackshot?.processes).toMatchObject([
      { pid: 0, name: 'kernel_task', threads: 2, runningThreads: 1, uninterruptibleThreads: 1, isPanicked: true }, { pid: 1 },
    ])
    expect(facts.stackshot?.panickedThreads.find(({ isPanicked }) => isPanicked)?.kernelFrames[0]).toMatch(/^0xfffffe/u)
    expect(facts.details).toContainEqual(expect.objectContaining({ label: 'loaded kexts', value: '(skipped, see boot kernelcache)' }))
  })

  it('under `string`, and of a T2 with the panic of macOS inside', () => {
    expect(read('forced-reset.ips')).toMatchObject({ cpu: 1, message: 'btn_rst', reporter: { bugType: { value: '151' } } })
    const t2 = read('t2.ips')
    expect(t2).toMatchObject({ layout: 'bridgeos-text', macOSVersion: '22Z77', osVersion: '15Z6059', companion: { layout: 'x86-12-text', cpu: 6 } })
  })

  it('that hold no panic at all keep what they hold', () => {
    const facts = read('gpu-event.ips')
    expect(facts).toMatchObject({ firstLine: null, reporter: { bugType: { meaning: 'GPU restart or event' }, others: { restartReason: 'busy' } } })
  })
})

describe('what stands around a report', () => {
  const plain = readPanic(sample('x86-12-nx.txt')).facts
  const same = (facts: PanicFacts): object => ({ ...facts, wrapping: [] })

  it.each([
    ['CR LF line ends', (text: string) => Buffer.from(text.replaceAll('\n', '\r\n'))],
    ['CR line ends', (text: string) => Buffer.from(text.replaceAll('\n', '\r'))],
    ['UTF-16, little endian', (text: string) => Buffer.from(`\u{feff}${text}`, 'utf16le')],
    ['UTF-16, big endian', (text: string) => Buffer.from(text, 'utf16le').swap16()],
    ['byte order mark', (text: string) => Buffer.from(`\u{feff}${text}`)],
    ['quote marks', (text: string) => Buffer.from(text.trimEnd().replaceAll(/^/gmu, '> '))],
    ['HTML entities', (text: string) => Buffer.from(text.replaceAll('&', '&amp;').replaceAll('>', '&gt;'))],
    ['indentation', (text: string) => Buffer.from(text.trimEnd().replaceAll(/^/gmu, '    '))],
    ['prefixes of a log', (text: string) => Buffer.from(text.trimEnd().replaceAll(/^/gmu, '[   12.345678]: '))],
    ['escaped line breaks', (text: string) => Buffer.from(text.trimEnd().replaceAll('\n', '\\n').replaceAll('\t', '\\t'))],
  ])('%s are undone and told', (note, wrap) => {
    const { facts } = readPanic(wrap(sample('x86-12-nx.txt').toString()))
    expect(facts.wrapping).toEqual([note])
    expect(same(facts)).toEqual(same(plain))
  })

  it('quote marks go too where somebody wrote a line of their own above', () => {
    const quoted = sample('x86-12-nx.txt').toString().trimEnd().replaceAll(/^/gmu, '> ')
    const facts = readText(`My machine says:\n${quoted}\n`)
    expect(facts.loadedKexts).toEqual(plain.loadedKexts)
    expect(facts.problems).toMatchObject([{ line: 1, seen: 'My machine says:' }])
  })

  it('pieces of JSON give what is whole in them', () => {
    const facts = read('fragment.txt')
    expect(facts).toMatchObject({ container: 'ips-fragment', cpu: 3, kernelSlide: '0x00000000488c4000', kernelTextExecSlide: null })
  })

  it('a log around it stays unread, with its lines told', () => {
    expect(read('kernel-log.txt').problems).toEqual([
      expect.objectContaining({ line: 1, message: 'Lines 1 to 2 were not understood.', seen: 'PearFilter: attached to disk0' }),
    ])
  })

  it('a second report behind the first is told, not mixed in', () => {
    const text = sample('x86-12-nx.txt').toString()
    const facts = readText(`${text}\n${text}`)
    expect(facts.problems).toContainEqual(expect.objectContaining({ line: 62, message: 'Another report begins here: only the first is read.' }))
  })
})

describe('any bytes', () => {
  it('are told apart from panics by what is in them', () => {
    for (const name of ['x86-10.panic', 'm4-dcp.ips', 'forced-reset.ips', 'gpu-event.ips', 'fragment.txt', 'quoted.txt', 'web-page.txt']) {
      expect([name, looksLikePanic(sample(name))]).toEqual([name, true])
    }
    expect(looksLikePanic(new TextEncoder().encode('+-o Root  <class IORegistryEntry>\n'))).toBe(false)
    expect(looksLikePanic(new TextEncoder().encode('{"bug_type":"309","name":"Pear"}\n{"pid":1}'))).toBe(false)
  })

  const n = 900_000
  it.each([
    ['one line of letters', 'a'.repeat(n)], ['one message', `panic(cpu 0 caller 0x1): ${'x'.repeat(n)}`], ['blanks', ' '.repeat(n)],
    ['JSON that never ends', `{"panicString":"${'\\'.repeat(n)}`], ['brackets', `{"a":${'['.repeat(n)}`], ['quotes', `"string" : "${'" : "'.repeat(n / 5)}`],
    ['entities', '&amp;'.repeat(n / 5)], ['tags', '<br '.repeat(n / 4)], ['quote marks', '> '.repeat(n / 2)], ['zeros', '\0'.repeat(n)],
    ['digits', `panic(cpu 0 caller 0x1): ${'9'.repeat(n)}`], ['colons', ':'.repeat(n)], ['registers', 'rax: 0x1, '.repeat(n / 10)],
    ['frames', 'Backtrace (CPU 0), Frame : Return Address\n'.concat('0xffffff8000000001 : 0xffffff8000000002 a : __ZN3abcEv + 0x1\n'.repeat(15_000))],
  ])('made to be slow (%s) are read to their end', (_name, text) => {
    const { coverage, backtrace } = readText(text)
    expect(coverage.linesUnderstood).toBeLessThanOrEqual(coverage.linesTotal)
    expect(backtrace.length).toBeLessThanOrEqual(4_096)
  }, 30_000)

  it('of chance are no panic and do no harm', () => {
    const bytes = new Uint8Array(300_000)
    let state = 1
    for (let i = 0; i < bytes.length; i++) {
      state = (state * 48271) % 2147483647
      bytes[i] = state & 0xff
    }
    expect(looksLikePanic(bytes)).toBe(false)
    expect(readPanic(bytes).facts.firstLine).toBeNull()
  })
})
