import {
  kIOAppPowerStateInterest, kIOBusyInterest, kIOConsoleSecurityInterest, kIOGeneralInterest, kIOReturnBadArgument,
  kIOReturnNotReady, kIOReturnSuccess, kIOPriorityPowerStateInterest, kIOServiceInactiveState, type IOReturn,
} from '../../abi/index.ts'
import { isKernelThread, scheduler, wait, type Blocking, type KernelThread } from '../../sim/index.ts'
import { defineMetaClass, type OSMetaClass, type OSSymbol } from '../../libkern/index.ts'
import { Invocations } from '../notification/Invocations.ts'
import { IONotifier } from '../notification/IONotifier.ts'
import { IOCommand } from './IOCommand.ts'
import type { IOService } from './IOService.ts'

/** Hears of what happens to a service. `argument` is what the message's sender gives. */
export type InterestHandler =
  (messageType: number, provider: IOService, argument: unknown, sizeBytes: number) => Blocking<IOReturn>

/** A message on its way. */
export interface Message {
  readonly type: number
  readonly argument: unknown
  readonly sizeBytes: number
}

const interestTypes: readonly string[] = [
  kIOGeneralInterest, kIOBusyInterest, kIOAppPowerStateInterest, kIOPriorityPowerStateInterest,
  kIOConsoleSecurityInterest,
]

/**
 * A registration for interest messages. The service's list holds a second reference until `remove`, or until
 * the service is freed.
 * @xnu iokit/Kernel/IOService.cpp _IOServiceInterestNotifier — faithful
 */
export class InterestNotifier extends IONotifier {
  static override readonly metaClass: OSMetaClass =
    defineMetaClass('_IOServiceInterestNotifier', InterestNotifier, IONotifier)

  private list: IOCommand | null = null
  private handler: InterestHandler | null = null
  private readonly invocations = new Invocations()

  /**
   * Goes to the end of a list, which takes a reference.
   * @xnu iokit/Kernel/IOService.cpp registerInterestForNotifier — faithful
   */
  enterList(list: IOCommand, handler: InterestHandler): void {
    this.handler = handler
    this.list = list
    this.retain()
    list.chain.push(this)
  }

  /**
   * The list lets it go.
   * @xnu iokit/Kernel/IOService.cpp cleanInterestList — faithful
   */
  leaveList(): void {
    const { list } = this
    if (list === null) return
    this.list = null
    list.chain.splice(list.chain.indexOf(this), 1)
    this.release()
  }

  /**
   * Leaves its list and drops the caller's reference; whoever is inside the handler has one of its own. Any
   * context; waits where another thread is inside.
   * @xnu iokit/Kernel/IOService.cpp _IOServiceInterestNotifier::remove — faithful
   */
  override remove(): Blocking<void> {
    this.leaveList()
    this.invocations.isEnabled = false
    this.release()
    return this.invocations.untilOthersLeft(undefined) ?? undefined
  }

  /**
   * No call of the handler begins until `enable`; the former state. Any context; waits where another thread is
   * inside.
   * @xnu iokit/Kernel/IOService.cpp _IOServiceInterestNotifier::disable — faithful
   */
  override disable(): Blocking<boolean> {
    const was = this.invocations.setEnabled(false)
    return (was ? this.invocations.untilOthersLeft(was) : null) ?? was
  }

  /**
   * Restores what `disable` said. Any context.
   * @xnu iokit/Kernel/IOService.cpp _IOServiceInterestNotifier::enable — faithful
   */
  override enable(was: boolean): void {
    this.invocations.isEnabled = was
  }

  /**
   * Runs the handler on the calling thread, unless disabled or removed meanwhile.
   * @xnu iokit/Kernel/IOService.cpp messageClient — faithful
   */
  *deliver(provider: IOService, message: Message): KernelThread<IOReturn> {
    if (!this.invocations.isEnabled) return kIOReturnSuccess
    const thread = scheduler().current
    this.invocations.enter(thread)
    const answer = yield* wait(this.handler!(message.type, provider, message.argument, message.sizeBytes))
    this.invocations.leave(thread)
    return answer
  }

