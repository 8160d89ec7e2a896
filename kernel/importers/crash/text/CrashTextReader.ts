import {
  emptyCrash, exceptionOf, terminationOf, type CrashDraft, type FrameDraft, type RegistersDraft,
    type SectionDraft,
  type ThreadDraft,
} from '../CrashDraft.ts'
import { addressList, frameLine } from './frameLine.ts'
import { labelOf, setLabel } from './headLabels.ts'
import { imageLine } from './imageLine.ts'
import { extraRegister, registerLine } from './registerLine.ts'
import { threadHeader, threadLabel, type ThreadHeader } from './threadHeader.ts'

const MAX_THREADS = 20_000

/** Where in a report the lines stand that mean something only there. */
type Block =
  | { readonly kind: 'head' | 'images' | 'termination' }
  | { readonly kind: 'frames'; readonly frames: FrameDraft[] }
  | { readonly kind: 'registers'; readonly registers: RegistersDraft }
  | { readonly kind: 'text'; readonly lines: string[] }

/** Titles of parts that are kept as text; those of messages are taken apart as well. */
const SECTIONS = new RegExp(`^(?:${[
  'Application Specific (?:Information|Signatures|Backtrace \\d+)', 'Last Exception Backtrace',
  'Binary Images(?: Description)?',
  'External Modification Summary', 'VM Region Summary', 'VM Regions? (?:Near|Info)[^:]{0,40}',
  'Kernel Triage', 'kernel messages',
  'Filtered syslog', 'Dyld Error Message', 'Extra Information', 'System Profile', 'Notable Addresses',
  'Stack Dump[^:]{0,60}', 'Global Trace Buffer[^:]{0,60}', 'Trial Info', 'Backtrace Thread \\d+',
  'Last Terminating Exception',
  'Call graph', 'Heaviest stack[^:]{0,60}', 'Powerstats for[^:]{0,60}', 'Error Formulating Crash Report',
  'Elided Platform Binary Images',
].join('|')})\\s*:`, 'iu')

