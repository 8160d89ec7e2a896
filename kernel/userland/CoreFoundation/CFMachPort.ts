import type { ReceivedMessage } from '../../mach/user.ts'
import type { KernelThread } from '../../sim/index.ts'
import type { CFRunLoopSource } from './CFRunLoop.ts'

/** What a message that arrives on the port calls. */
export type CFMachPortCallBack = (message: ReceivedMessage) => KernelThread

/**
 * A receive right that a run loop can wait on.
 * @xnu CF CFMachPort.c CFMachPort — simplified: its death is not watched
 */
export class CFMachPort {
  private source: PortSource | null = null
  isValid = true

  constructor(readonly port: number, private readonly callback: CFMachPortCallBack) {}

  /**
   * One source, always the same; null once the port is invalid.
   * @xnu CF CFMachPort.c CFMachPortCreateRunLoopSource — faithful
   */
  createRunLoopSource(): CFRunLoopSource | null {
    if (!this.isValid) return null
    this.source ??= new PortSource(this.port, this.callback)
    return this.source
  }

  /**
   * Nothing is called any more; loops forget the source.
   * @xnu CF CFMachPort.c CFMachPortInvalidate — faithful
   */
  invalidate(): void {
    this.isValid = false
    if (this.source !== null) this.source.isValid = false
  }
}

class PortSource implements CFRunLoopSource {
  isValid = true

  constructor(readonly port: number, private readonly callback: CFMachPortCallBack) {}

  *perform(message: ReceivedMessage): KernelThread {
    if (this.isValid) yield* this.callback(message)
  }
}