  /**
   * The same where nothing may block: a handler that may gets a thread of its own.
   * @xnu ours: messageClient
   */
  deliverNow(provider: IOService, message: Message): void {
    if (!this.invocations.isEnabled) return
    const thread = scheduler().current
    this.invocations.enter(thread)
    const answer = this.handler!(message.type, provider, message.argument, message.sizeBytes)
    this.invocations.leave(thread)
    if (!isKernelThread(answer)) return
    this.retain()
    provider.retain()
    this.invocations.enter(scheduler().spawn('IOServiceMessageThread', this.finish(provider, answer)))
  }

  private *finish(provider: IOService, answer: KernelThread<IOReturn>): KernelThread {
    yield* answer
    this.invocations.leave(scheduler().current)
    provider.release()
    this.release()
  }
}

/**
 * Asks to hear the messages of one interest type, after those who asked before. Null, with the reason in
 * `result`, for an unknown type (kIOReturnBadArgument) and an inactive service (kIOReturnNotReady). The
 * caller owns the notifier until `remove`. Any context.
 * @xnu iokit/Kernel/IOService.cpp registerInterest — faithful
 */
export function registerInterest(
  service: IOService, typeOfInterest: OSSymbol | string, handler: InterestHandler, result?: { value: IOReturn },
): InterestNotifier | null {
  const type = typeof typeOfInterest === 'string' ? typeOfInterest : typeOfInterest.getCStringNoCopy()
  const fault = interestFault(service, type)
  if (result !== undefined) result.value = fault
  if (fault !== kIOReturnSuccess) return null
  const notifier = new InterestNotifier()
  notifier.enterList(interestList(service, type), handler)
  return notifier
}

function interestFault(service: IOService, type: string): IOReturn {
  if (!interestTypes.includes(type)) return kIOReturnBadArgument
  return (service.internals.state0 & kIOServiceInactiveState) !== 0 ? kIOReturnNotReady : kIOReturnSuccess
}

/** The list of a type, made at its first use. */
function interestList(service: IOService, type: string): IOCommand {
  const { internals } = service
  internals.interest ??= new Map()
  let list = internals.interest.get(type)
  if (list === undefined) {
    list = new IOCommand()
    internals.interest.set(type, list)
    service.setProperty(type, list)
    list.release()
  }
  return list
}

/**
 * Takes all notifiers off a service's lists; their owners may still `remove` them. Part of `free`.
 * @xnu iokit/Kernel/IOService.cpp unregisterAllInterest — faithful
 */
export function unregisterAllInterest(service: IOService): void {
  const { interest } = service.internals
  if (interest === null) return
  service.internals.interest = null
  for (const list of interest.values()) for (const notifier of [...list.chain]) notifier.leaveList()
}

/** The notifiers of a type as they are now, each retained, or null when there is none. */
export function copyInterest(service: IOService, type: string): InterestNotifier[] | null {
  const chain = service.internals.interest?.get(type)?.chain
  if (chain === undefined || chain.length === 0) return null
  const copy = [...chain]
  for (const notifier of copy) notifier.retain()
  return copy
}

/** Delivers a message without argument size to all of a type where nothing may block. */
export function notifyInterestNow(service: IOService, type: string, messageType: number, argument: unknown): void {
  if (service.internals.interest === null) return
  for (const notifier of copyInterest(service, type) ?? []) {
    notifier.deliverNow(service, { type: messageType, argument, sizeBytes: 0 })
    notifier.release()
  }
}

/**
 * Finishes a thread body, if it is one, on a thread of its own; a plain answer is handed back, else
 * `undefined`.
 */
export function runApart<T>(answer: Blocking<T>): T | undefined {
  if (!isKernelThread(answer)) return answer
  scheduler().spawn('IOServiceMessageThread', answer)
  return undefined
}