const KNOWN = new RegExp(`^(?:${[
  '-{3,}', 'Translated Report \\(Full Report Below\\)', 'Full Report', 'EOF', 'Backtrace not available',
  '={3,}',
  'Binary images description not available', 'No thread state \\(register information\\) available',
  '\\*{3,}', '`{3,}\\w*', '~{3,}',
].join('|')})\\s*$`, 'iu')

/** Reads the lines of a report in Apple's text form, or of a reporter that writes like it. */
export class CrashTextReader {
  readonly draft: CrashDraft = emptyCrash('text')
  private block: Block = { kind: 'head' }
  private isAfterBlank = false
  private readonly threads = new Map<number, ThreadDraft>()
  private lastRegisters: RegistersDraft | null = null

  /** Takes a line; false when no reader knows it. */
  line(line: string, number: number): boolean {
    if (line.trim() === '') {
      this.blank()
      return true
    }
    const understood = this.header(line, number) || this.inBlock(line) || this.label(line) || this.late(line)
    this.isAfterBlank = false
    return understood
  }

  private blank(): void {
    this.isAfterBlank = true
    if (this.block.kind === 'text' && this.block.lines.length > 0) this.block.lines.push('')
    if (this.block.kind === 'termination') this.block = { kind: 'head' }
  }

  private header(line: string, number: number): boolean {
    const thread = threadHeader(line)
    if (thread !== null) {
      this.openThread(thread, number)
      return true
    }
    if (KNOWN.test(line)) {
      this.block = { kind: 'head' }
      return true
    }
    const title = SECTIONS.exec(line.slice(0, 120))
    if (title === null) return false
    this.openSection(title[0].slice(0, -1).trim(), line.slice(title[0].length).trim(), number)
    return true
  }

  private thread(index: number): ThreadDraft | null {
    let thread = this.threads.get(index)
    if (thread !== undefined || this.threads.size >= MAX_THREADS) return thread ?? null
    thread = { index, id: null, name: null, queue: null, isTriggered: false, frames: [], registers: null }
    this.threads.set(index, thread)
    this.draft.threads.push(thread)
    return thread
  }

  private openThread(header: ThreadHeader, number: number): void {
    if (header.kind === 'instructions') {
      this.openText(`Thread ${header.index} instruction stream`, number)
      return
    }
    if (header.kind === 'registers') {
      this.openRegisters(header)
      return
    }
    const thread = this.thread(header.index!)
    if (thread === null) return
    thread.name ??= header.name
    thread.queue ??= header.queue
    if (header.isCrashed) {
      thread.isTriggered = true
      this.draft.faultingThread ??= header.index
    }
    if (header.kind === 'frames') this.block = { kind: 'frames', frames: thread.frames }
  }

  private openRegisters(header: ThreadHeader): void {
    const registers: RegistersDraft = { flavor: header.flavor, values: {}, notes: {} }
    const thread = header.index === null ? null : this.threads.get(header.index)
    if (thread == null) this.draft.registers ??= registers
    else thread.registers ??= registers
    this.lastRegisters = registers
    this.block = { kind: 'registers', registers }
  }

  private openSection(title: string, rest: string, number: number): void {
    if (/^Binary Images/iu.test(title)) this.block = { kind: 'images' }
    else if (/^(?:Last Exception|Application Specific) Backtrace/iu.test(title)
      && this.draft.lastException.length === 0) {
      this.block = { kind: 'frames', frames: this.draft.lastException }
      this.draft.lastException.push(...addressList(rest))
    } else if (/^Application Specific Information/iu.test(title)) {
      const lines: string[] = []
      this.draft.messages.push({ image: null, lines })
      this.block = { kind: 'text', lines }
      if (rest !== '') lines.push(rest)
    } else {
      const { lines } = this.openText(title, number)
      if (rest !== '') lines.push(rest)
    }
  }

  private openText(title: string, line: number): SectionDraft {
    const section: SectionDraft = { title, line, lines: [] }
    this.draft.sections.push(section)
    this.block = { kind: 'text', lines: section.lines }
    return section
  }

  private inBlock(line: string): boolean {
    const { block } = this
    switch (block.kind) {
      case 'head': return false
      case 'images': return this.image(line)
      case 'frames': return this.frame(line, block.frames)
      case 'registers': return registerLine(line, block.registers)
      case 'termination':
        if (labelOf(line) !== null) return false
        terminationOf(this.draft).details.push(line.trim())
        return true
      case 'text':
        if (this.isAfterBlank && labelOf(line) !== null) return false
        block.lines.push(line)
        return true
    }
  }

  private image(line: string): boolean {
    const image = imageLine(line)
    if (image === null) return false
    this.draft.images.push(image)
    return true
  }

  private frame(line: string, frames: FrameDraft[]): boolean {
    const list = addressList(line.trim())
    const frame = frameLine(line)
    if (frame !== null) frames.push(frame)
    else frames.push(...list)
    return frame !== null || list.length > 0
  }

  private label(line: string): boolean {
    const found = labelOf(line)
    if (found === null) return false
    const { label, value } = found
    if (this.lastRegisters !== null && extraRegister(label, value, this.lastRegisters)) return true
    setLabel(this.draft, label, value)
    if (label === 'crashed thread') this.labelThread(value)
    if (label === 'model' && value.includes(',')) this.openText('System Profile', 0)
    else if (label === 'termination reason') this.block = { kind: 'termination' }
    else this.block = { kind: 'head' }
    return true
  }

  /** `Crashed Thread: 0  Dispatch queue: com.apple.main-thread` */
  private labelThread(value: string): void {
    const index = /^\d{1,6}/u.exec(value)?.[0]
    const { queue } = threadLabel(value.slice(index?.length ?? 0))
    if (index !== undefined && queue !== null) this.draft.other['crashed thread queue'] = queue
  }

  /** Lines that a reader knows wherever they stand. */
  private late(line: string): boolean {
    const register = /^(Logical CPU|Error Code|Trap Number):\s*(.*)$/iu.exec(line.slice(0, 200))
    if (register !== null) {
      if (this.lastRegisters !== null) extraRegister(register[1]!.toLowerCase(), register[2]!,
        this.lastRegisters)
      return true
    }
    const dyld = /^dyld: (.*)$/u.exec(line)
    if (dyld === null) return false
    exceptionOf(this.draft).message ??= dyld[1]!
    return true
  }
}
