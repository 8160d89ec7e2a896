import {
  kIOAppPowerStateInterest, kIOBusyInterest, kIOConsoleSecurityInterest, kIOGeneralInterest, kIOReturnBadArgument,
  kIOReturnNotReady, kIOReturnSuccess, kIOPriorityPowerStateInterest, kIOServiceInactiveState, type IOReturn,
} from '../../abi/index.ts'
import { isKernelThread, scheduler, wait, type Blocking, type KernelThread } from '../../sim/index.ts'
import { defineMetaClass, type OSMetaClass, type OSSymbol } from '../../libkern/index.ts'
import { IONotifier } from '../notification/IONotifier.ts'
import type { IOService } from './IOService.ts'

/** Hears of what happens to a service. `argument` is what the message's sender gives. */
export type InterestHandler =
  (messageType: number, provider: IOService, argument: unknown, sizeBytes: number) => Blocking<IOReturn>

const interestTypes: readonly string[] = [
  kIOGeneralInterest, kIOBusyInterest, kIOAppPowerStateInterest, kIOPriorityPowerStateInterest,
  kIOConsoleSecurityInterest,
]

/** A registration for interest messages; `remove` ends it and drops its reference. */
export class InterestNotifier extends IONotifier {
  static override readonly metaClass: OSMetaClass =
    defineMetaClass('_IOServiceInterestNotifier', InterestNotifier, IONotifier)

  private service: IOService | null = null
  private type = ''
  private handler: InterestHandler | null = null
  private isEnabled = true

  static withHandler(service: IOService, type: string, handler: InterestHandler): InterestNotifier {
    const notifier = new InterestNotifier()
    notifier.service = service
    notifier.type = type
    notifier.handler = handler
    return notifier
  }

  override remove(): void {
    if (this.handler === null) return
    this.handler = null
    const list = this.service?.internals.interest?.get(this.type)
    const index = list?.indexOf(this) ?? -1
    if (list !== undefined && index !== -1) list.splice(index, 1)
    this.service = null
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

  /** Runs the handler, unless disabled or removed meanwhile. */
  deliver(messageType: number, provider: IOService, argument: unknown, sizeBytes: number): Blocking<IOReturn> {
    if (!this.isEnabled || this.handler === null) return kIOReturnSuccess
    return this.handler(messageType, provider, argument, sizeBytes)
  }
}

/**
 * Asks to hear the messages of one interest type. Null, with the reason in `result`, for an unknown type
 * (kIOReturnBadArgument) and an inactive service (kIOReturnNotReady).
 * @xnu iokit/Kernel/IOService.cpp registerInterest — faithful
 */
export function registerInterest(
  service: IOService, typeOfInterest: OSSymbol | string, handler: InterestHandler, result?: { value: IOReturn },
): InterestNotifier | null {
  const type = typeof typeOfInterest === 'string' ? typeOfInterest : typeOfInterest.getCStringNoCopy()
  const fault = interestFault(service, type)
  if (result !== undefined) result.value = fault
  if (fault !== kIOReturnSuccess) return null
  const { internals } = service
  internals.interest ??= new Map()
  const notifier = InterestNotifier.withHandler(service, type, handler)
  const list = internals.interest.get(type)
  if (list === undefined) internals.interest.set(type, [notifier])
  else list.push(notifier)
  return notifier
}

function interestFault(service: IOService, type: string): IOReturn {
  if (!interestTypes.includes(type)) return kIOReturnBadArgument
  return (service.internals.state0 & kIOServiceInactiveState) !== 0 ? kIOReturnNotReady : kIOReturnSuccess
}

/** The registrations of a type as they are now. */
export function interestOf(service: IOService, type: string): readonly InterestNotifier[] {
  const list = service.internals.interest?.get(type)
  return list === undefined || list.length === 0 ? [] : [...list]
}

/** Delivers to all of a type, one after the other; the last answer that is no success. */
export function* notifyInterest(
  service: IOService, type: string, messageType: number, argument: unknown,
): KernelThread<IOReturn> {
  let result = kIOReturnSuccess
  for (const notifier of interestOf(service, type)) {
    notifier.retain()
    const answer = yield* wait(notifier.deliver(messageType, service, argument, 0))
    notifier.release()
    if (answer !== kIOReturnSuccess) result = answer
  }
  return result
}

/** The same where nothing may block: a handler that may gets a thread of its own. */
export function notifyInterestNow(service: IOService, type: string, messageType: number, argument: unknown): void {
  if (service.internals.interest === null) return
  for (const notifier of interestOf(service, type)) {
    runApart(notifier.deliver(messageType, service, argument, 0))
  }
}

/** Finishes a thread body, if it is one, on a thread of its own; a plain answer is handed back, else `undefined`. */
export function runApart<T>(answer: Blocking<T>): T | undefined {
  if (!isKernelThread(answer)) return answer
  scheduler().spawn('IOServiceMessageThread', answer)
  return undefined
}

