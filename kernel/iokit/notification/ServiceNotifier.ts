import { OSSymbol, defineMetaClass, type OSDictionary, type OSMetaClass } from '../../libkern/index.ts'
import { isKernelThread, scheduler, wait, type Blocking, type KernelThread, type Thread } from '../../sim/index.ts'
import { CompiledTable, newOutcome } from '../matching/CompiledTable.ts'
import { matchPassive } from '../matching/matchPassive.ts'
import { WaitQueue } from '../../sim/index.ts'
import type { IOService } from '../service/IOService.ts'
import { serviceState } from '../service/serviceState.ts'
import { IONotifier } from './IONotifier.ts'

/** Hears of a service that matches. The answer is not looked at. */
export type MatchingNotificationHandler = (service: IOService, notifier: ServiceNotifier) => Blocking<boolean>

/** What a matching notification is made of. */
export interface NotifierOptions {
  readonly type: string
  readonly matching: OSDictionary
  readonly handler: MatchingNotificationHandler
  readonly priority: number
}

/**
 * A registration for matching notifications. Its handler never runs twice at the same time.
 * @xnu iokit/Kernel/IOService.cpp _IOServiceNotifier — simplified: a removal on another thread does not wait for a
 * handler that is blocked, unless it is made through `removeAndWait`
 */
export class ServiceNotifier extends IONotifier {
  static override readonly metaClass: OSMetaClass =
    defineMetaClass('_IOServiceNotifier', ServiceNotifier, IONotifier)

  priority = 0
  private type = ''
  private compiled: CompiledTable | null = null
  private handler: MatchingNotificationHandler | null = null
  private isEnabled = true
  private running: Thread | null = null
  private isRunning = false
  private readonly idle = new WaitQueue()

  /** One reference to the caller; the type's list holds another one until `remove`. */
  static withOptions(options: NotifierOptions): ServiceNotifier {
    const notifier = new ServiceNotifier()
    options.matching.retain()
    notifier.type = options.type
    notifier.priority = options.priority
    notifier.handler = options.handler
    notifier.compiled = new CompiledTable(options.matching)
    return notifier
  }

  get matching(): CompiledTable {
    return this.compiled!
  }

  get isRemoved(): boolean {
    return this.handler === null
  }

  /** Whether the notification is for services like this one. */
  wants(service: IOService): boolean {
    return this.handler !== null && matchPassive(service, this.matching, 0, newOutcome())
  }

  override remove(): void {
    if (this.handler === null) return
    this.handler = null
    const list = serviceState().notifiers.get(this.type)
    const index = list?.indexOf(this) ?? -1
    if (list !== undefined && index !== -1) list.splice(index, 1)
    this.release()
  }

  /** `remove` that returns only when no other thread is inside the handler. */
  *removeAndWait(): KernelThread {
    this.retain()
    this.remove()
    while (this.isRunning && this.running !== scheduler().current) {
      scheduler().assertWait(this.idle)
      yield
    }
    this.release()
  }

  override disable(): boolean {
    const was = this.isEnabled
    this.isEnabled = false
    return was
  }

  override enable(was: boolean): void {
    this.isEnabled = was
  }

  /** Runs the handler for one service in the calling thread. */
  *invoke(service: IOService): KernelThread {
    while (this.isRunning && this.running !== scheduler().current) {
      scheduler().assertWait(this.idle)
      yield
    }
    const { handler } = this
    if (handler === null || !this.isEnabled) return
    const outer = this.enter(service)
    yield* wait(handler(service, this))
    this.leave(service, outer)
  }

  /** The same where the caller cannot block: a handler that may gets a thread of its own. */
  invokeNow(service: IOService): void {
    if (this.isRunning && this.running !== scheduler().current) {
      scheduler().spawn('IOServiceMessageThread', this.invokeKeeping(service))
      return
    }
    const { handler } = this
    if (handler === null || !this.isEnabled) return
    const outer = this.enter(service)
    const answer = handler(service, this)
    if (isKernelThread(answer)) scheduler().spawn('IOServiceMessageThread', this.finish(answer, service, outer))
    else this.leave(service, outer)
  }

  override free(): void {
    this.compiled?.table.release()
    this.compiled = null
    super.free()
  }

  private *invokeKeeping(service: IOService): KernelThread {
    service.retain()
    this.retain()
    yield* this.invoke(service)
    this.release()
    service.release()
  }

  private *finish(answer: KernelThread<boolean>, service: IOService, outer: boolean): KernelThread {
    this.running = scheduler().current
    yield* answer
    this.leave(service, outer)
  }

  private enter(service: IOService): boolean {
    const outer = this.isRunning
    this.retain()
    service.retain()
    this.isRunning = true
    this.running = scheduler().current
    return outer
  }

  private leave(service: IOService, outer: boolean): void {
    if (!outer) {
      this.isRunning = false
      this.running = null
      scheduler().wakeAll(this.idle)
    }
    service.release()
    this.release()
  }
}

/** Name of a notification type. */
export function typeName(type: OSSymbol | string): string {
  return type instanceof OSSymbol ? type.getCStringNoCopy() : type
}
