import { kIOGeneralInterest, kIOReturnSuccess, type IOReturn } from '../../abi/index.ts'
import type { KernelThread } from '../../sim/index.ts'
import { gIOServicePlane } from '../registry/index.ts'
import { callBlockingHook, callHook } from './driverFrames.ts'
import { interestOf, notifyInterest, runApart } from './interest.ts'
import type { IOService } from './IOService.ts'

/** Clients that a message goes to, each retained. */
function copyClients(service: IOService, except: IOService | null): IOService[] {
  const clients: IOService[] = []
  for (const entry of service.childLinks(gIOServicePlane)?.members ?? []) {
    const client = entry.asService()
    if (client === null || client === except) continue
    client.retain()
    clients.push(client)
  }
  return clients
}

/**
 * Sends a message to all clients, then to the general-interest notifiers; the last answer that is no success.
 * @xnu iokit/Kernel/IOService.cpp messageClients — faithful
 */
export function* messageClients(
  service: IOService, type: number, argument: unknown, except: IOService | null = null,
): KernelThread<IOReturn> {
  let result = kIOReturnSuccess
  for (const client of copyClients(service, except)) {
    const answer = yield* callBlockingHook(client, 'message', () => client.message(type, service, argument))
    client.release()
    if (answer !== kIOReturnSuccess) result = answer
  }
  const answer = yield* notifyInterest(service, kIOGeneralInterest, type, argument)
  return answer === kIOReturnSuccess ? result : answer
}

/** The same on a caller that cannot block: handlers that may get a thread of their own, their answer is not known. */
export function messageClientsNow(
  service: IOService, type: number, argument: unknown, except: IOService | null = null,
): void {
  for (const client of copyClients(service, except)) {
    callHook(client, 'message', () => runApart(client.message(type, service, argument)))
    client.release()
  }
  for (const notifier of interestOf(service, kIOGeneralInterest)) {
    runApart(notifier.deliver(type, service, argument, 0))
  }
}
