import { kernelState, scheduler } from '../sim/index.ts'

/** One line of the kernel message buffer. */
export interface MessageLine {
  readonly timeNs: number
  /** Without its line end. */
  readonly text: string
}

/** Characters kept; the oldest whole lines go first. */
const MSGBUF_LIMIT = 131_072

class MessageBuffer {
  readonly lines: MessageLine[] = []
  /** Lines dropped at the front since power-on. */
  dropped = 0
  partial = ''
  partialTimeNs = 0
  size = 0

  append(text: string): void {
    let start = 0
    for (;;) {
      const end = text.indexOf('\n', start)
      if (this.partial === '') this.partialTimeNs = scheduler().nowNs
      if (end === -1) break
      this.push(this.partial + text.slice(start, end))
      this.partial = ''
      start = end + 1
    }
    this.partial += text.slice(start)
  }

  private push(text: string): void {
    this.lines.push({ timeNs: this.partialTimeNs, text })
    this.size += text.length + 1
    let drop = 0
    while (this.size > MSGBUF_LIMIT) this.size -= this.lines[drop++]!.text.length + 1
    if (drop > 0) this.lines.splice(0, drop)
    this.dropped += drop
  }
}

const buffer = kernelState(() => new MessageBuffer())

/**
 * Appends to the kernel message buffer; a line ends at `\n`. Any context.
 * @xnu iokit/Kernel/IOLib.cpp IOLog — faithful: the caller's template is the format
 */
export function IOLog(text: string): void {
  buffer().append(text)
}

/**
 * Appends to the kernel message buffer. Any context.
 * @xnu osfmk/kern/printf.c kprintf — simplified: there is no serial line, so it is the same buffer
 */
export function kprintf(text: string): void {
  buffer().append(text)
}

/** Finished lines from number `from` on; line numbers count from power-on and never repeat. */
export function msgbufLines(from = 0): { readonly next: number; readonly lines: readonly MessageLine[] } {
  const { lines, dropped } = buffer()
  return { next: dropped + lines.length, lines: lines.slice(Math.max(0, from - dropped)) }
}

/**
 * The buffer as `dmesg` prints it: each line behind its time since power-on.
 * @xnu bsd/kern/subr_log.c — faithful
 */
export function msgbufText(): string {
  const { lines, partial, partialTimeNs } = buffer()
  let text = ''
  for (const line of lines) text += `${stamp(line.timeNs)}${line.text}\n`
  return partial === '' ? text : text + stamp(partialTimeNs) + partial
}

function stamp(timeNs: number): string {
  const microseconds = Math.floor(timeNs / 1_000)
  const seconds = String(Math.floor(microseconds / 1_000_000)).padStart(5)
  return `[${seconds}.${String(microseconds % 1_000_000).padStart(6, '0')}]: `
}
