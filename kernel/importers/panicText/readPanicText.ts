import { decodeUtf8Lossless } from '../../formats/utf8.ts'
import { BacktraceKexts, lastKext } from './kextLines.ts'
import type { PanicReport } from './PanicReport.ts'

const MAX_PANIC_BYTES = 16 * 1024 * 1024
const MAX_LINES = 200_000
const MAX_LINE = 100_000

/** Prefixes and words that Intel panic logs shorten in kext names. */
const PREFIXES: readonly (readonly [string, string])[] = [
  ['>', 'com.apple.driver.'], ['|', 'com.apple.iokit.'], ['$', 'com.apple.security.'], ['@', 'com.apple.'],
]
const WORDS: readonly (readonly [string, string])[] = [
  ['!U', 'AppleUSB'], ['!A', 'Apple'], ['!F', 'Family'], ['!S', 'Storage'], ['!C', 'Controller'], ['!B', 'Bluetooth'], ['!I', 'Intel'],
]

/** The bundle identifier behind a shortened name. */
export function expandKextName(name: string): string {
  const prefix = PREFIXES.find(([short]) => name.startsWith(short))
  let result = prefix === undefined ? name : prefix[1] + name.slice(1)
  for (const [short, long] of WORDS) result = result.replaceAll(short, long)
  return result
}

/** Where in the report the lines stand that mean something only there. */
type Section = 'head' | 'message' | 'backtrace' | 'kexts' | 'loaded' | 'none'

/** Lines whose value follows a label: label (a regular expression), field. */
const FIELDS: readonly (readonly [RegExp, keyof PanicReport])[] = [
  [/^Boot args: ?(.*)$/u, 'bootArgs'],
  [/^OS version: +(.+)$/u, 'osVersion'],
  [/^Kernel version: +(.+)$/u, 'kernelVersion'],
  [/^Kernel UUID: +([0-9A-F-]{36})/u, 'kernelUuid'],
  [/^System model name: (.+)$/u, 'model'],
  [/^Kernel slide: +(0x[0-9a-f]+)/u, 'kernelSlide'],
  [/^KernelCache slide: +(0x[0-9a-f]+)/u, 'kernelCacheSlide'],
  [/^Kernel text base: +(0x[0-9a-f]+)/u, 'kernelTextBase'],
  [/^System uptime in nanoseconds: (\d+)/u, 'uptimeNs'],
  [/^mach_absolute_time: (0x[0-9a-f]+)/u, 'machAbsoluteTime'],
  [/^Paniclog version: (\d+)/u, 'panicLogVersion'],
  [/^Debugger message: (.+)$/u, 'debuggerMessage'],
  [/^(?:BSD )?[Pp]rocess name corresponding to current thread(?: \(0x[0-9a-f]+\))?: (.*)$/u, 'processName'],
]

/** Labels whose value is the next line. */
const NEXT_LINE: readonly (readonly [string, keyof PanicReport])[] = [['Mac OS version:', 'osVersion'], ['Kernel version:', 'kernelVersion']]

/** Lines that are known and say nothing this record keeps. */
const KNOWN = /^(?:Memory ID:|OS release type:|Fileset Kernelcache UUID:|KernelCache UUID:|KernelCache base:|__HIB|roots installed:|secure boot\?:|iBoot|Kernel text exec|Epoch Time:|  (?:Boot|Sleep|Wake|Calendar|Uptime)\b|CORE \d+|Compressor Info:|System shutdown begun:|Panic diags file|Hibernation exit count:|Last Sleep:|Zone info:|  (?:Zone map|\. |Metadata|Bitmaps|Extra)|Boot session UUID:|Debug Header|TPIDR|loaded kexts:|Total cpu_usage|Fault CR2:|\*\*|EOF)/u

const REGISTER = /\b([A-Za-z][A-Za-z0-9]{1,3}) ?: +(0x[0-9a-f]+)/gu

class PanicReader {
  readonly report: PanicReport = {
    kind: 'kernel-panic', layout: 'unknown', container: 'text', cpu: null, caller: null, firstLine: null, message: null,
    panickedTask: null, panickedThread: null, processName: null, backtrace: [], backtraceKexts: [], osVersion: null,
    kernelVersion: null, kernelUuid: null, model: null, kernelSlide: null, kernelCacheSlide: null, kernelTextBase: null,
    uptimeNs: null, machAbsoluteTime: null, bootArgs: null, panicLogVersion: null, debuggerMessage: null,
    lastStartedKext: null, lastStoppedKext: null, loadedKexts: [], registers: {}, trap: null,
    coverage: { linesUnderstood: 0, linesTotal: 0 }, problems: [],
  }
  private section: Section = 'none'
  private nextLine: keyof PanicReport | null = null
  private readonly kexts = new BacktraceKexts()

  line(line: string): boolean {
    if (this.nextLine !== null) {
      this.set(this.nextLine, line)
      this.nextLine = null
      return true
    }
    if (line.trim() === '') {
      if (this.section !== 'loaded') this.section = 'none'
      return true
    }
    return this.panicLine(line) || this.taskLine(line) || this.labelled(line) || this.inSection(line) || KNOWN.test(line)
  }

  finish(): void {
    this.report.backtraceKexts = this.kexts.kexts
    if (this.report.firstLine !== null && this.report.layout === 'unknown') {
      this.report.layout = /ARM64/u.test(this.report.kernelVersion ?? '') ? 'arm64-text' : 'unknown'
    }
  }

  private set(field: keyof PanicReport, value: string): void {
    const fields = this.report as unknown as Record<string, unknown>
    fields[field] ??= value
  }

