import { kIOGeneralInterest, kIOReturnBadArgument, kIOReturnSuccess, type IOReturn } from '../../abi/index.ts'
import type { OSObject } from '../../libkern/index.ts'
import type { KernelThread } from '../../sim/index.ts'
import { callBlockingHook, callHook } from './driverFrames.ts'
import { InterestNotifier, copyInterest, runApart, type Message } from './interest.ts'
import type { IOService } from './IOService.ts'

/** Who hears a message: a client or the owner of an interest notifier. */
export type Interested = IOService | InterestNotifier

/**
 * Sends a message to one client or one interest notifier; its answer, or kIOReturnBadArgument for anything
 * else. Thread context.
 * @xnu iokit/Kernel/IOService.cpp messageClient — faithful
 */
export function* messageClient(
  service: IOService, client: OSObject, message: Message,
): KernelThread<IOReturn> {
  if (client instanceof InterestNotifier) return yield* client.deliver(service, message)
  const receiver = (client as Partial<IOService>).asService?.() ?? null
  if (receiver === null) return kIOReturnBadArgument
  return yield* callBlockingHook(receiver, 'message',
    () => receiver.message(message.type, service, message.argument))
}

/** Those interested in a type as they are now, each retained: for general interest the clients come first. */
function copyInterested(service: IOService, type: string): Interested[] {
  const notifiers = copyInterest(service, type)
  if (type !== kIOGeneralInterest) return notifiers ?? []
  const clients = service.clients()
  for (const client of clients) client.retain()
  return notifiers === null ? clients : [...clients, ...notifiers]
}

/**
 * Calls back with everybody who is interested in a type as of now: for general interest the clients in order,
 * then the notifiers, oldest first. None is freed before all have been called. Thread context.
 * @xnu iokit/Kernel/IOService.cpp applyToInterested — faithful
 */
export function* applyToInterested(
  service: IOService, type: string, applier: (object: Interested) => KernelThread,
): KernelThread {
  const all = copyInterested(service, type)
  for (const each of all) yield* applier(each)
  for (const each of all) each.release()
}

/**
 * Sends a message to all clients, then to the general-interest notifiers; the last answer that is no success.
 * Thread context.
 * @xnu iokit/Kernel/IOService.cpp messageClients — faithful
 */
export function* messageClients(
  service: IOService, message: Message, except: IOService | null = null,
): KernelThread<IOReturn> {
  let result = kIOReturnSuccess
  yield* applyToInterested(service, kIOGeneralInterest, function* (object): KernelThread {
    if (object === except) return
    const answer = yield* messageClient(service, object, message)
    if (answer !== kIOReturnSuccess) result = answer
  })
  return result
}

/**
 * The same on a caller that cannot block: handlers that may get a thread of their own, their answer is not
 * known.
 */
export function messageClientsNow(
  service: IOService, type: number, argument: unknown, except: IOService | null = null,
): void {
  const all = copyInterested(service, kIOGeneralInterest)
  const message = { type, argument, sizeBytes: 0 }
  for (const each of all) {
    if (each === except) continue
    if (each instanceof InterestNotifier) each.deliverNow(service, message)
    else callHook(each, 'message', () => runApart(each.message(type, service, argument)))
  }
  for (const each of all) each.release()
}
