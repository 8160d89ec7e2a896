import { WaitQueue, scheduler, type KernelThread, type Thread } from '../../sim/index.ts'

/** The threads that are inside a notifier's handler, and who waits until they have left it. */
export class Invocations {
  /** `kIOServiceNotifyEnable`: the handler may be called. */
  isEnabled = true
  private readonly threads: (Thread | null)[] = []
  private idle: WaitQueue | null = null

  /** Any number of threads may be inside at once, one also several times. */
  enter(thread: Thread | null): void {
    this.threads.push(thread)
  }

  leave(thread: Thread | null): void {
    this.threads.splice(this.threads.lastIndexOf(thread), 1)
    if (this.idle !== null) scheduler().wakeAll(this.idle)
  }

  /** Sets whether the handler may be called; the former state. */
  setEnabled(isEnabled: boolean): boolean {
    const was = this.isEnabled
    this.isEnabled = isEnabled
    return was
  }

  /** Null when no other thread is inside; else what sleeps until they have left, and then answers `result`. */
  untilOthersLeft<T>(result: T): KernelThread<T> | null {
    return this.hasOthers() ? this.waitForOthers(result) : null
  }

  private hasOthers(): boolean {
    return this.threads.some((thread) => thread !== scheduler().current)
  }

  private *waitForOthers<T>(result: T): KernelThread<T> {
    while (this.hasOthers()) {
      this.idle ??= new WaitQueue()
      scheduler().assertWait(this.idle)
      yield
    }
    return result
  }
}
