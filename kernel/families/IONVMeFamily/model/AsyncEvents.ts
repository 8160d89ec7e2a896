import { Status } from '../bits.ts'
import type { NvmeCommand } from './NvmeCommand.ts'

/** Most Asynchronous Event Request commands outstanding. */
export const ASYNC_EVENT_LIMIT = 4

interface Completer {
  complete(command: NvmeCommand, status: number, result: number): void
}

/** Asynchronous event reporting (5.2): requests wait for events, events wait for requests. */
export class AsyncEvents {
  private readonly requests: NvmeCommand[] = []
  private readonly pending: number[] = []
  /** Event types that stay silent until their log page is read. */
  private readonly masked = new Set<number>()

  constructor(private readonly controller: Completer) {}

  /** Keeps a request; it completes with the next event. */
  request(command: NvmeCommand): void {
    if (this.requests.length >= ASYNC_EVENT_LIMIT) {
      this.controller.complete(command, Status.asyncEventLimit | Status.doNotRetry, 0)
      return
    }
    this.requests.push(command)
    this.match()
  }

  /** An event happened; `event` is the completion's first dword. */
  report(event: number): void {
    const type = event & 7
    if (this.masked.has(type) || this.pending.some((other) => (other & 7) === type)) return
    this.pending.push(event)
    this.match()
  }

  /** Reading a log page lets events that point to it come again. */
  logRead(page: number): void {
    if (page === 1) this.masked.delete(0)
    if (page === 2) this.masked.delete(1)
  }

  /** Takes a request out for Abort; false when it is not waiting here. */
  cancel(command: NvmeCommand): boolean {
    const index = this.requests.indexOf(command)
    if (index < 0) return false
    this.requests.splice(index, 1)
    return true
  }

  reset(): void {
    this.requests.length = 0
    this.pending.length = 0
    this.masked.clear()
  }

  private match(): void {
    while (this.requests.length > 0 && this.pending.length > 0) {
      const event = this.pending.shift()!
      this.masked.add(event & 7)
      this.controller.complete(this.requests.shift()!, Status.success, event)
    }
  }
}
