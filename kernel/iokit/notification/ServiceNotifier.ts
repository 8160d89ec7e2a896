import { OSSymbol, defineMetaClass, type OSDictionary, type OSMetaClass } from '../../libkern/index.ts'
import { isKernelThread, scheduler, wait, type Blocking, type KernelThread } from '../../sim/index.ts'
import { CompiledTable, newOutcome } from '../matching/CompiledTable.ts'
import { matchPassive } from '../matching/matchPassive.ts'
import type { IOService } from '../service/IOService.ts'
import { Invocations } from './Invocations.ts'
import { IONotifier } from './IONotifier.ts'

/** Hears of a service that matches. The answer is not looked at. */
export type MatchingNotificationHandler = (service: IOService, notifier: ServiceNotifier) => Blocking<boolean>

/** What a matching notification is made of. */
export interface NotifierOptions {
  readonly matching: OSDictionary
  readonly handler: MatchingNotificationHandler
  readonly priority: number
}

/**
 * A registration for matching notifications: one reference for its owner and one for the type's list, until
 * `remove`. Several threads may be inside its handler at once.
 * @xnu iokit/Kernel/IOService.cpp _IOServiceNotifier — faithful
 */
export class ServiceNotifier extends IONotifier {
  static override readonly metaClass: OSMetaClass =
    defineMetaClass('_IOServiceNotifier', ServiceNotifier, IONotifier)

  priority = 0
  private compiled: CompiledTable | null = null
  private handler: MatchingNotificationHandler | null = null
  /** The list it is in: `whence`. */
  private list: ServiceNotifier[] | null = null
  private readonly invocations = new Invocations()

  /**
   * One reference, for the caller. Keeps the matching table.
   * @xnu iokit/Kernel/IOService.cpp setNotification — faithful
   */
  static withOptions(options: NotifierOptions): ServiceNotifier {
    const notifier = new ServiceNotifier()
    options.matching.retain()
    notifier.priority = options.priority
    notifier.handler = options.handler
    notifier.compiled = new CompiledTable(options.matching)
    return notifier
  }

  /**
   * Enters a list by falling priority, behind those of its own; the list takes a reference.
   * @xnu iokit/Kernel/IOService.cpp IONotifyOrdering — faithful
   */
  enterList(list: ServiceNotifier[]): void {
    let index = list.length
    while (index > 0 && list[index - 1]!.priority < this.priority) index--
    list.splice(index, 0, this)
    this.list = list
    this.retain()
  }

  /**
   * The table; gone once the notifier is removed.
   * @xnu ours: a field
   */
  get matching(): CompiledTable | null {
    return this.compiled
  }

  /**
   * Whether it has left its list.
   * @xnu ours: a field
   */
  get isRemoved(): boolean {
    return this.list === null
  }

  /**
   * Whether the notification is for services like this one, and wanted.
   * @xnu iokit/Kernel/IOService.cpp copyNotifiers — faithful
   */
  wants(service: IOService): boolean {
    const { compiled } = this
    return this.invocations.isEnabled && compiled !== null && matchPassive(service, compiled, 0, newOutcome())
  }

  /**
   * Leaves its list and drops the caller's reference; whoever is inside the handler has one of its own. Any
   * context; waits where another thread is inside.
   * @xnu iokit/Kernel/IOService.cpp _IOServiceNotifier::remove — faithful
   */
  override remove(): Blocking<void> {
    this.leaveList()
    this.release()
    return this.invocations.untilOthersLeft(undefined) ?? undefined
  }

  /**
   * No call of the handler begins until `enable`; the former state. Any context; waits where another thread is
   * inside.
   * @xnu iokit/Kernel/IOService.cpp _IOServiceNotifier::disable — faithful
   */
  override disable(): Blocking<boolean> {
    const was = this.invocations.setEnabled(false)
    return (was ? this.invocations.untilOthersLeft(was) : null) ?? was
  }

  /**
   * Restores what `disable` said. Any context.
   * @xnu iokit/Kernel/IOService.cpp _IOServiceNotifier::enable — faithful
   */
  override enable(was: boolean): void {
    this.invocations.isEnabled = was
  }

  /**
   * Runs the handler for one service in the calling thread. The caller keeps both alive.
   * @xnu iokit/Kernel/IOService.cpp invokeNotifier — faithful
   */
  *invoke(service: IOService): KernelThread {
    if (!this.invocations.isEnabled) return
    const thread = scheduler().current
    this.invocations.enter(thread)
    yield* wait(this.handler!(service, this))
    this.invocations.leave(thread)
  }

  /**
   * The same where the caller cannot block: a handler that may gets a thread of its own.
   * @xnu ours: invokeNotifier
   */
  invokeNow(service: IOService): void {
    if (!this.invocations.isEnabled) return
    const thread = scheduler().current
    this.invocations.enter(thread)
    const answer = this.handler!(service, this)
    this.invocations.leave(thread)
    if (!isKernelThread(answer)) return
    this.retain()
    service.retain()
    this.invocations.enter(scheduler().spawn('IOServiceMessageThread', this.finish(answer, service)))
  }

  private *finish(answer: KernelThread<boolean>, service: IOService): KernelThread {
    yield* answer
    this.invocations.leave(scheduler().current)
    service.release()
    this.release()
  }

  private leaveList(): void {
    const { list, compiled } = this
    this.list = null
    this.compiled = null
    this.invocations.isEnabled = false
    compiled?.table.release()
    if (list === null) return
    list.splice(list.indexOf(this), 1)
    this.release()
  }
}

/** Name of a notification type. */
export function typeName(type: OSSymbol | string): string {
  return type instanceof OSSymbol ? type.getCStringNoCopy() : type
}