  private panicLine(line: string): boolean {
    const match = /^panic\(cpu (\d+) caller (0x[0-9a-f]+)\): (.*)$/u.exec(line)
    if (match === null || this.report.firstLine !== null) return false
    this.report.firstLine = line
    this.report.cpu = Number(match[1])
    this.report.caller = match[2]!
    this.report.message = match[3]!
    const trap = /type (?:= )?(\d+)=([^,]+)/u.exec(match[3]!)
    if (trap !== null) this.report.trap = { type: Number(trap[1]), name: trap[2]! }
    this.section = 'message'
    return true
  }

  private taskLine(line: string): boolean {
    const task = /^Panicked task (0x[0-9a-f]+): (?:(\d+) pages, )?(\d+) threads: pid (\d+): (.*)$/u.exec(line)
    if (task !== null) {
      const [, address = '', pages, threads, pid, name = ''] = task
      this.report.panickedTask = { name, pid: Number(pid), address, pages: pages === undefined ? null : Number(pages), threads: Number(threads) }
      this.section = 'none'
      return true
    }
    const intel = /^Backtrace \(CPU \d+\),(?: panicked thread: (0x[0-9a-f]+),)? Frame : Return Address/u.exec(line)
    const arm = /^Panicked thread: (0x[0-9a-f]+), backtrace: 0x[0-9a-f]+, tid: \d+/u.exec(line)
    const match = intel ?? arm
    if (match === null) return false
    this.report.layout = intel === null ? 'arm64-text' : 'x86-text'
    this.report.panickedThread = match[1] ?? null
    this.section = 'backtrace'
    return true
  }

  private labelled(line: string): boolean {
    const next = NEXT_LINE.find(([label]) => line.trimEnd() === label)
    if (next !== undefined) {
      this.nextLine = next[1]
      return true
    }
    const last = lastKext(line)
    if (last !== null) {
      this.set(last.which === 'started' ? 'lastStartedKext' : 'lastStoppedKext', last.text)
      return true
    }
    if (line.trim() === 'Kernel Extensions in backtrace:') {
      this.section = 'kexts'
      return true
    }
    if (line === 'loaded kexts:') {
      this.section = 'loaded'
      return true
    }
    for (const [pattern, field] of FIELDS) {
      const match = pattern.exec(line)
      if (match === null) continue
      this.set(field, match[1]!)
      if (this.section === 'message') this.section = 'none'
      return true
    }
    return false
  }

  private inSection(line: string): boolean {
    switch (this.section) {
      case 'message': return this.registerLine(line) || this.moreMessage(line)
      case 'backtrace': return this.frameLine(line)
      case 'kexts': return this.kexts.take(line)
      case 'loaded': {
        const [name, version] = line.split('\t')
        if (version === undefined) return line === '(none)'
        this.report.loadedKexts.push({ id: expandKextName(name!), version })
        return true
      }
      default: return this.registerLine(line)
    }
  }

  private registerLine(line: string): boolean {
    let found = false
    for (const [, name, value] of line.matchAll(REGISTER)) {
      const key = name!.toLowerCase() === 'rfl' ? 'rfl' : name!.toLowerCase()
      this.report.registers[key] ??= value!
      found = true
    }
    return found
  }

  private moreMessage(line: string): boolean {
    if (KNOWN.test(line)) return false
    this.report.message = `${this.report.message ?? ''}\n${line}`
    return true
  }

  private frameLine(line: string): boolean {
    const intel = /^(0x[0-9a-f]+) : (0x[0-9a-f]+) ?(.*)$/u.exec(line)
    if (intel !== null) {
      this.report.backtrace.push({ frame: intel[1]!, address: intel[2]!, symbol: intel[3] === '' ? null : intel[3]! })
      return true
    }
    const arm = /^\s+lr: (0x[0-9a-f]+)  fp: (0x[0-9a-f]+)/u.exec(line)
    if (arm === null) return /Backtrace (?:continues|terminated)/u.test(line)
    this.report.backtrace.push({ frame: arm[2]!, address: arm[1]!, symbol: null })
    return true
  }
}

/** Whether text looks like a kernel panic at all: its first line does, or the line that opens the backtrace is there. */
export function looksLikePanic(bytes: Uint8Array): boolean {
  const head = decodeUtf8Lossless(bytes, 0, Math.min(bytes.length, 64 * 1024))
  return /^panic\(cpu \d+ caller 0x[0-9a-f]+\): /mu.test(head) || /^Panicked thread: 0x/mu.test(head)
}

/** Reads the text of a kernel panic, Intel or Apple silicon. Total: what was not understood is counted and listed. */
export function readPanicText(source: Uint8Array): PanicReport {
  const reader = new PanicReader()
  const { report } = reader
  const tooLong = source.length > MAX_PANIC_BYTES
  if (tooLong) report.problems.push({ where: 'file', message: `Only the first ${MAX_PANIC_BYTES} bytes were read.`, seen: `${source.length} bytes` })
  const lines = decodeUtf8Lossless(source, 0, Math.min(source.length, MAX_PANIC_BYTES)).split('\n')
  for (const [index, raw] of lines.slice(0, MAX_LINES).entries()) {
    const line = raw.endsWith('\r') ? raw.slice(0, -1) : raw
    if (line === '' && index === lines.length - 1) break
    report.coverage.linesTotal++
    if (line.length <= MAX_LINE && reader.line(line)) report.coverage.linesUnderstood++
    else if (report.problems.length < 100) report.problems.push({ where: 'file', line: index + 1, message: 'This line was not understood.', seen: line.slice(0, 80) })
  }
  reader.finish()
  if (report.firstLine === null) report.problems.push({ where: 'file', message: 'There is no panic line.', wanted: 'panic(cpu N caller 0x…): message' })
  return report
}
