import {
  mach_msg_receive, mach_msg_send, mach_port_allocate, mach_port_destroy, mach_port_extract_member,
  mach_port_insert_member,
  mach_port_insert_right, thread_create, MACH_MSG_TYPE_COPY_SEND, MACH_MSG_TYPE_MAKE_SEND,
  MACH_PORT_RIGHT_PORT_SET,
  MACH_PORT_RIGHT_RECEIVE, type ReceivedMessage, type Task,
} from '../../mach/user.ts'
import type { KernelThread } from '../../sim/index.ts'

/** A source of type DISPATCH_SOURCE_TYPE_MACH_RECV: its handler gets each message, on its queue. */
export interface DispatchMachSource {
  readonly port: number
  readonly handler: (message: ReceivedMessage) => KernelThread
  readonly onCancel: (() => void) | null
}

/**
 * A serial queue: blocks and the handlers of its sources run one after the other, on a thread that lives as
 * long as there is something to wait for.
 * @xnu libdispatch queue.c dispatch_queue_create — simplified: serial only; one thread for each queue
 */
export class DispatchQueue {
  private readonly blocks: (() => KernelThread)[] = []
  private readonly sources = new Map<number, DispatchMachSource>()
  private readonly portSet: number
  private readonly wakePort: number
  private isRunning = false
  private isDisposed = false

  constructor(private readonly task: Task, readonly label: string) {
    this.portSet = mach_port_allocate(task, MACH_PORT_RIGHT_PORT_SET).name
    this.wakePort = mach_port_allocate(task, MACH_PORT_RIGHT_RECEIVE).name
    mach_port_insert_right(task, this.wakePort, MACH_MSG_TYPE_MAKE_SEND)
    mach_port_insert_member(task, this.wakePort, this.portSet)
  }

  /** Runs a block after those that came before. @xnu libdispatch queue.c dispatch_async — faithful */
  async(block: () => KernelThread): void {
    this.blocks.push(block)
    this.poke()
  }

  /** Begins to deliver the messages of a port. @xnu libdispatch source.c dispatch_activate — faithful */
  addSource(source: DispatchMachSource): void {
    this.sources.set(source.port, source)
    mach_port_insert_member(this.task, source.port, this.portSet)
    this.poke()
  }

  /**
   * Ends deliveries; the cancel handler runs at once.
   * @xnu libdispatch source.c dispatch_source_cancel — simplified: not on the queue
   */
  cancelSource(source: DispatchMachSource): void {
    if (this.sources.get(source.port) !== source) return
    this.sources.delete(source.port)
    mach_port_extract_member(this.task, source.port, this.portSet)
    source.onCancel?.()
    this.poke()
  }

  /**
   * Gives the queue's ports back, once its thread has nothing left to do.
   * @xnu libdispatch object.c dispatch_release — faithful
   */
  release(): void {
    this.isDisposed = true
    if (this.isRunning) this.poke()
    else this.dispose()
  }

  /** Starts the queue's thread, or lets it look again. */
  private poke(): void {
    if (this.isRunning) thread_create(this.task, this.label, this.wake())
    else {
      this.isRunning = true
      thread_create(this.task, this.label, this.serve())
    }
  }

  private *serve(): KernelThread {
    while (this.blocks.length > 0 || this.sources.size > 0) {
      const block = this.blocks.shift()
      if (block !== undefined) {
        yield* block()
        continue
      }
      if (this.isDisposed) break
      const { code, message } = yield* mach_msg_receive(this.task, this.portSet)
      if (message !== null) {
        const source = this.sources.get(message.localPort)
        if (source !== undefined) yield* source.handler(message)
      } else if (code !== 0) break
    }
    this.isRunning = false
    if (this.isDisposed) this.dispose()
  }

  private *wake(): KernelThread {
    yield* mach_msg_send(this.task, {
      remotePort: this.wakePort, remoteDisposition: MACH_MSG_TYPE_COPY_SEND, id: 0, body: [],
    }, 0)
  }

  private dispose(): void {
    mach_port_destroy(this.task, this.portSet)
    mach_port_destroy(this.task, this.wakePort)
  }
}
