import {
  kIOMessageServiceIsAttemptingOpen, kIOMessageServiceIsRequestingClose, kIOMessageServiceWasClosed, kIOReturnSuccess,
  kIOServiceInactiveState, kIOServiceSeize, kIOServiceTermPhase3State,
} from '../../abi/index.ts'
import type { KernelThread } from '../../sim/index.ts'
import { lockForArbitration, tryLockForArbitration, unlockForArbitration } from './arbitration.ts'
import { callBlockingHook, callHook } from './driverFrames.ts'
import { runApart } from './interest.ts'
import type { IOService } from './IOService.ts'
import { messageClients, messageClientsNow } from './messages.ts'

function isInactive(service: IOService): boolean {
  return (service.internals.state0 & kIOServiceInactiveState) !== 0
}

/**
 * Opens a service for a client, without blocking.
 * @xnu iokit/Kernel/IOService.cpp open — simplified: a lock that another thread holds makes it fail, and an owner
 * whose message handler blocks is not waited for (see `openWaiting`)
 */
export function open(service: IOService, forClient: IOService, options: number, argument: unknown): boolean {
  messageClientsNow(service, kIOMessageServiceIsAttemptingOpen, options, forClient)
  if (!tryLockForArbitration(service)) return false
  const isOpen = !isInactive(service) && service.handleOpen(forClient, options, argument)
  unlockForArbitration(service)
  return isOpen
}

/**
 * Opens a service for a client; messages and a seized owner's answer are waited for. Thread context.
 * @xnu iokit/Kernel/IOService.cpp open — faithful
 */
export function* openWaiting(
  service: IOService, forClient: IOService, options: number, argument: unknown,
): KernelThread<boolean> {
  yield* messageClients(service, kIOMessageServiceIsAttemptingOpen, options, forClient)
  if (!(yield* lockForArbitration(service, false))) return false
  let isOpen = false
  if (!isInactive(service)) {
    const { owner } = service.internals
    const seizes = owner !== null && (options & kIOServiceSeize) !== 0
    if (seizes) yield* requestClose(service, owner)
    isOpen = service.handleOpen(forClient, seizes ? options & ~kIOServiceSeize : options, argument)
  }
  unlockForArbitration(service)
  return isOpen
}

function* requestClose(service: IOService, owner: IOService): KernelThread {
  yield* callBlockingHook(owner, 'message',
    () => owner.message(kIOMessageServiceIsRequestingClose, service, null))
}

/** @xnu iokit/Kernel/IOService.cpp handleOpen — faithful */
export function handleOpen(service: IOService, forClient: IOService, options: number): boolean {
  const { internals } = service
  const { owner } = internals
  if (owner !== null) {
    if ((options & kIOServiceSeize) === 0) return false
    const answer = callHook(owner, 'message',
      () => runApart(owner.message(kIOMessageServiceIsRequestingClose, service, null)))
    if (answer !== kIOReturnSuccess || internals.owner !== null) return false
  }
  internals.owner = forClient
  return true
}

/**
 * Closes a service that the client has open; while it terminates, the client is stopped next.
 * @xnu iokit/Kernel/IOService.cpp close — simplified: message handlers that block run apart
 */
export function close(service: IOService, forClient: IOService, options: number): void {
  if (!service.handleIsOpen(forClient)) return
  service.handleClose(forClient, options)
  const isLast = (service.internals.state1 & kIOServiceTermPhase3State) !== 0
  if (isLast) forClient.scheduleStop(service)
  else messageClientsNow(service, kIOMessageServiceWasClosed, options, forClient)
}
